"""The arithmetic and the writing of refunds (funds-rules 4.2)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db.models import Sum

from yuxin.kernel.act import require_act
from yuxin.kernel.calendar import Calendar
from yuxin.kernel.clock import day_of
from yuxin.kernel.codes import new_subject_code
from yuxin.tuition.models import Contract, Lesson, PaymentOrder, RefundCase

STATES: Final = RefundCase.State
GRANTED: Final = (STATES.APPROVED, STATES.INSTRUCTED, STATES.PAID, STATES.RETURNED)


@dataclass(frozen=True)
class Sheet:
    """What a contract's money is at one moment, in fen; `refundable` is what is left over.

    `earned` is the institution's: confirmed, deemed, and its part of settled lessons. `pending`
    and `frozen` lessons are answered or decided by themselves and never part of the refund;
    `refunded` counts what was granted, paid out or not yet.
    """

    paid: int
    earned: int
    pending: int
    frozen: int
    refunded: int

    @property
    def refundable(self) -> int:
        """P - earned - pending - frozen - refunded; never below zero."""
        return max(0, self.paid - self.earned - self.pending - self.frozen - self.refunded)

    def as_json(self) -> dict[str, int]:
        """The lines of the sheet, for the case and for the log."""
        return {
            "paid_fen": self.paid,
            "earned_fen": self.earned,
            "pending_fen": self.pending,
            "frozen_fen": self.frozen,
            "refunded_fen": self.refunded,
            "refundable_fen": self.refundable,
        }


def sheet_of(contract: Contract) -> Sheet:
    """The sheet of a contract from its lessons and refunds; two queries."""
    of_state: dict[str, int] = {}
    kept = 0
    for state, amount, kept_fen in contract.lessons.values_list("state", "amount_fen", "kept_fen"):
        of_state[state] = of_state.get(state, 0) + amount
        kept += kept_fen or 0
    refunded = contract.refunds.filter(state__in=GRANTED).aggregate(total=Sum("amount_fen"))[
        "total"
    ]
    states = Lesson.State
    return Sheet(
        paid=contract.total_fen if contract.paid_at else 0,
        earned=of_state.get(states.CONFIRMED, 0) + of_state.get(states.DEEMED, 0) + kept,
        pending=of_state.get(states.PENDING, 0),
        frozen=of_state.get(states.DISPUTED, 0),
        refunded=refunded or 0,
    )


def request(
    *, contract: Contract, sheet: Sheet, reason: str, at: datetime, answer_by_on: date
) -> RefundCase:
    """Write a request with the arithmetic as the guardian saw it."""
    require_act()
    return RefundCase.objects.create(
        code=new_subject_code(),
        institution_id=contract.institution_id,
        guardian_id=contract.guardian_id,
        contract=contract,
        reason=reason,
        sheet=sheet.as_json(),
        amount_fen=sheet.refundable,
        requested_at=at,
        answer_by_on=answer_by_on,
    )


def grant(
    *, contract: Contract, amount_fen: int, reason: str, at: datetime, on: date
) -> RefundCase:
    """Write a refund that a decision granted: nobody is asked again."""
    require_act()
    return RefundCase.objects.create(
        code=new_subject_code(),
        institution_id=contract.institution_id,
        guardian_id=contract.guardian_id,
        contract=contract,
        state=RefundCase.State.APPROVED,
        ground=RefundCase.Ground.ADJUDICATED,
        reason=reason,
        sheet={"refundable_fen": amount_fen},
        amount_fen=amount_fen,
        requested_at=at,
        answer_by_on=on,
        answered_at=at,
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


def move(refund: RefundCase, state: RefundCase.State, **values: object) -> None:
    """Write the next state of a refund with what belongs to it."""
    require_act()
    RefundCase.objects.filter(pk=refund.pk).update(state=state, **values)
    refund.state = state
