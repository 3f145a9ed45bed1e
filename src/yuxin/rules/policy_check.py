"""What a rule pack may not say about prepaid money, each finding with a counter-example.

Asked before a pack is approved (funds-rules 8, last paragraph). The layers' own locks (a lower
layer looser than a ceiling, a floor or a locked row) are refused when the pack is read.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from yuxin.kernel.money import Fen, yuan
from yuxin.kernel.refusal import Refusal
from yuxin.rules.modes import WHOLE, Cycle, Mode, Plan, Progress, target
from yuxin.rules.pack import Pack
from yuxin.rules.plans import allowed_modes, build, stages_of
from yuxin.rules.values import RuleMissing

EXAMPLE_FEN: Final = 200_000
COUNTED: Final = ("DAY", "WORKING_DAY")
NOT_YET: Final = (Mode.PAY_AFTER, Mode.LEARNER_LOCK)


class PolicyUnsafe(Refusal):
    """A pack that would let families' money out of keeping, or leave it undecided."""

    code = "policy_unsafe"
    status = 422
    zh = "规则包不能启用：{why_zh}"
    en = "The rule pack cannot be put in force: {why_en}"


@dataclass(frozen=True)
class Finding:
    """One thing that must be mended: which value, what is wrong, and an example of the harm."""

    key: str
    zh: str
    en: str


def require_safe(pack: Pack, day: date) -> None:
    """Refuse a pack with findings. Raises: PolicyUnsafe, naming them all."""
    found = findings(pack, day)
    if found:
        raise PolicyUnsafe(
            why_zh=" ".join(each.zh for each in found),
            why_en=" ".join(each.en for each in found),
            keys=",".join(each.key for each in found),
        )


def findings(pack: Pack, day: date) -> list[Finding]:
    """Everything wrong with the policy of a pack on a day; empty when it may rule.

    A pack that says nothing of prepaid money has nothing wrong.
    """
    if not pack.has("prepay.supervision_mode", day):
        return []
    unknown = list(_unknown_words(pack, day))
    return unknown or [each for check in _CHECKS for each in check(pack, day)]


_WORDS: Final[dict[str, type[Mode | Cycle]]] = {
    "prepay.supervision_mode": Mode,
    "prepay.settlement_cycle": Cycle,
}


def _unknown_words(pack: Pack, day: date) -> Iterator[Finding]:
    for key, words in _WORDS.items():
        if pack.has(key, day) and pack.on(key, day).text not in {each.value for each in words}:
            word = pack.on(key, day).text
            yield Finding(key, f"“{key}”没有“{word}”这一种。", f"“{key}” knows no “{word}”.")


def _modes(pack: Pack, day: date) -> Iterator[Finding]:
    for mode in allowed_modes(pack, day):
        if mode in NOT_YET:
            yield Finding(
                "prepay.modes_allowed",
                f"本版本还不能办理“{mode.value}”，不能列入允许的方式。",
                f"This version cannot run “{mode.value}” yet; it cannot be allowed.",
            )
            continue
        try:
            plan = build(pack, day, mode)
        except RuleMissing as missing:
            facts = missing.facts
            yield Finding(
                str(facts["key"]),
                f"允许了“{mode.value}”，但缺“{facts['key']}”。{facts['ask_zh']}",
                f"“{mode.value}” is allowed, but “{facts['key']}” is missing. {facts['ask_en']}",
            )
            continue
        yield from _in_step(plan)


def _in_step(plan: Plan) -> Iterator[Finding]:
    """Released at most in proportion to what was taught, at every stage and every month."""
    if plan.mode is Mode.STAGED:
        yield from _stages_in_step(plan)
    if plan.mode is Mode.ADVANCE and not 0 < plan.advance_bps < WHOLE:
        yield Finding(
            "prepay.advance_bps",
            f"成本预拨比例为 {_percent(plan.advance_bps)}，应大于 0、小于 100%。",
            f"The advance is {_percent(plan.advance_bps)}; it must lie between 0 and 100%.",
        )
    if plan.mode is Mode.ROLLING:
        yield from _rolling_in_step(plan)


def _stages_in_step(plan: Plan) -> Iterator[Finding]:
    total = 0
    for number, stage in enumerate(plan.stages, start=1):
        total += stage.release_bps
        if total <= stage.progress_bps:
            continue
        out, taught = (Fen(EXAMPLE_FEN * bps // WHOLE) for bps in (total, stage.progress_bps))
        yield Finding(
            "prepay.stages",
            f"第 {number} 阶段授课 {_percent(stage.progress_bps)} 时累计拨付 {_percent(total)}，"
            f"快于授课。例：{yuan(Fen(EXAMPLE_FEN))} 元的合同此时只上了 {yuan(taught)} 元的课，"
            f"却已拨付 {yuan(out)} 元，机构若停业，家庭少 {yuan(Fen(out - taught))} 元。",
            f"At stage {number}, with {_percent(stage.progress_bps)} taught, {_percent(total)} is "
            f"released. Example: of {yuan(Fen(EXAMPLE_FEN))} yuan, {yuan(taught)} is taught and "
            f"{yuan(out)} is out; if the institution closes, the family lacks "
            f"{yuan(Fen(out - taught))} yuan.",
        )
    if total != WHOLE:
        yield Finding(
            "prepay.stages",
            f"各阶段合计拨付 {_percent(total)}，应为 100%。",
            f"The stages release {_percent(total)} together; it must be 100%.",
        )


def _rolling_in_step(plan: Plan) -> Iterator[Finding]:
    if plan.months < 1 or not 0 <= plan.retention_bps <= WHOLE:
        yield Finding(
            "prepay.rolling_months",
            "滚动拨付至少分 1 个月，留存比例在 0 与 100% 之间。",
            "Rolling release takes a month at least, and keeps between 0 and 100%.",
        )
        return
    if not plan.partial:
        return
    out = target(plan, Progress(paid=EXAMPLE_FEN, earned=0))
    if out and not plan.debt_days:
        yield Finding(
            "prepay.rolling_partial",
            f"旧式滚动拨付会先放出 {yuan(out)} 元，须写明机构补足的期限。",
            f"The older rolling release lets {yuan(out)} yuan out first; state when the "
            "institution makes it good.",
        )


def _balance_floor(pack: Pack, day: date) -> Iterator[Finding]:
    """An advance and «balance ≥ all undelivered» cannot both hold."""
    key = "prepay.min_balance_rule"
    if not pack.has(key, day) or pack.on(key, day).text != "FULL_UNDELIVERED":
        return
    for mode in allowed_modes(pack, day):
        try:
            plan = build(pack, day, mode)
        except RuleMissing:
            continue  # named by the check of modes
        out = target(plan, Progress(paid=EXAMPLE_FEN, earned=0)) if plan.runs_ahead else 0
        if out:
            left, whole = yuan(Fen(EXAMPLE_FEN - out)), yuan(Fen(EXAMPLE_FEN))
            yield Finding(
                key,
                f"“专户余额不低于全部未消课”与“{mode.value}”不能并用。例：{whole} 元的合同开课时"
                f"先拨 {yuan(Fen(out))} 元，专户只剩 {left} 元，低于未消课的 {whole} 元。",
                f"“Balance covers all undelivered lessons” cannot go with “{mode.value}”. Example: "
                f"of {whole} yuan, {yuan(Fen(out))} goes out at the start; {left} is left against "
                f"{whole} undelivered.",
            )


def _refund_days(pack: Pack, day: date) -> Iterator[Finding]:
    """At least one day, and a named calendar."""
    named = False
    for name in ("before", "after"):
        key = f"prepay.refund_due_{name}_start_days"
        if not pack.has(key, day):
            continue
        named = True
        days = pack.on(key, day).integer
        if days < 1:
            yield Finding(
                key,
                f"退费办结期限为 {days} 日，至少 1 日。例：当日申请的退费当日已经逾期。",
                f"Refunds are due within {days} days; it must be 1 at least. Example: a refund "
                "asked today is late today.",
            )
    key = "prepay.refund_due_counts"
    if named and (not pack.has(key, day) or pack.on(key, day).text not in COUNTED):
        yield Finding(
            key,
            "退费期限没有写明按日（DAY）还是按工作日（WORKING_DAY）计。"
            "例：国庆前一天申请、期限 5 日，办结日可以差 7 天。",
            "Refund limits name no calendar (DAY or WORKING_DAY). Example: five days from the eve "
            "of the October holiday may end a week apart.",
        )


_CHECKS: Final[tuple[Callable[[Pack, date], Iterator[Finding]], ...]] = (
    _modes,
    _balance_floor,
    _refund_days,
)


def _percent(bps: int) -> str:
    whole, rest = divmod(bps, 100)
    return f"{whole}%" if not rest else f"{whole}.{rest:02d}%"


def stages_of_pack(pack: Pack, day: date) -> tuple[tuple[int, int], ...]:
    """The stages in force, for a page: progress and what it releases, in bps."""
    if not pack.has("prepay.stages", day):
        return ()
    rows = pack.on("prepay.stages", day).rows
    return tuple((each.progress_bps, each.release_bps) for each in stages_of(rows))
