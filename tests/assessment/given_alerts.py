"""Builders for alerts: what a detector may find, written straight into the books. All fictional."""

from datetime import date, timedelta
from typing import Any

from django.db import connection

from tests.assessment.given import clock_of_the_books, connected_as, noon
from tests.given import Institution, call
from yuxin.access.reading import reading
from yuxin.assessment.alerts.models import Alert
from yuxin.assessment.services import mark_many
from yuxin.evidence import services as evidence
from yuxin.jobs import find_alerts
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.kernel.ids import fact_key
from yuxin.ledger import services as ledger
from yuxin.ledger.models import Bucket
from yuxin.operations.alerts.detect_alerts import detect_alerts
from yuxin.operations.operation import DECLARED, operation
from yuxin.tuition.models import BankBalance, Instruction

TODAY = date(2026, 11, 16)


def balance(of: Institution, fen: int, on: date, *, frozen: int = 0) -> None:
    """What the bank says lay on the account at the end of a day, in fen."""
    from tests.assessment.given import balances

    balances(of, {on: 10_000}, owed=fen)  # type: ignore[arg-type]
    if frozen:
        with connected_as(of.clock):
            BankBalance.objects.filter(account_day=on).update(frozen_fen=frozen)


def outflow(of: Institution, fen: int, on: date, number: int = 1) -> int:
    """A transfer that the bank carried out."""
    with connected_as(of.clock):
        row = Instruction.objects.create(
            code=f"OUT{of.id:05d}{number:05d}",
            institution_id=of.id,
            bank_code="DEMOBANK",
            kind="release",
            state="done",
            amount_fen=fen,
            from_sealed=b"",
            value_on=on,
            created_at=noon(on),
            result_at=noon(on),
        )
    return row.pk


def owed(of: Institution, fen: int, on: date) -> None:
    """Fees not earned yet, in the books."""
    posted(of, Bucket.CUSTODY, Bucket.UNEARNED, fen, on)


def posted(of: Institution, debit: Bucket, credit: Bucket, fen: int, on: date) -> None:
    """A posting of a contract of its own."""

    @operation("test.posted", roles={Role.CLOCK})
    def write(act: Act) -> Receipt:
        contract = 9_100_000 + of.id
        ledger.open_contracts(act, institution_id=of.id, contract_ids=[contract])
        key = fact_key(
            act.at, contract=f"{contract}", fact=f"{debit}{credit}", action="x", occurrence=1
        )
        posting = ledger.Posting(key, debit, credit, fen, "test.posted", "t-1", on)  # type: ignore[arg-type]
        ledger.post(act, [ledger.Group(of.id, contract, [posting])])
        return Receipt(evidence.append(act, chain="t", subject="t", body={}).id)

    try:
        write(call(of.clock, noon(on)))
    finally:
        del DECLARED["write"]


def marked(*institutions: Institution) -> None:
    """Marks, as every act leaves them."""

    @operation("test.marked", roles={Role.CLOCK})
    def write(act: Act) -> Receipt:
        mark_many([of.id for of in institutions])
        return Receipt(evidence.append(act, chain="t", subject="t", body={}).id)

    try:
        write(call(institutions[0].clock, noon(TODAY)))
    finally:
        del DECLARED["write"]


def looked(of: Institution, on: date = TODAY, *, hours: int = 10) -> list[Alert]:
    """The live alerts of an institution after the nightly look of a day."""
    clock_of_the_books(noon(on) + timedelta(hours=hours))
    detect_alerts(
        call(of.clock, noon(on) + timedelta(hours=hours)),
        institution_ids=(of.id,),
        marked_only=False,
    )
    clock_of_the_books(noon(on) + timedelta(hours=hours))
    return alerts(of)


def night(on: date) -> int:
    """The nightly run."""
    clock_of_the_books(noon(on) + timedelta(hours=10))
    return find_alerts.find_all(on, noon(on) + timedelta(hours=10))


def alerts(of: Institution, **how: Any) -> list[Alert]:
    """Alerts of an institution, in the order of rules."""
    with reading(of.clock):
        rows = Alert.objects.filter(institution_id=of.id, **how).select_related("proceeding")
        return list(rows.order_by("rule", "what", "pk"))


def rows_of(found: list[Alert], rule: str) -> list[str]:
    """The rows of the pack by which the alerts of a rule stand now."""
    return [one.row for one in found if one.rule == rule and one.gone_at is None]


def sql(of: Institution, statement: str, *parameters: Any) -> None:
    """A write by hand."""
    with connected_as(of.clock), connection.cursor() as cursor:
        cursor.execute(statement, parameters)
