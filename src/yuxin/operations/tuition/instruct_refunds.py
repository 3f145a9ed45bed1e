"""Approved refunds are ordered to be paid by their original route."""

from datetime import date

from yuxin.access.queries import accounts_with
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.messages import services as messages
from yuxin.operations.operation import operation
from yuxin.policy.in_force import calendar, pack_of
from yuxin.rules.modes import Mode
from yuxin.rules.plans import from_terms
from yuxin.tuition.advances import services as advances
from yuxin.tuition.advances.models import Debt
from yuxin.tuition.models import RefundCase
from yuxin.tuition.services import banking, refunds, timeline
from yuxin.tuition.services.timeline import Step

ITEMS_MAX = 499


@operation("refund.instructed", roles={Role.CLOCK}, moves=("refund.instructed",))
def instruct_refunds_many(act: Act, *, institution_id: int, on: date) -> Receipt:
    """Order the payment of every approved refund of one institution, next bank working day.

    A refund whose money has not reached custody yet waits for it. What the contract's own custody
    does not cover, because the institution holds it untaught, is demanded from the institution
    with a deadline; no other contract's money is touched (R9).
    """
    days = calendar(pack_of(act), "bank", act.day)
    value_on = max(days.next_working(on), days.roll(act.day))
    due = refunds.approved_for_update(institution_id=institution_id, limit=ITEMS_MAX)
    left = refunds.left_to_pay(due)
    steps, debts, paying = [], [], []
    for refund in due:
        covered = left[refund.pk].covered
        if covered:
            order = banking.add_refund(refund, amount_fen=covered, value_on=value_on, at=act.at)
            paying.append(refund)
            steps.append(
                Step(
                    refund.contract,
                    "refund_instructed",
                    {
                        "refund": refund.code,
                        "instruction": order.code,
                        "amount_fen": covered,
                        "value_on": value_on.isoformat(),
                    },
                    amount_fen=covered,
                    reference=order.code,
                )
            )
        if left[refund.pk].uncovered:
            debt = _demand(act, refund, left[refund.pk].uncovered)
            debts.append(debt)
            steps.append(_step(debt))
    refunds.instructed(act, paying)
    _tell(act, debts, institution_id)
    entry = timeline.record_many(act, steps, [], idle=f"institution:{institution_id}")
    return Receipt(
        entry.id,
        {"refunds": len(paying), "demanded": len(debts), "left": len(due) == ITEMS_MAX},
    )


def _demand(act: Act, refund: RefundCase, amount_fen: int) -> Debt:
    plan = from_terms(refund.contract.terms["funds"])
    days = calendar(pack_of(act), "government", act.day)
    return advances.demand(
        refund,
        amount_fen=amount_fen,
        direct=plan.mode is Mode.DEPOSIT,
        due_on=days.add_working_days(act.day, plan.debt_days),
        at=act.at,
    )


def _step(debt: Debt) -> Step:
    return Step(
        debt.contract,
        "debt_demanded",
        {
            "debt": debt.code,
            "refund": debt.refund.code,
            "amount_fen": debt.amount_fen,
            "due": debt.due_on.isoformat(),
            "direct": debt.direct,
        },
        amount_fen=debt.amount_fen,
        reference=debt.code,
    )


def _tell(act: Act, debts: list[Debt], institution_id: int) -> None:
    """The institution and the family learn what is owed, by when, and how it is paid."""
    heads = accounts_with(Role.INSTITUTION_HEAD, institution_id, act.day) if debts else []
    for debt in debts:
        facts: dict[str, str | int] = {
            "contract": debt.contract.code,
            "amount_fen": debt.amount_fen,
            "debt": debt.code,
            "deadline": debt.due_on.isoformat(),
        }
        for account in heads:
            messages.send(
                act, to_account_id=account, template="debt.demanded", facts=facts, legal_effect=True
            )
        messages.send(act, to_person_id=debt.guardian_id, template="debt.waits", facts=facts)
