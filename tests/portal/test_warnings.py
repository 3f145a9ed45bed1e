"""Warnings to the public: on the institution's page and in the list, from the act to its end."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.db.utils import IntegrityError
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.assessment.given_alerts import alerts, balance, looked, owed, sql
from tests.given import call
from tests.portal.given import county, taught
from yuxin.access.reading import reading
from yuxin.assessment.alerts import queries
from yuxin.assessment.alerts.models import Outcome
from yuxin.assessment.alerts.services import NoWarningStands, WordsNeeded
from yuxin.kernel.clock import day_of, now
from yuxin.kernel.refusal import Forbidden, NotFound
from yuxin.operations.alerts.decide_alert import decide_alert
from yuxin.operations.alerts.end_warning import end_warning
from yuxin.operations.alerts.judge_alert import judge_alert
from yuxin.operations.alerts.warn_public import warn_public
from yuxin.portal import kept

pytestmark = pytest.mark.django_db
WORDS = "监管账户余额不足，请先问清再交费"


@pytest.fixture
def of(db):
    kept.PAGES.clear()
    county()
    return taught()


def shown(address: str) -> str:
    answer = Client().get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def warned(of, days: int = 30) -> str:
    """The public is warned today; the code of the alert."""
    today = day_of(now())
    owed(of, 700_000, today - timedelta(days=20))
    balance(of, 600_000, today - timedelta(days=1))
    looked(of, today)
    code = next(one for one in alerts(of) if one.rule == "W03").code
    judge_alert(call(of.officer, now()), alert_code=code, people="沈亦舟", words="已核实")
    decide_alert(call(of.officer, now()), alert_code=code, outcome=Outcome.ORDER, words="限期补足")
    other = replace(of.officer, account_id=8080)
    warn_public(call(other, now()), alert_code=code, words=WORDS, days=days)
    return code


def test_the_public_reads_a_warning_at_once_and_no_longer_once_it_is_ended(of):
    address = f"/i/{of.code}"
    assert WORDS not in shown(address)
    code = warned(of)
    page = shown(address)
    assert WORDS in page and "监管部门提示" in page
    assert WORDS in shown("/warnings") and of.code in shown("/warnings")
    end_warning(call(of.officer, now()), alert_code=code, words="已补足并复查")
    assert WORDS not in shown(address), "a page that was kept says it no longer"
    listed = shown("/warnings")
    assert WORDS not in listed and "现在没有监管提示" in listed
    with reading(of.officer):
        row = queries.alert(of.officer, code)
        told = queries.public_warning(of.officer, row)
    assert told is not None and told.end.words == "已补足并复查", "it stays on record"


def test_a_warning_of_one_day_stands_until_the_next(of):
    warned(of, 1)
    assert WORDS in shown("/warnings")
    today = day_of(now())
    with reading(of.clock), connection.cursor() as cursor:
        cursor.execute("SELECT from_on, until_on FROM portal.warning")
        assert cursor.fetchall() == [(today, today + timedelta(days=1))]


def test_a_warning_is_ended_once_with_words_by_the_bureau_alone(of):
    code = warned(of)
    with pytest.raises(WordsNeeded):
        end_warning(call(of.officer, now()), alert_code=code, words=" ")
    with pytest.raises(Forbidden):
        end_warning(call(of.head, now()), alert_code=code, words="已补足")
    stranger = replace(of.officer, institution_ids=(of.id + 99,))
    with pytest.raises(NotFound):
        end_warning(call(stranger, now()), alert_code=code, words="已补足")
    end_warning(call(of.officer, now()), alert_code=code, words="已补足")
    with pytest.raises(NoWarningStands):
        end_warning(call(of.officer, now()), alert_code=code, words="再次")


def test_the_database_ends_only_what_stands(of):
    warned(of)
    with pytest.raises(IntegrityError, match="warning_ends_while_it_stands"):
        sql(
            of,
            "INSERT INTO alerts_warningend (warning_id, institution_id, words, ended_on, ended_by)"
            " SELECT id, institution_id, 'x', until_on + 1, 1 FROM alerts_publicwarning",
        )


def test_the_list_costs_the_same_however_long_it_is(of):
    with CaptureQueriesContext(connection) as none:
        shown("/warnings")
    warned(of)
    with CaptureQueriesContext(connection) as one:
        shown("/warnings")
    assert len(one) == len(none)
