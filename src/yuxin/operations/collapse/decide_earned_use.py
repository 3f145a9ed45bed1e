"""Fees earned before a closing and frozen by it: one person proposes, another decides."""

from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.kernel.canonical import Json
from yuxin.kernel.refusal import BadInput, NotFound, Refusal
from yuxin.operations.collapse.decide_closing import ClosingDecided
from yuxin.operations.operation import operation
from yuxin.tuition.collapse import earned, services
from yuxin.tuition.collapse.models import Claim, Closing, EarnedUse
from yuxin.tuition.collapse.permissions import require_another, require_may_close
from yuxin.tuition.services import contracts, timeline
from yuxin.tuition.services.timeline import Step

_WAYS = EarnedUse.Way


class NothingEarned(Refusal):
    """Nothing is frozen that the decision could be about, or not yet."""

    code = "nothing_earned"
    zh = "现在没有可处理的已确认课费：专户退款须先排完；抵付还须有家庭的缺口。"
    en = (
        "There are no earned fees to decide about now: the refunds from custody come first, and "
        "a set-off needs families that are short."
    )


class EarnedMoved(Refusal):
    """The sums moved since the proposal."""

    code = "earned_moved"
    zh = "提出以后金额变了，请先不同意这一份，再按现在的金额重新提出。"
    en = "The sums have moved since this was proposed: reject it and propose the new sum."


class SeveralAccounts(Refusal):
    """A set-off moves nothing between accounts of a bank."""

    code = "several_accounts"
    zh = "这些合同的钱不在同一个专户，不能直接抵付。请留给清算人。"
    en = "The money lies on several custody accounts, so it cannot be set off: keep it."


@operation("earned_use.proposed", roles={Role.OFFICER, Role.HEAD})
def propose_earned_use(act: Act, *, closing_code: str, way: str, reason: str) -> Receipt:
    """Propose what becomes of earned fees that the closing froze; nothing moves yet.

    Raises: NotFound, Forbidden, BadInput, ClosingDecided, NothingEarned.
    Law: N20 (learners' refunds first, two persons for large payments), funds-rules R9.
    """
    closing = _in_force(act, closing_code)
    if way not in _WAYS.values:
        raise BadInput(field="way")
    if not reason.strip():
        raise BadInput(field="reason")
    if closing.earned_uses.filter(state=EarnedUse.State.PROPOSED).exists():
        raise ClosingDecided
    amount, _, _ = _now(closing, EarnedUse.Way(way))
    use = earned.propose(act, closing, way=EarnedUse.Way(way), amount_fen=amount, reason=reason)
    return _receipt(act, closing, use, [])


@operation("earned_use.decided", roles={Role.OFFICER, Role.HEAD})
def decide_earned_use(act: Act, *, use_code: str, grant: bool) -> Receipt:
    """Another person decides: set off and refunded, or kept.

    Raises: NotFound, Forbidden, SamePerson, ClosingDecided, EarnedMoved, NothingEarned,
        SeveralAccounts.
    """
    use = earned.use_for_update(use_code)
    if use is None:
        raise NotFound
    closing = _in_force(act, use.closing.code)
    require_another(act.actor, use.proposed_by)
    if use.state != EarnedUse.State.PROPOSED:
        raise ClosingDecided
    steps: list[Step] = []
    if grant:
        amount, free, claims = _now(closing, EarnedUse.Way(use.way))
        if amount != use.amount_fen:
            raise EarnedMoved
        earned.decide(act, use, grant=True)
        if use.way == _WAYS.SET_OFF:
            steps = _set_off(act, use, free, claims)
    else:
        earned.decide(act, use, grant=False)
    return _receipt(act, closing, use, steps)


def _in_force(act: Act, closing_code: str) -> Closing:
    closing = services.closing_for_update(closing_code)
    if closing is None:
        raise NotFound
    require_may_close(act.actor, closing.institution_id)
    if closing.state != Closing.State.DECLARED or closing.undo_asked_by is not None:
        raise ClosingDecided
    return closing


def _now(closing: Closing, way: EarnedUse.Way) -> tuple[int, list[earned.Free], list[Claim]]:
    """What the way is about now: its sum in fen, from which contracts, for which claims."""
    free = earned.free_of(closing.institution_id)
    if not free or closing.claims.filter(state=Claim.State.LISTED).exists():
        raise NothingEarned
    amount = sum(each.amount_fen for each in free)
    claims = [] if way is _WAYS.HELD else earned.open_claims_for_update(closing)
    if way is _WAYS.SET_OFF:
        amount = min(amount, sum(each.open_fen for each in claims))
        if not amount:
            raise NothingEarned
    return amount, free, claims


def _set_off(act: Act, use: EarnedUse, free: list[earned.Free], claims: list[Claim]) -> list[Step]:
    ids = {each.contract_id for each in free} | {each.contract_id for each in claims}
    found = contracts.contracts_for_update(sorted(ids))
    if not earned.one_account(list(found.values())):
        raise SeveralAccounts
    refunds = earned.set_off(act, use, free=free, claims=claims, found=found)
    return [
        Step(
            each.contract,
            "closing_set_off",
            {"use": use.code, "refund": each.code, "amount_fen": each.amount_fen},
            amount_fen=each.amount_fen,
            reference=each.code,
        )
        for each in refunds
    ]


def _receipt(act: Act, closing: Closing, use: EarnedUse, steps: list[Step]) -> Receipt:
    told: dict[str, Json] = {
        "closing": closing.code,
        "use": use.code,
        "way": str(use.way),
        "state": str(use.state),
        "amount_fen": use.amount_fen,
        "reason": use.reason,
    }
    chain = f"closing:{closing.code}"
    entry = timeline.record_many(act, steps, [evidence.Item("use", chain, chain, told)], idle=chain)
    return Receipt(entry.id, told)
