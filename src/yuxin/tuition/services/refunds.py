"""The arithmetic and the writing of refunds (funds-rules 4.2)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import F, Sum

from yuxin.cases import services as cases
from yuxin.cases.models import Proceeding
from yuxin.kernel.act import Act, require_act
from yuxin.kernel.calendar import Calendar
from yuxin.kernel.clock import day_of
from yuxin.kernel.codes import new_subject_code
from yuxin.ledger.models import ContractBalance
from yuxin.rules.earning import PriceBasis
from yuxin.rules.plans import from_terms
from yuxin.tuition.advances.models import Cover, Debt
from yuxin.tuition.models import (
    Contract,
    Instruction,
    InstructionLine,
    Lesson,
    PaymentOrder,
    RefundCase,
    RefundRedirect,
)
from yuxin.tuition.refund_kind import REFUND
from yuxin.tuition.services import money

STATES: Final = RefundCase.State
TAKEN: Final = (Lesson.State.CONFIRMED, Lesson.State.DEEMED)
OWN_CAUSE: Final = ("schedule", "moved")  # reasons that lie with the family
GRANTED: Final = (STATES.APPROVED, STATES.INSTRUCTED, STATES.PAID, STATES.RETURNED)


@dataclass(frozen=True)
class Sheet:
    """What a contract's money is at one moment, in fen; `refundable` is what is left over.

    `earned` is the institution's: confirmed, deemed, and its part of settled lessons. `pending`
    and `frozen` lessons are answered or decided by themselves and never part of the refund;
    `refunded` counts what was granted, paid out or not yet. `by_list` is how much more confirmed
    lessons come to at the list price, where that is what counts (N15).
    """

    paid: int
    earned: int
    pending: int
    frozen: int
    refunded: int
    by_list: int = 0

    @property
    def left(self) -> int:
        """P - earned - pending - frozen - refunded; never below zero."""
        return max(0, self.paid - self.earned - self.pending - self.frozen - self.refunded)

    @property
    def listed(self) -> int:
        """What the institution keeps on top, taken lessons being counted at the list price."""
        return min(self.by_list, self.left)

    @property
    def refundable(self) -> int:
        """What is left, less what the list price adds; never below zero."""
        return self.left - self.listed

    @property
    def is_short(self) -> bool:
        """Whether the list price asks for more than there is: an officer looks at it."""
        return self.by_list > self.left

    def as_json(self) -> dict[str, int]:
        """The lines of the sheet, for the case and for the log."""
        return {
            "paid_fen": self.paid,
            "earned_fen": self.earned,
            "pending_fen": self.pending,
            "frozen_fen": self.frozen,
            "refunded_fen": self.refunded,
            **({"listed_fen": self.listed} if self.listed else {}),
            "refundable_fen": self.refundable,
        }


def sheet_of(contract: Contract, basis: str = PriceBasis.PROPORTIONAL) -> Sheet:
    """The sheet of a contract from its lessons and refunds; two queries.

    Of earlier refunds both what was granted and what the institution kept at list price count.
    """
    of_state: dict[str, int] = {}
    kept = taken = 0
    for state, amount, kept_fen, centiunits in contract.lessons.values_list(
        "state", "amount_fen", "kept_fen", "centiunits"
    ):
        of_state[state] = of_state.get(state, 0) + amount
        kept += kept_fen or 0
        taken += centiunits if state in TAKEN else 0
    told = contract.refunds.filter(state__in=GRANTED).aggregate(
        total=Sum("amount_fen"), listed=Sum("listed_fen")
    )
    states = Lesson.State
    earned = of_state.get(states.CONFIRMED, 0) + of_state.get(states.DEEMED, 0)
    listed_before = told["listed"] or 0
    return Sheet(
        paid=contract.total_fen if contract.paid_at else 0,
        earned=earned + kept + listed_before,
        pending=of_state.get(states.PENDING, 0),
        frozen=of_state.get(states.DISPUTED, 0),
        refunded=told["total"] or 0,
        by_list=0
        if basis != PriceBasis.LIST_PRICE
        else _more_at_list_price(contract, taken, earned + listed_before),
    )


def _more_at_list_price(contract: Contract, taken: int, earned: int) -> int:
    """How much more the taken units come to at the list price than they earned.

    Gift units taken count nothing, and count as taken first, in the family's favour.
    Rounding: down to the fen.
    """
    counted = max(0, taken - contract.gift_centiunits)
    return max(0, int(contract.terms["price"]["unit_fen"]) * counted // 100 - earned)


def basis_for(contract: Contract, reason: str, *, is_cooling: bool) -> str:
    """By which price a refund asked for this reason counts what was taken.

    The list price only for the consumer's own cause, where the contract says so (which it may
    only where policy permits); never in the cooling-off time, where the contract's price counts.
    Law: N15 and N14.
    """
    agreed = contract.terms.get("refund", {}).get("basis") == PriceBasis.LIST_PRICE
    own = reason in OWN_CAUSE and agreed and not is_cooling
    return PriceBasis.LIST_PRICE if own else PriceBasis.PROPORTIONAL


def request(
    act: Act,
    *,
    contract: Contract,
    sheet: Sheet,
    reason: str,
    answer_by_on: date,
    opens: str = "opened",
    basis: str = PriceBasis.PROPORTIONAL,
) -> RefundCase:
    """Write a request with the arithmetic as the guardian saw it, and open its proceeding.

    `opens`: the opening row of its table; one leads to the institution, another to an officer.
    """
    looked_at = opens == "opened_for_review"
    refund = RefundCase.objects.create(
        code=new_subject_code(),
        institution_id=contract.institution_id,
        guardian_id=contract.guardian_id,
        contract=contract,
        reason=reason,
        basis=basis,
        state=STATES.REVIEWING if looked_at else STATES.REQUESTED,
        sheet=sheet.as_json(),
        amount_fen=sheet.refundable,
        requested_at=act.at,
        answer_by_on=answer_by_on,
    )
    _opened(act, refund, opens, days=None if looked_at else contract.silence_days)
    return refund


def _opened(act: Act, refund: RefundCase, row: str, *, days: int | None = None) -> Proceeding:
    return cases.open_proceeding(
        act,
        REFUND,
        row,
        institution_id=refund.institution_id,
        guardian_id=refund.guardian_id,
        reference=refund.code,
        amount_fen=refund.amount_fen,
        days=days,
    )


def grant(act: Act, *, contract: Contract, amount_fen: int, reason: str, opens: str) -> RefundCase:
    """Write a refund that a dispute's end granted: nobody is asked again.

    `opens`: the opening row of its table that names the operation in progress.
    """
    refund = RefundCase.objects.create(
        code=new_subject_code(),
        institution_id=contract.institution_id,
        guardian_id=contract.guardian_id,
        contract=contract,
        state=RefundCase.State.APPROVED,
        ground=RefundCase.Ground.ADJUDICATED,
        reason=reason,
        sheet={"refundable_fen": amount_fen},
        amount_fen=amount_fen,
        requested_at=act.at,
        answer_by_on=act.day,
        answered_at=act.at,
    )
    _opened(act, refund, opens)
    return refund


def follow(act: Act, *, contract: Contract, amount_fen: int, reason: str, opens: str) -> str:
    """What came back to a contract after its rest was refunded follows as a refund of its own.

    Its code; empty where the contract still runs, or nothing came back. `opens`: as in `grant`.
    """
    if contract.state != Contract.State.REFUNDING or not amount_fen:
        return ""
    refund = grant(act, contract=contract, amount_fen=amount_fen, reason=reason, opens=opens)
    money.post(act, [money.refund_due(refund, on=act.day)])
    return refund.code


def grant_agreed(act: Act, *, contract: Contract, amount_fen: int) -> RefundCase:
    """Write a refund that a signed supplement grants: both sides agreed, nobody is asked.

    The supplement is its decision, so it has no proceeding of its own unless the bank returns it.
    """
    return RefundCase.objects.create(
        code=new_subject_code(),
        institution_id=contract.institution_id,
        guardian_id=contract.guardian_id,
        contract=contract,
        state=RefundCase.State.APPROVED,
        ground=RefundCase.Ground.AGREED,
        reason="supplement",
        sheet={"refundable_fen": amount_fen},
        amount_fen=amount_fen,
        requested_at=act.at,
        answer_by_on=act.day,
        answered_at=act.at,
    )


def refund_for_update(code: str) -> RefundCase | None:
    """The refund of `code` with its contract, locked until the operation ends."""
    require_act()
    return (
        RefundCase.objects.filter(code=code)
        .select_related("contract")
        .order_by("pk")
        .select_for_update(no_key=True, of=("self",))
        .first()
    )


def may_be_answered(refund: RefundCase) -> bool:
    """Whether the institution may answer: it was asked, or an officer looks at a sum that follows
    the contract's price. Where the list price asks for more than there is only an officer may."""
    looked_at = refund.state == STATES.REVIEWING and refund.basis == PriceBasis.PROPORTIONAL
    return refund.state == STATES.REQUESTED or looked_at


def overdue_for_update(
    *, institution_id: int, on: date, after: int, limit: int
) -> list[RefundCase]:
    """Requests left unanswered past their day, past the one numbered `after`, locked."""
    require_act()
    return list(
        RefundCase.objects.filter(
            institution_id=institution_id,
            state=RefundCase.State.REQUESTED,
            answer_by_on__lt=on,
            pk__gt=after,
        )
        .select_related("contract")
        .order_by("pk")
        .select_for_update(no_key=True, of=("self",), skip_locked=True)[:limit]
    )


def silence_is_over(refund: RefundCase, *, calendar: Calendar, on: date) -> bool:
    """Whether the institution's working days are over by `on`; never on a provisional year."""
    start = day_of(refund.requested_at)
    deadline = calendar.deadline(start, refund.contract.silence_days)
    return not deadline.provisional and deadline.day < on


def approved_for_update(*, institution_id: int, limit: int) -> list[RefundCase]:
    """Refunds of an institution that are due and not ordered yet, locked."""
    require_act()
    return list(
        RefundCase.objects.filter(
            institution_id=institution_id,
            state=RefundCase.State.APPROVED,
            amount_fen__gt=0,
            contract__orders__state=PaymentOrder.State.ARRIVED,
        )
        .select_related("contract")
        .order_by("pk")
        .select_for_update(no_key=True, of=("self",), skip_locked=True)[:limit]
    )


def move(act: Act, refund: RefundCase, row: str, *, words: str = "", **values: object) -> None:
    """Make one move of a refund's table and write what belongs to it.

    A refund that a decision about many granted (the use of a deposit) has no proceeding of its
    own: that decision's is its own, until the bank sends the money back.
    Raises: WrongState, Forbidden, SamePerson, WordsMissing.
    """
    proceeding = cases.of_reference_for_update(REFUND, refund.code)
    amount = values.get("amount_fen")
    if proceeding is not None:
        cases.advance(
            act,
            proceeding,
            REFUND,
            row,
            words=words,
            amount_fen=amount if isinstance(amount, int) else None,
        )
    _write(refund, row, **values)


def _write(refund: RefundCase, row: str, **values: object) -> None:
    """The state of the row as the refund itself has it: it stays returned while redirected."""
    target = REFUND.move(row).target
    state = STATES.RETURNED if target == "redirecting" else STATES(target)
    RefundCase.objects.filter(pk=refund.pk).update(state=state, **values)
    refund.state = state


def instructed(act: Act, refunds: Sequence[RefundCase]) -> None:
    """Note that orders to pay these were made."""
    codes = [refund.code for refund in refunds]
    under_way = cases.of_references_for_update(REFUND, codes)
    cases.advance_many(act, under_way, REFUND, "instructed")
    RefundCase.objects.filter(code__in=codes).update(state=STATES.INSTRUCTED)


def came_back(act: Act, refund: RefundCase) -> None:
    """The bank sent a refund back: waiting as before, or anew where it had been paid."""
    if cases.of_reference_for_update(REFUND, refund.code) is None:
        _opened(act, refund, "came_back")
        _write(refund, "came_back", paid_on=None)
    else:
        move(act, refund, "returned", paid_on=None)


def propose_redirect(
    act: Act, refund: RefundCase, *, account_sealed: bytes, last4: str, words: str
) -> RefundRedirect:
    """Write the account to which a returned refund shall go, for a second person to approve."""
    require_act()
    return RefundRedirect.objects.create(
        refund=refund,
        institution_id=refund.institution_id,
        guardian_id=refund.guardian_id,
        account_sealed=account_sealed,
        account_last4=last4,
        words=words.strip(),
        proposed_by=act.actor.account_id or 0,
        proposed_at=act.at,
    )


def latest_redirect(refund: RefundCase) -> RefundRedirect | None:
    """The account that was proposed last."""
    return RefundRedirect.objects.filter(refund=refund).order_by("-pk").first()


def approve_redirect(act: Act, refund: RefundCase) -> RefundRedirect:
    """Note who approved the account that was proposed last.

    PostgreSQL refuses the proposer's own approval.
    """
    require_act()
    redirect = latest_redirect(refund)
    assert redirect is not None, "what is approved was proposed"
    redirect.approved_by, redirect.approved_at = act.actor.account_id or 0, act.at
    redirect.save(update_fields=["approved_by", "approved_at"])
    return redirect


@dataclass(frozen=True)
class Left:
    """What is still to be paid of a refund: from the contract's own custody now, and what that
    does not cover and nobody was asked for yet. In fen."""

    covered: int
    uncovered: int


def left_to_pay(due: Sequence[RefundCase]) -> dict[int, Left]:
    """What is left of refunds, by their keys; four queries. Nothing is taken from other contracts.

    Orders that were made, and what the institution pays by itself, are not paid again. Only a
    contract whose plan lets the institution hold untaught money can be uncovered.
    """
    require_act()
    contracts = {each.contract_id: each.contract for each in due}
    made = _sums(
        Instruction.objects.filter(refund__in=due, state__in=_UNDER_WAY).values_list(
            "refund_id", "amount_fen"
        )
    )
    leaving = _sums(
        InstructionLine.objects.filter(contract_id__in=contracts, open=True).values_list(
            "contract_id", "amount_fen"
        )
    )
    for contract_id, amount in Instruction.objects.filter(
        refund__contract_id__in=contracts,
        refund__source=RefundCase.Source.CUSTODY,
        state__in=_UNDER_WAY[:2],
    ).values_list("refund__contract_id", "amount_fen"):
        leaving[contract_id] = leaving.get(contract_id, 0) + amount
    demanded = {
        refund_id: (amount, amount if direct else covered)
        for refund_id, amount, direct, covered in Debt.objects.filter(refund__in=due).values_list(
            "refund_id", "amount_fen", "direct", "covered_fen"
        )
    }
    custody = dict(
        ContractBalance.objects.filter(
            institution_id__in={each.institution_id for each in due}, contract_id__in=contracts
        ).values_list("contract_id", "custody_fen")
    )
    left: dict[int, Left] = {}
    for refund in due:
        asked, elsewhere = demanded.get(refund.pk, (0, 0))
        open_fen = refund.amount_fen - made.get(refund.pk, 0) - elsewhere
        if refund.source != RefundCase.Source.CUSTODY or not _runs_ahead(refund):
            left[refund.pk] = Left(open_fen, 0)
            continue
        at_hand = max(custody.get(refund.contract_id, 0) - leaving.get(refund.contract_id, 0), 0)
        covered = min(open_fen, at_hand)
        left[refund.pk] = Left(covered, 0 if asked else open_fen - covered)
    return left


def _runs_ahead(refund: RefundCase) -> bool:
    """Whether the institution may hold money of the contract that was not earned."""
    return from_terms(refund.contract.terms["funds"]).runs_ahead


_UNDER_WAY: Final = (Instruction.State.CREATED, Instruction.State.SENT, Instruction.State.DONE)


def _sums(rows: Iterable[tuple[int, int]]) -> dict[int, int]:
    sums: dict[int, int] = {}
    for key, amount in rows:
        sums[key] = sums.get(key, 0) + amount
    return sums


def is_paid_up(refund: RefundCase) -> bool:
    """Whether all of a refund was paid: by the bank, by the institution itself, and by a deposit
    or an insurer in its place."""
    require_act()
    by_bank = refund.instructions.filter(state=Instruction.State.DONE).aggregate(
        total=Sum("amount_fen")
    )["total"]
    by_itself = Debt.objects.filter(refund=refund, direct=True, state=Debt.State.PAID).aggregate(
        total=Sum(F("amount_fen") - F("covered_fen"))
    )["total"]
    instead = Cover.objects.filter(debt__refund=refund, refund__state=STATES.PAID).aggregate(
        total=Sum("amount_fen")
    )["total"]
    return (by_bank or 0) + (by_itself or 0) + (instead or 0) == refund.amount_fen


def paid_instead(act: Act, payment: RefundCase, row: str, *, on: date) -> None:
    """A deposit or an insurer paid: refunds whose debts that covered are paid, where all of them
    is."""
    covers = payment.covers.select_related("debt__refund__contract").order_by("pk")
    for refund in (each.debt.refund for each in covers):
        if refund.state == STATES.APPROVED and is_paid_up(refund):
            move(act, refund, row, paid_on=on)
