"""risk.L1: a licence near its end warns where no renewal was filed."""

from datetime import timedelta

import pytest

from tests.assessment.given import TODAY, clock_of_the_books, judged, noon, small
from tests.given import call, rules
from yuxin.kernel.refusal import NotFound
from yuxin.licensing.services import DocumentNumberMissing, NotFiledYet
from yuxin.operations.licensing.record_renewal import record_renewal

LICENCE = "教民 399990120240001 号"
ENDS = TODAY + timedelta(days=40)


@pytest.fixture
def of(db):
    clock_of_the_books(noon(TODAY))
    rules()
    return small(until_on=ENDS)


def record(of, **changes):
    told = {"licence_number": LICENCE, "filed_on": TODAY, "document": "示教受〔2026〕7号"}
    return record_renewal(
        call(of.officer, noon(TODAY)), code=of.code, **{**told, "withdrawn": False, **changes}
    )


def test_a_licence_that_ends_in_40_days_warns_until_its_renewal_is_accepted(of):
    before = judged(of)
    assert (before.facts["licence_days_to_expiry"], before.facts["renewal_filed"]) == (40, False)
    assert "risk.L1.W" in before.fired
    assert record(of)["valid_until"] == ENDS.isoformat()
    after = judged(of)
    assert after.facts["renewal_filed"] is True
    assert not [each for each in after.fired if each.startswith("risk.L1")]


def test_a_withdrawn_application_warns_again(of):
    record(of)
    record(of, withdrawn=True)
    assert "risk.L1.W" in judged(of).fired


@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        ({"document": " "}, DocumentNumberMissing),
        ({"filed_on": TODAY + timedelta(days=1)}, NotFiledYet),
        ({"licence_number": "别家的 1 号"}, NotFound),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_kept(of, changes, refused):
    with pytest.raises(refused):
        record(of, **changes)
    assert judged(of).facts["renewal_filed"] is False
