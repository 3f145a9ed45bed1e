"""The pages on a colour: why it is so, the list of alerts, and the forms behind it."""

from datetime import timedelta

import pytest
from django.utils import translation

from tests.assessment.given import (
    TODAY,
    balances,
    clock_of_the_books,
    judged,
    noon,
    small,
    whole,
)
from tests.given import rules
from yuxin.desk.pages.colour import colour
from yuxin.desk.pages.colour_records import THINGS, record
from yuxin.kernel.actor import Actor, Role
from yuxin.kernel.refusal import Refusal
from yuxin.look.page import PageMiddleware


@pytest.fixture(autouse=True)
def _rules(db):
    rules()
    clock_of_the_books(noon(TODAY))


@pytest.fixture
def opened_page(rf):
    """A page as an actor sees it."""

    def open_page(view, actor, path="/desk/", data=None, **arguments):
        request = rf.post(path, data) if data is not None else rf.get(path)
        request.actor = actor
        request.htmx = False
        request._dont_enforce_csrf_checks = True
        middleware = PageMiddleware(lambda _: None)
        middleware.process_view(request, view, (), arguments)
        try:
            return view(request, **arguments)
        except Refusal as problem:
            return middleware.process_exception(request, problem)

    return open_page


def text(response):
    return response.content.decode()


def test_the_head_and_the_officer_read_why(opened_page):
    of = whole(learners=900, ratio_bps=None)
    balances(of, {TODAY - timedelta(days=back): 9300 for back in (3, 4, 5)})
    assert judged(of).effective == "RED"
    for reader in (of.officer, of.head):
        page = text(opened_page(colour, reader, code=of.code))
        assert "监管账户余额为应留存预收费的 93.00%" in page
        assert "risk.F1.B" in page
        assert "建议值" in page
        assert "不能直接转绿码" in page
        assert "如果以上各项当天全部办到，最早" in page


def test_an_indicator_without_data_is_named_and_never_called_normal(opened_page):
    of = small()
    judged(of)
    page = text(opened_page(colour, of.officer, code=of.code))
    row = page.split(">T1</td>")[1].split("</tr>")[0]
    assert "禁止时段学科培训" in row
    assert "近 12 个月查实的禁止时段学科培训 ≥ 1" in row
    assert "无数据" in row
    assert "正常" not in row
    assert "项还没有数据，不算正常" in page
    assert "_substantiated" not in page
    with translation.override("en"):
        english = text(opened_page(colour, of.officer, code=of.code))
    assert "Subject class in forbidden time" in english
    assert "have no data yet and do not count as normal" in english


def test_who_is_not_concerned_reads_nothing(opened_page):
    of = small()
    judged(of)
    stranger = Actor(5, "外县", frozenset({Role.OFFICER}))
    assert opened_page(colour, stranger, code=of.code).status_code in (403, 404)


@pytest.mark.parametrize("thing", THINGS)
def test_every_act_has_its_form(opened_page, thing):
    of = small()
    reader = of.officer if of.officer.roles & THINGS[thing].roles else of.head
    response = opened_page(record, reader, code=of.code, thing=thing)
    assert response.status_code == 200


def test_a_statement_filed_at_the_desk_is_recorded(opened_page):
    of = small()
    form = opened_page(record, of.head, code=of.code, thing="statement")
    number = text(form).partition('name="request_id" value="')[2].partition('"')[0]
    data = {"request_id": number, "quarter_end_on": "2026-09-30", "assets_fen": "1000.00"}
    response = opened_page(record, of.head, data=data, code=of.code, thing="statement")
    assert response.status_code == 302
