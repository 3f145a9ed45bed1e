"""The pages on alerts and clues in a real browser: both languages, desk and phone."""

from datetime import timedelta

import pytest
from django.test import Client

from tests.assessment.given import TODAY, clock_of_the_books, noon
from tests.assessment.given_alerts import alerts, balance, looked, owed
from tests.browser import Visitor
from tests.desk.given import cookie
from tests.desk.test_sign_in_page import _sign_in, make_officer
from tests.given import AREA, call, guardian, institution, rules
from yuxin.access.context import opened
from yuxin.access.models import Area
from yuxin.kernel.actor import Role
from yuxin.operations.alerts.judge_alert import judge_alert
from yuxin.operations.supervision.report_outside_payment import report_outside_payment
from yuxin.supervision.clues.models import Means
from yuxin.supervision.clues.services import NewPayment

pytestmark = pytest.mark.browser


@pytest.fixture
def short(committing):
    """An institution with alerts and a clue, and the cookies of its officer and of a family."""
    with opened("operation"):
        Area.objects.create(code=AREA, parent_code="990100", name="河口镇", valid_from="2020-01-01")
    rules()
    clock_of_the_books(noon(TODAY - timedelta(days=60)))
    of, family = institution("晨光美术培训中心"), guardian()
    owed(of, 700_000, TODAY - timedelta(days=20))
    balance(of, 600_000, TODAY - timedelta(days=1), frozen=1)
    looked(of)
    row = next(one for one in alerts(of) if one.rule == "W03")
    judge_alert(
        call(of.officer, noon(TODAY) + timedelta(days=1)),
        alert_code=row.code,
        people="沈亦舟、梁知行",
        words="专户余额少于未消课学费，已电话核实。",
    )
    receipt = report_outside_payment(
        call(family, noon(TODAY)),
        code=of.code,
        payment=NewPayment(
            paid_on=TODAY - timedelta(days=3),
            amount_fen=300_000,
            means=Means.WECHAT,
            payee_name="某老师",
            payee_account="6222000011112222",
            words="说是活动价，让转到个人账户",
        ),
    )
    make_officer()
    client = Client()
    _sign_in(client)
    cookies = {name: morsel.value for name, morsel in client.cookies.items()}
    phone = cookie(Role.GUARDIAN, person_id=family.person_ids[0])
    return of, row.code, str(receipt["clue"]), cookies, phone


@pytest.mark.parametrize(("width", "language"), [(1440, "zh"), (1440, "en"), (360, "zh")])
def test_the_pages_on_alerts_are_sound(visit: Visitor, short, width, language):
    of, code, clue, cookies, phone = short
    for name, path in (
        ("alert-list", "/desk/alerts"),
        ("alert", f"/desk/alerts/{code}"),
        ("alert-decide", f"/desk/alerts/{code}/do/decide"),
        ("alert-rules", "/desk/alerts/rules"),
        ("clue-list", "/desk/clues"),
        ("clue", f"/desk/clues/{clue}"),
        ("hold", f"/desk/colour/{of.code}/record/hold"),
    ):
        page = visit(f"{path}?lang={language}", width=width, cookies=cookies)
        page.is_sound(f"{name}-{width}-{language}")
    if width == 360:
        for tongue in ("zh", "en"):
            page = visit(f"/family/outside?lang={tongue}", width=360, cookies=phone)
            page.is_sound(f"paid-outside-{tongue}")
