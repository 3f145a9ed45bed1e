"""The pages on a colour in a real browser: both languages, desk and phone."""

from datetime import timedelta

import pytest
from django.test import Client

from tests.assessment.given import TODAY, balances, clock_of_the_books, judged, noon, whole
from tests.browser import Visitor
from tests.desk.test_sign_in_page import _sign_in, make_officer
from tests.given import AREA, rules
from yuxin.access.context import opened
from yuxin.access.models import Area

pytestmark = pytest.mark.browser


@pytest.fixture
def red(committing):
    """A red institution and the cookies of its officer."""
    with opened("operation"):
        Area.objects.create(code=AREA, parent_code="990100", name="河口镇", valid_from="2020-01-01")
    rules()
    clock_of_the_books(noon(TODAY))
    of = whole(learners=160, statements=(), ratio_bps=None)
    balances(of, {TODAY - timedelta(days=back): 9300 for back in (3, 4, 5)})
    assert judged(of).effective == "RED"
    make_officer()
    client = Client()
    _sign_in(client)
    return of, {name: morsel.value for name, morsel in client.cookies.items()}


@pytest.mark.parametrize(("width", "language"), [(1440, "zh"), (1440, "en"), (360, "zh")])
def test_the_pages_on_a_colour_are_sound(visit: Visitor, red, width, language):
    of, cookies = red
    for name, path in (
        ("alerts", "/desk/alerts?"),
        ("colour", f"/desk/colour/{of.code}?"),
        ("colour-insurance", f"/desk/colour/{of.code}/record/insurance?"),
    ):
        page = visit(f"{path}lang={language}", width=width, cookies=cookies)
        page.is_sound(f"{name}-{language}")
