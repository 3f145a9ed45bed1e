"""The pages on alerts: the list of both kinds, one alert, the acts on it, the rules, clues."""

import io
from datetime import timedelta

import pytest
from PIL import Image

from tests.assessment.given import (
    TODAY,
    balances,
    clock_of_the_books,
    complained,
    judged,
    noon,
    whole,
)
from tests.assessment.given_alerts import alerts, balance, looked, owed
from tests.given import call, guardian, institution, rules
from yuxin.access.reading import reading
from yuxin.desk.pages import alerts as pages
from yuxin.desk.pages import clues
from yuxin.desk.proceeding_tasks import waiting
from yuxin.desk.tasks import Days, Waiting, days_on, grouped
from yuxin.family.pages.outside import outside
from yuxin.files import store
from yuxin.jobs.judge_colours import judge_marked
from yuxin.kernel.actor import Actor, Role
from yuxin.kernel.refusal import Refusal
from yuxin.look.page import PageMiddleware
from yuxin.look.words import due_words
from yuxin.operations.alerts.judge_alert import judge_alert
from yuxin.operations.supervision.decide_outside_payment import decide_outside_payment
from yuxin.operations.supervision.report_outside_payment import report_outside_payment
from yuxin.supervision.clues.models import Finding, Means, OutsidePayment, Reporter
from yuxin.supervision.clues.services import NewPayment, PhotoNotUsable, picture


@pytest.fixture(autouse=True)
def _rules(db):
    rules()
    clock_of_the_books(noon(TODAY - timedelta(days=60)))


@pytest.fixture
def shown(rf):
    """A page as an actor sees it."""

    def open_page(view, actor, path="/desk/alerts", data=None, **arguments):
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


def short():
    of = institution("晨光美术培训中心")
    owed(of, 700_000, TODAY - timedelta(days=20))
    balance(of, 600_000, TODAY - timedelta(days=1), frozen=1)
    looked(of)
    return of


def w03(of):
    return next(one for one in alerts(of) if one.rule == "W03")


def test_one_list_for_funds_and_colour(shown):
    of = whole(1, learners=200, ratio_bps=None)
    balances(of, {TODAY - timedelta(days=back): 9300 for back in (3, 4, 5)})
    complained(of, 6)
    clock_of_the_books(noon(TODAY) + timedelta(hours=9))
    judge_marked(noon(TODAY) + timedelta(hours=9))
    looked(of)
    page = text(shown(pages.alerts, of.officer))
    assert "W03" in page
    assert "COLOUR" in page
    assert "is-red" in page
    only = text(shown(pages.alerts, of.officer, "/desk/alerts?rule=COLOUR"))
    assert "机构为红码" in only or "机构为黄码" in only
    assert "少 " not in only.split("<tbody>")[1]
    sheet = shown(pages.alerts, of.officer, "/desk/alerts?export=xlsx")
    assert sheet.status_code == 200
    sheet.close()  # as the server does when it was sent


def test_an_alert_says_why_by_which_article_and_what_to_do(shown):
    of = short()
    page = text(shown(pages.alert, of.officer, code=w03(of).code))
    for said in ("少 1,000.00 元", "演示县规则（虚构）", "建议值", "研判", "差额", "提请暂停划转"):
        assert said in page
    assert shown(pages.alert, of.officer, code="0" * 13).status_code == 404


def test_the_institution_sees_its_own_without_the_judgement_and_answers(shown):
    of = short()
    judge_alert(
        call(of.officer, noon(TODAY) + timedelta(days=1)),
        alert_code=w03(of).code,
        people="沈亦舟",
        words="怀疑挪用",
    )
    listed = text(shown(pages.alerts, of.head))
    assert "W03" in listed
    assert "W19" not in listed.split("<tbody>")[1]
    page = text(shown(pages.alert, of.head, code=w03(of).code))
    assert "怀疑挪用" not in page
    assert "反馈" in page
    form = text(shown(pages.alert_do, of.head, code=w03(of).code, deed="answer"))
    number = form.partition('name="request_id" value="')[2].partition('"')[0]
    sent = {"request_id": number, "words": "已补足"}
    done = shown(pages.alert_do, of.head, data=sent, code=w03(of).code, deed="answer")
    assert done.status_code == 302
    assert "已补足" in text(shown(pages.alert, of.officer, code=w03(of).code))
    assert shown(pages.alert_do, of.head, code=w03(of).code, deed="judge").status_code == 404


def test_a_judgement_without_words_is_refused_on_the_form(shown):
    of = short()
    sent = {"request_id": "7b2d7c1e-5a38-4f2f-9c57-0f6b9f0d7e11", "people": "", "words": ""}
    page = shown(pages.alert_do, of.officer, data=sent, code=w03(of).code, deed="judge")
    assert page.status_code == 422


def test_the_rules_say_who_has_set_none(shown):
    officer = Actor(9, "沈亦舟", frozenset({Role.OFFICER}))
    page = text(shown(pages.alert_rules, officer))
    assert "政府指导价" in page
    assert "见于报道" in page or "二手来源" in page
    rules(("national",))
    page = text(shown(pages.alert_rules, officer))
    assert "未设定" in page


def photo():
    drawn = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "A phone"
    Image.new("RGB", (40, 30), "red").save(drawn, "JPEG", exif=exif)
    return drawn.getvalue()


def reported(family, of, fen=300_000, account="6222000011112222", photo_sha256=""):
    receipt = report_outside_payment(
        call(family, noon(TODAY)),
        code=of.code,
        payment=NewPayment(
            paid_on=TODAY - timedelta(days=3),
            amount_fen=fen,
            means=Means.WECHAT,
            payee_name="某老师",
            payee_account=account,
            photo_sha256=photo_sha256,
        ),
    )
    return str(receipt["clue"])


def test_a_reported_payment_names_no_child_and_the_institution_learns_nothing(shown):
    of, family = institution("晨光美术培训中心"), guardian()
    code = reported(family, of, photo_sha256=store.put(picture(photo())))
    page = text(shown(clues.clue, of.officer, code=code))
    assert "不是监管账户" in page
    assert "陈" not in page
    assert shown(clues.clue, of.head, code=code).status_code in (403, 404)
    for reader in (of.officer, of.head, guardian(2)):
        with reading(reader):
            assert Reporter.objects.count() == 0
    with reading(guardian(2)):
        assert OutsidePayment.objects.count() == 0
    drawn = shown(clues.clue_photo, of.officer, code=code)
    assert b"A phone" not in drawn.content
    assert drawn["X-Content-Type-Options"] == "nosniff"


def test_the_supervised_account_is_told_apart(shown):
    of, family = institution("晨光美术培训中心"), guardian()
    assert "就是监管账户" in text(
        shown(clues.clue, of.officer, code=reported(family, of, account=of.custody))
    )
    assert "没有账号可比" in text(
        shown(clues.clue, of.officer, code=reported(family, of, account=""))
    )


@pytest.mark.parametrize(
    ("fen", "level", "measure"), [(1_000_000, "YELLOW", False), (1_000_001, "RED", True)]
)
@pytest.mark.law(
    "芜湖2022年1月试行办法", clause="WH2", says="账户外收费单笔或合计超过一万元可吊销许可"
)
def test_w06_a_substantiated_payment_warns_and_over_ten_thousand_proposes_a_measure(
    shown, fen, level, measure
):
    of, family = institution("晨光美术培训中心"), guardian()
    code = reported(family, of, fen)
    looked(of)
    assert [one for one in alerts(of) if one.rule == "W06"] == [], "a clue is no proof"
    done = decide_outside_payment(
        call(of.officer, noon(TODAY)),
        clue_code=code,
        finding=Finding.SUBSTANTIATED,
        words="收据与流水相符",
    )
    assert bool(done["measure"]) is measure
    looked(of)
    assert [one.level for one in alerts(of) if one.rule == "W06"] == [level]
    page = text(shown(outside, family, "/family/outside"))
    assert "收据与流水相符" in page


def test_what_is_no_picture_is_refused():
    with pytest.raises(PhotoNotUsable):
        picture(b"<svg onload=alert(1)>")


def test_f5_a_substantiated_payment_makes_the_colour_red():
    of, family = institution("晨光美术培训中心"), guardian()
    code = reported(family, of)
    decide_outside_payment(
        call(of.officer, noon(TODAY)),
        clue_code=code,
        finding=Finding.SUBSTANTIATED,
        words="收据与流水相符",
    )
    row = judged(of)
    assert row.computed == "RED"
    assert "risk.F5.B" in row.fired


def test_a_task_says_what_the_alert_found():
    of = short()
    at = noon(TODAY) + timedelta(hours=11)
    with reading(of.officer):
        titles = [each.title for each in waiting(of.officer, at, days_on(TODAY))]
    assert f"研判预警：{w03(of).zh.rstrip('。')}" in titles


def test_a_task_without_a_day_is_not_called_stopped():
    [group] = grouped([Waiting("3 份付过款的合同还没有发票", "/desk/invoices")], Days(TODAY, None))
    [task] = group.tasks
    assert due_words(task.due) == "没有期限"
