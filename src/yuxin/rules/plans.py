"""The plan of supervision that a rule pack gives, and its copy in a contract's terms."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from yuxin.kernel.canonical import Json
from yuxin.kernel.refusal import Refusal
from yuxin.rules.earning import Recovery
from yuxin.rules.modes import BY_LESSON, Cycle, Mode, Plan, Stage
from yuxin.rules.pack import Pack
from yuxin.rules.table import first_row
from yuxin.rules.values import Row

DEFAULT: Final = "prepay.supervision_mode"
ALLOWED: Final = "prepay.modes_allowed"
STAGES: Final = "prepay.stages"


class ModeNotAllowed(Refusal):
    """The rules in force do not allow this mode of supervision here."""

    code = "mode_not_allowed"
    status = 422
    zh = "当地政策不允许资金监管方式“{mode}”。请在允许的方式中选择。"
    en = "The rules in force do not allow the mode of supervision “{mode}”. Choose an allowed one."


def allowed_modes(pack: Pack, day: date) -> list[Mode]:
    """The modes that a course may use on a day, the default first."""
    default = Mode(pack.on(DEFAULT, day).text)
    rows = pack.on(ALLOWED, day).rows if pack.has(ALLOWED, day) else ()
    more = [each for each in Mode if first_row(rows, {"mode": each.value}) is not None]
    return [default, *(each for each in more if each is not default)]


def plan_of(pack: Pack, day: date, mode: Mode | None = None) -> Plan:
    """The plan of a mode, by default the default one, with every value it needs.

    Raises: ModeNotAllowed; RuleMissing for a value that nobody has filled in: fails closed.
    """
    modes = allowed_modes(pack, day)
    chosen = mode or modes[0]
    if chosen not in modes:
        raise ModeNotAllowed(mode=chosen.value, field="supervision")
    return build(pack, day, chosen)


def build(pack: Pack, day: date, mode: Mode) -> Plan:
    """The plan of a mode whether allowed or not. Raises: RuleMissing."""
    plan = Plan(mode=mode)
    if mode in BY_LESSON:
        plan = _by_lesson(pack, day, mode)
    elif mode is Mode.STAGED:
        plan = Plan(mode=mode, stages=stages_of(pack.on(STAGES, day).rows))
    elif mode is Mode.ADVANCE:
        plan = Plan(
            mode=mode,
            advance_bps=pack.on("prepay.advance_bps", day).integer,
            exposure_max_fen=pack.on("prepay.advance_exposure_max_fen", day).integer,
            recovery=Recovery(pack.on("prepay.advance_recovery", day).text),
            debt_days=_debt_days(pack, day),
        )
    elif mode is Mode.ROLLING:
        plan = _rolling(pack, day)
    elif mode is Mode.DEPOSIT:
        plan = Plan(mode=mode, debt_days=_debt_days(pack, day))
    return plan


def _by_lesson(pack: Pack, day: date, mode: Mode) -> Plan:
    cycle = Cycle(pack.on("prepay.settlement_cycle", day).text)
    limits = {
        Cycle.WEEKLY: "prepay.weekly_within_days",
        Cycle.WHOLE_ORDER: "prepay.whole_order_working_days",
    }
    within = pack.on(limits[cycle], day).integer if cycle in limits else 0
    return Plan(mode=mode, cycle=cycle, within_days=within)


def _rolling(pack: Pack, day: date) -> Plan:
    key = "prepay.rolling_partial"
    partial = pack.has(key, day) and pack.on(key, day).flag
    return Plan(
        mode=Mode.ROLLING,
        months=pack.on("prepay.rolling_months", day).integer,
        retention_bps=pack.on("prepay.retention_bps", day).integer,
        partial=partial,
        debt_days=_debt_days(pack, day) if partial else 0,
    )


def _debt_days(pack: Pack, day: date) -> int:
    return pack.on("prepay.institution_debt_working_days", day).integer


def stages_of(rows: tuple[Row, ...]) -> tuple[Stage, ...]:
    """The stages of a table: `progress_bps >= n` in each row, and what it releases."""
    found = []
    for row in rows:
        (condition,) = row.when
        assert isinstance(condition.value, int), f"{row.code} compares progress by name"
        found.append(Stage(condition.value, int(row.then["release_bps"])))
    return tuple(sorted(found, key=lambda each: each.progress_bps))


def to_terms(plan: Plan) -> dict[str, Json]:
    """The copy that a contract keeps; only what its mode uses."""
    told: dict[str, Json] = {"mode": plan.mode.value}
    if plan.by_lesson:
        told |= {"cycle": plan.cycle.value, "within_days": plan.within_days}
    if plan.stages:
        told["stages"] = [[each.progress_bps, each.release_bps] for each in plan.stages]
    if plan.mode is Mode.ADVANCE:
        told |= {
            "advance_bps": plan.advance_bps,
            "exposure_max_fen": plan.exposure_max_fen,
            "recovery": plan.recovery.value,
        }
    if plan.mode is Mode.ROLLING:
        told |= {
            "months": plan.months,
            "retention_bps": plan.retention_bps,
            "partial": plan.partial,
        }
    if plan.debt_days:
        told["debt_working_days"] = plan.debt_days
    return told


def from_terms(funds: Mapping[str, Any]) -> Plan:
    """The plan of a contract from the `funds` of its terms, as it was signed."""
    return Plan(
        mode=Mode(funds["mode"]),
        cycle=Cycle(funds.get("cycle", Cycle.ON_CONFIRMATION)),
        within_days=funds.get("within_days", 0),
        stages=tuple(Stage(*each) for each in funds.get("stages", ())),
        advance_bps=funds.get("advance_bps", 0),
        exposure_max_fen=funds.get("exposure_max_fen", 0),
        recovery=Recovery(funds.get("recovery", Recovery.RECOUP_FIRST)),
        months=funds.get("months", 0),
        retention_bps=funds.get("retention_bps", 0),
        partial=funds.get("partial", False),
        debt_days=funds.get("debt_working_days", 0),
    )
