"""The refund run of a closing: page by page, each contract out of its own custody only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db import connection

from yuxin.kernel.act import Act, require_act
from yuxin.kernel.codes import new_subject_code
from yuxin.ledger.services import Group
from yuxin.tuition.collapse.models import Claim, ClaimLesson, Closing
from yuxin.tuition.collapse.services import SUMS
from yuxin.tuition.models import Contract, Lesson, RefundCase
from yuxin.tuition.services import contracts, money

_STATES: Final = RefundCase.State
_ASKED: Final = (_STATES.REQUESTED, _STATES.CONTESTED, _STATES.REVIEWING)


@dataclass(frozen=True)
class Now:
    """A contract's books at the moment of its page, in fen."""

    paid: int
    refunded: int
    unearned: int
    pending: int
    frozen: int
    due: int
    advance: int
    free: int
    leaving: int  # an advance that the bank has the order for

    @property
    def claim(self) -> int:
        """What is the learner's."""
        return self.unearned + self.pending + self.frozen + self.due

    @property
    def offset(self) -> int:
        """What is payable to the institution and set against its debt to this contract."""
        return min(self.free, self.advance)

    @property
    def shortfall(self) -> int:
        """What of the claim does not lie in this contract's own custody."""
        return min(self.claim, self.advance - self.offset + self.leaving)

    @property
    def refund(self) -> int:
        """What is made due now: held, less refunds agreed before."""
        return max(0, self.claim - self.shortfall - self.due)


def listed_for_update(closing: Closing, *, limit: int) -> list[Claim]:
    """Claims whose refund was not ordered yet, in the order of contracts, locked."""
    require_act()
    return list(
        closing.claims.filter(state=Claim.State.LISTED)
        .order_by("contract_id")
        .select_for_update(no_key=True, skip_locked=True)[:limit]
    )


def order_refunds(act: Act, closing: Closing, claims: Sequence[Claim], *, on: date) -> None:
    """Give unanswered and disputed lessons back, make what is held due, order its refund.

    The sums are read anew, so a lesson that the family confirmed since is the institution's.
    """
    found = contracts.contracts_for_update([each.contract_id for each in claims])
    sums = _sums(closing.institution_id, list(found))
    _give_lessons_back(claims)
    _supersede(claims)
    refunds = []
    for claim in claims:
        claim.contract = found[claim.contract_id]
        now = sums.get(claim.contract_id)
        _restate(claim, now)
        if now is not None and now.refund:
            claim.refund = _refund_of(act, claim, now.refund)
            refunds.append(claim.refund)
    RefundCase.objects.bulk_create(refunds)
    Claim.objects.bulk_update(claims, _RESTATED)
    _end([each.contract for each in claims])
    money.post(act, [_given_back(each, closing, on=on) for each in claims])
    money.post(act, [money.refund_due(each, on=on) for each in refunds])


def ordered_for_update(closing: Closing, *, limit: int) -> list[Claim]:
    """Claims whose refund was made due, locked, with it."""
    require_act()
    return list(
        closing.claims.filter(state=Claim.State.ORDERED)
        .select_related("refund")
        .order_by("contract_id")
        .select_for_update(no_key=True, of=("self",))[:limit]
    )


def drop_listed(closing: Closing) -> list[Claim]:
    """Claims that the run had not come to are undone with their closing."""
    require_act()
    listed = list(closing.claims.filter(state=Claim.State.LISTED).order_by("pk"))
    closing.claims.filter(state=Claim.State.LISTED).update(state=Claim.State.UNDONE)
    return listed


_RESTATED: Final = [
    *("state", "paid_fen", "earned_fen", "refunded_fen", "unearned_fen", "pending_fen"),
    *("frozen_fen", "due_fen", "claim_fen", "held_fen", "shortfall_fen", "offset_fen"),
    *("refund", "asked", "asked_state"),
]


def take_back(act: Act, closing: Closing, claims: Sequence[Claim], *, on: date) -> None:
    """Undo the pages of a run of which nothing was ordered from the bank yet."""
    require_act()
    ordered = list(claims)
    found = contracts.contracts_for_update([each.contract_id for each in ordered])
    for claim in ordered:
        claim.contract = found[claim.contract_id]
    refunds = [each.refund for each in ordered if each.refund is not None]
    RefundCase.objects.filter(pk__in=[each.pk for each in refunds]).update(
        state=_STATES.WITHDRAWN, answered_at=act.at
    )
    money.post(act, [money.refund_taken_back(each, on=on) for each in refunds])
    money.post(act, [_given_back(each, closing, on=on, back=True) for each in ordered])
    for claim in ordered:
        if claim.asked_id:
            RefundCase.objects.filter(pk=claim.asked_id).update(state=claim.asked_state)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE tuition_lesson l SET state = g.was, kept_fen = NULL, answered_at ="
            " CASE WHEN g.was = 'pending' THEN NULL ELSE l.answered_at END"
            " FROM collapse_claimlesson g WHERE g.lesson_id = l.id AND g.claim_id = ANY (%s)",
            [[each.pk for each in ordered]],
        )
    _reopen([each.contract for each in ordered])
    Claim.objects.filter(pk__in=[each.pk for each in claims]).update(state=Claim.State.UNDONE)


def _sums(institution_id: int, contract_ids: list[int]) -> dict[int, Now]:
    with connection.cursor() as cursor:
        cursor.execute(SUMS + " AND c.id = ANY (%s)", [institution_id, contract_ids])
        return {row[0]: _now(row) for row in cursor.fetchall()}


def _now(row: tuple[Any, ...]) -> Now:
    (_, _, _, paid, _, _, refunded, unearned, pending, frozen, due, advance, free, leaving) = row
    return Now(paid, refunded, unearned, pending, frozen, due, advance, free, leaving)


def _restate(claim: Claim, now: Now | None) -> None:
    """Write on the claim what the books say now; nothing is owed where they say nothing."""
    now = now or Now(claim.paid_fen, claim.refunded_fen + claim.claim_fen, 0, 0, 0, 0, 0, 0, 0)
    claim.state = Claim.State.ORDERED
    claim.paid_fen, claim.refunded_fen = now.paid, now.refunded
    claim.unearned_fen, claim.pending_fen = now.unearned, now.pending
    claim.frozen_fen, claim.due_fen = now.frozen, now.due
    claim.claim_fen, claim.shortfall_fen = now.claim, now.shortfall
    claim.held_fen, claim.offset_fen = now.claim - now.shortfall, now.offset
    claim.earned_fen = now.paid - now.refunded - now.claim


def _refund_of(act: Act, claim: Claim, amount_fen: int) -> RefundCase:
    return RefundCase(
        code=new_subject_code(),
        institution_id=claim.institution_id,
        guardian_id=claim.guardian_id,
        contract=claim.contract,
        state=_STATES.APPROVED,
        ground=RefundCase.Ground.CLOSING,
        reason="closing",
        sheet={"refundable_fen": amount_fen},
        amount_fen=amount_fen,
        requested_at=act.at,
        answer_by_on=act.day,
        answered_at=act.at,
    )


def _give_lessons_back(claims: Sequence[Claim]) -> None:
    """Lessons unanswered or disputed become settled for the learner; what they were is kept."""
    open_ones = [Lesson.State.PENDING, Lesson.State.DISPUTED]
    by_contract = {each.contract_id: each for each in claims}
    rows = list(
        Lesson.objects.filter(contract__in=list(by_contract), state__in=open_ones)
        .order_by("pk")
        .select_for_update(no_key=True)
        .values_list("pk", "contract_id", "state")
    )
    ClaimLesson.objects.bulk_create(
        ClaimLesson(
            claim=by_contract[contract],
            institution_id=by_contract[contract].institution_id,
            guardian_id=by_contract[contract].guardian_id,
            lesson_id=lesson,
            was=state,
        )
        for lesson, contract, state in rows
    )
    Lesson.objects.filter(pk__in=[lesson for lesson, _, _ in rows]).update(
        state=Lesson.State.SETTLED, kept_fen=0
    )


def _supersede(claims: Sequence[Claim]) -> None:
    """Refunds asked and not decided need no answer any more: the run pays the same money."""
    by_contract = {each.contract_id: each for each in claims}
    asked = RefundCase.objects.filter(contract__in=list(by_contract), state__in=_ASKED)
    for refund in asked.order_by("pk").select_for_update(no_key=True):
        claim = by_contract[refund.contract_id]
        claim.asked, claim.asked_state = refund, refund.state
    asked.update(state=_STATES.WITHDRAWN)


def _given_back(claim: Claim, closing: Closing, *, on: date, back: bool = False) -> Group:
    assert closing.decided_at is not None
    return money.given_back(
        money.Fact(claim.contract, "closing", closing.code, closing.decided_at),
        pending_fen=claim.pending_fen,
        frozen_fen=claim.frozen_fen,
        offset_fen=claim.offset_fen,
        on=on,
        back=back,
    )


def _end(found: Sequence[Contract]) -> None:
    running = [each for each in found if each.state == Contract.State.ACTIVE]
    ids = [each.pk for each in running]
    Contract.objects.filter(pk__in=ids).update(state=Contract.State.REFUNDING)
    for contract in running:
        contracts.give_place_back(contract.class_group_id)


def _reopen(found: Sequence[Contract]) -> None:
    """Contracts of which no other refund is left go on; their places are taken again."""
    for contract in found:
        under_way = [_STATES.APPROVED, _STATES.INSTRUCTED, _STATES.PAID, _STATES.RETURNED]
        if contract.refunds.filter(state__in=under_way).exists():
            continue
        contracts.move(contract, Contract.State.ACTIVE)
        contracts.take_place(contract.class_group)
