"""A bank's lag does not colour; one person's complaints of one matter are one."""

from datetime import date, timedelta

import pytest

from tests.assessment.given import (
    OWED,
    TODAY,
    balances,
    clock_of_the_books,
    decided,
    judged,
    noon,
    small,
)
from tests.given import call, rules
from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.kernel.ids import fact_key
from yuxin.kernel.money import Fen
from yuxin.ledger import services as ledger
from yuxin.ledger.models import Bucket
from yuxin.operations.operation import DECLARED, operation
from yuxin.operations.supervision.record_complaint import record_complaint
from yuxin.supervision.services import NewComplaint

pytestmark = pytest.mark.django_db
FRIDAY = date(2026, 11, 13)


@pytest.fixture(autouse=True)
def _clock(db):
    rules()
    clock_of_the_books(noon(TODAY))


def paid(of, fen, on):
    @operation("test.paid", roles={Role.CLOCK})
    def pay(act: Act) -> Receipt:
        contract = 9_500_000 + of.id
        ledger.open_contracts(act, institution_id=of.id, contract_ids=[contract])
        key = fact_key(act.at, contract=str(contract), fact="test", action="paid", occurrence=1)
        posting = ledger.Posting(
            key, Bucket.IN_TRANSIT, Bucket.UNEARNED, fen, "test.paid", "t-2", on
        )
        ledger.post(act, [ledger.Group(of.id, contract, [posting])])
        return Receipt(evidence.append(act, chain="t", subject="t", body={}).id)

    try:
        pay(call(of.clock, noon(on)))
    finally:
        del DECLARED["pay"]


def test_money_on_its_way_colours_nobody_for_the_lag_of_the_bank():
    of = small()
    paid(of, Fen(500_000), FRIDAY)
    balances(of, {TODAY - timedelta(days=1): 10_000})
    row = judged(of)
    assert (row.effective, row.facts["custody_ratio_bps"]) == ("GREEN", 10_000)


def test_money_that_never_arrives_is_no_backing():
    of = small()
    paid(of, Fen(500_000), TODAY - timedelta(days=12))
    balances(of, {TODAY - timedelta(days=1): 10_000})
    row = judged(of)
    assert row.effective == "YELLOW"
    assert row.facts["custody_ratio_bps"] == OWED * 10_000 // (OWED + 500_000)


@pytest.mark.parametrize(("after", "counted"), [(0, 100), (30, 100), (31, 200)])
def test_a_second_complaint_of_one_person_on_one_matter_is_merged_within_30_days(after, counted):
    of = small()
    first = ""
    for on in (TODAY - timedelta(days=40), TODAY - timedelta(days=40 - after)):
        said = NewComplaint(
            received_on=on, summary="退费拖延", complainant="13800000001", matter_code=first
        )
        code = str(
            record_complaint(call(of.officer, noon(on)), code=of.code, complaint=said)["complaint"]
        )
        first = first or code
        decided(of, code, on)
    row = judged(of)
    assert (row.facts["complaints_centi"], row.facts["complaint_same_matter_families"]) == (
        counted,
        1,
    )
