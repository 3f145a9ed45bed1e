"""Supplements: their words, and what they change when both have signed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Sum

from yuxin.access.sealed import seal
from yuxin.kernel.act import Act, require_act
from yuxin.kernel.codes import new_subject_code
from yuxin.kernel.money import Fen, yuan, yuan_in_words
from yuxin.kernel.refusal import BadInput, Refusal
from yuxin.rules.earning import earned
from yuxin.tuition.agreements import wording
from yuxin.tuition.agreements.models import Supplement, Way
from yuxin.tuition.models import ClassGroup, Contract, Lesson, RefundCase
from yuxin.tuition.services import contracts, joining, refunds

KIND = Supplement.Kind
TEXT: Final = "supplement-text"
SIGNER: Final = "signer"
TITLES: Final = {
    KIND.TEACHER: "变更授课教师",
    KIND.SCHEDULE: "变更课表",
    KIND.CLASS: "变更班级",
    KIND.DISPUTE: "争议解决后返还课款的使用",
    KIND.PARTIAL_REFUND: "部分退费，变更课时和价款",
    KIND.CLOSING: "合同结清",
}


class NotSupplementable(Refusal):
    """The contract's state allows no such supplement."""

    code = "not_supplementable"
    status = 409
    zh = "现在不能拟这份补充协议：{why_zh}。"
    en = "This supplement cannot be drawn up now: {why_en}."


@dataclass(frozen=True)
class Proposal:
    """What an institution proposes. `returned_centiunits`: units that the family gives back."""

    kind: str
    words: str = ""
    new_class_code: str = ""
    returned_centiunits: int = 0


@dataclass(frozen=True)
class Change:
    """What a proposal comes to on this contract."""

    new_class: ClassGroup | None = None
    new_centiunits: int | None = None
    refund_fen: int = 0
    lines: tuple[str, ...] = ()


def change_of(contract: Contract, told: Proposal, at: datetime) -> Change:
    """Work out a proposal, or refuse it. Raises: BadInput, NotSupplementable."""
    kind = told.kind
    if kind not in KIND.values:
        raise BadInput(field="kind")
    if len(told.words.strip()) > 400 or "\n" in told.words:
        raise BadInput(field="words")
    if kind == KIND.CLOSING:
        return _closing(contract)
    if contract.state != Contract.State.ACTIVE:
        raise NotSupplementable(why_zh="合同不在上课中", why_en="the contract is not running")
    if kind == KIND.CLASS:
        return _class(contract, told, at)
    if kind == KIND.PARTIAL_REFUND:
        return _partial(contract, told)
    if kind == KIND.DISPUTE and not _returned(contract):
        raise NotSupplementable(
            why_zh="没有已解决并返还课款的争议", why_en="no settled dispute returned anything"
        )
    if not told.words.strip():
        raise BadInput(field="words")
    back = _returned(contract) if kind == KIND.DISPUTE else 0
    lines = (f"争议解决后返还本合同的课款共{_sum(back)}。",) if back else ()
    return Change(lines=lines)


def _sum(fen: int) -> str:
    return f"人民币{yuan(Fen(fen))}元（大写：{yuan_in_words(Fen(fen))}）"


def _returned(contract: Contract) -> int:
    """What settled disputes gave back to the contract, in fen."""
    told = Lesson.objects.filter(contract=contract, state=Lesson.State.SETTLED).aggregate(
        whole=Sum("amount_fen"), kept=Sum("kept_fen")
    )
    return int(told["whole"] or 0) - int(told["kept"] or 0)


def _class(contract: Contract, told: Proposal, at: datetime) -> Change:
    group = (
        ClassGroup.objects.filter(code=told.new_class_code, course_id=contract.course_id)
        .exclude(pk=contract.class_group_id)
        .first()
    )
    if group is None:
        raise BadInput(field="new_class")
    left = contract.centiunits_in_force - units_taught(contract)
    share = joining.share_of(group, at)
    if share.centiunits < left:
        raise NotSupplementable(
            why_zh="那个班剩下的课不够上完这份合同",
            why_en="that class has too few lessons left for this contract",
        )
    return Change(
        new_class=group,
        lines=(
            f"学员自本协议生效起转入{group.name}（{group.code}），授课教师{group.teacher_name}。",
        ),
    )


def _spans(contract: Contract) -> list[tuple[int, int]]:
    """The units that lessons of a contract hold, as pairs from-to."""
    rows = (
        Lesson.objects.filter(contract=contract)
        .exclude(state=Lesson.State.VOIDED)
        .values_list("spans", flat=True)
    )
    return [(int(start), int(end)) for spans in rows for start, end in spans]


def units_taught(contract: Contract) -> int:
    """Units of lessons that were held and not voided, whatever became of them."""
    return sum(end - start for start, end in _spans(contract))


def _partial(contract: Contract, told: Proposal) -> Change:
    """New P and N: the curve of the signed price is kept, so no fen drifts.

    Rounding: what stays is rounded down to the fen on the running total, as lessons are.
    """
    now, total, units = (
        contract.centiunits_in_force,
        contract.total_fen,
        contract.total_centiunits,
    )
    after = now - told.returned_centiunits
    last = max((end for _, end in _spans(contract)), default=0)
    if told.returned_centiunits <= 0 or after <= 0 or after < last:
        raise BadInput(field="returned_units")
    over = [RefundCase.State.PAID, RefundCase.State.WITHDRAWN]
    if contract.refunds.exclude(state__in=over).exists():
        raise NotSupplementable(
            why_zh="已有一笔退费在办", why_en="a refund of the contract is under way"
        )
    amount = int(earned(total, now, units) - earned(total, after, units))
    if not 0 < amount <= refunds.sheet_of(contract).refundable:
        raise NotSupplementable(why_zh="没有这么多可退的钱", why_en="not so much can be refunded")
    kept = int(earned(total, after, units))
    return Change(
        new_centiunits=after,
        refund_fen=amount,
        lines=(
            f"课时由{wording.units(now)}课时变为{wording.units(after)}课时，合同价款变为{_sum(kept)}。",
            f"退还{wording.units(told.returned_centiunits)}课时的课款{_sum(amount)}，原路退回付款账户。",
            "每课时的课款按原合同价款和课时计算不变，其余条款照旧，课程继续。",
        ),
    )


def _closing(contract: Contract) -> Change:
    if contract.state != Contract.State.CLOSED:
        raise NotSupplementable(why_zh="合同还没有结清", why_en="the contract is not settled yet")
    sheet = refunds.sheet_of(contract)
    return Change(
        lines=(
            (
                f"乙方已付{_sum(sheet.paid)}；已上课并划给甲方{_sum(sheet.earned)}；"
                f"已退还乙方{_sum(sheet.refunded)}；专户内余额为零。"
            ),
            "双方对本合同的课时和款项没有未了结的事项；法律规定的权利不因本协议丧失。",
        )
    )


def text_of(contract: Contract, number: str, told: Proposal, change: Change) -> str:
    """The whole text of a supplement."""
    words = (f"双方约定：{told.words.strip()}",) if told.words.strip() else ()
    lines = (
        "补充协议",
        f"协议编号：{number}",
        f"原合同编号：{contract.code}，原合同文本指纹{contract.terms_sha256}。",
        f"第一条 事项：{TITLES[KIND(told.kind)]}",
        *change.lines,
        *words,
        "第二条 效力",
        "本协议自双方签字起生效，与原合同具有同等效力；不一致的以本协议为准，没有写到的照原合同。",
        "乙方不签的，原合同照旧履行，乙方仍可以依原合同申请退费。",
    )
    return "\n".join(lines) + "\n"


def propose(act: Act, contract: Contract, told: Proposal, *, way: Way, signer: str) -> Supplement:
    """Write a supplement with the institution's signature under it."""
    require_act()
    change = change_of(contract, told, act.at)
    number = new_subject_code()
    text = text_of(contract, number, told, change)
    return Supplement.objects.create(
        code=number,
        institution_id=contract.institution_id,
        guardian_id=contract.guardian_id,
        contract=contract,
        kind=told.kind,
        new_class=change.new_class,
        new_centiunits=change.new_centiunits,
        refund_fen=change.refund_fen,
        text_sealed=seal(TEXT, text),
        text_sha256=wording.digest(text),
        proposed_at=act.at,
        proposer_sealed=seal(SIGNER, signer),
        proposer_way=way,
    )


def open_of(contract: Contract) -> Supplement | None:
    """The proposed supplement of a contract, if there is one."""
    return Supplement.objects.filter(contract=contract, state=Supplement.State.PROPOSED).first()


def for_update(code: str) -> Supplement | None:
    """The supplement of a code with its contract, locked: the contract first."""
    require_act()
    number = Supplement.objects.filter(code=code).values_list("contract__code", flat=True).first()
    contract = contracts.contract_for_update(number) if number else None
    row = Supplement.objects.filter(code=code).order_by("pk").select_for_update(no_key=True).first()
    if row is not None and contract is not None:
        row.contract = contract
    return row


def answer(row: Supplement, state: Supplement.State, *, at: datetime, signer: str = "") -> None:
    """Write the family's answer, or that the institution took its proposal back."""
    require_act()
    signed = state == Supplement.State.IN_FORCE
    Supplement.objects.filter(pk=row.pk).update(
        state=state,
        answered_at=at,
        signed_at=at if signed else None,
        signer_sealed=seal(SIGNER, signer) if signed else None,
    )
    row.state = state


def move_class(row: Supplement) -> bool:
    """Let the learner change classes; False when the new one is full."""
    require_act()
    assert row.new_class is not None, "only a change of class moves a learner"
    if not contracts.take_place(row.new_class):
        return False
    contracts.give_place_back(row.contract.class_group_id)
    Contract.objects.filter(pk=row.contract_id).update(class_group=row.new_class)
    return True


def set_units(row: Supplement) -> None:
    """The units that are agreed from now on."""
    require_act()
    Contract.objects.filter(pk=row.contract_id).update(agreed_centiunits=row.new_centiunits)
