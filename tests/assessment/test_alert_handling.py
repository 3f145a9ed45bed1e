"""From a condition to its handling: one alert, one owner, named people, an outcome, a record."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection

from tests.assessment.given import clock_of_the_books, noon
from tests.assessment.given_alerts import (
    TODAY,
    alerts,
    balance,
    looked,
    marked,
    night,
    owed,
    rows_of,
    sql,
)
from tests.given import AREA, call, institution, rules
from yuxin.access.context import opened
from yuxin.access.models import Account, Area, Grant
from yuxin.access.reading import reading
from yuxin.assessment.alerts import queries
from yuxin.assessment.alerts.models import NoteKind, Outcome, Signal
from yuxin.assessment.alerts.services import PeopleNeeded, WordsNeeded
from yuxin.cases import queries as cases
from yuxin.cases.refusals import WrongState
from yuxin.jobs.find_alerts import find_marked
from yuxin.jobs.judge_colours import judge_marked
from yuxin.kernel.actor import Actor, Role
from yuxin.kernel.refusal import Forbidden, NotFound
from yuxin.operations.alerts.answer_alert import answer_alert
from yuxin.operations.alerts.close_alert import close_alert
from yuxin.operations.alerts.confirm_alert import confirm_alert
from yuxin.operations.alerts.decide_alert import decide_alert
from yuxin.operations.alerts.detect_alerts import detect_alerts
from yuxin.operations.alerts.judge_alert import judge_alert
from yuxin.operations.alerts.warn_public import WarningNotAllowed, warn_public
from yuxin.operations.kinds import KINDS

LATER = TODAY + timedelta(days=1)
NEXT = TODAY + timedelta(days=2)


def short(number: int = 1, fen: int = 699_999):
    """An institution whose custody balance is below what it owes: W03, RED, 24 hours."""
    of = institution(f"晨光{number}美术培训中心", number=number)
    owed(of, 700_000, TODAY - timedelta(days=20))
    balance(of, fen, TODAY - timedelta(days=1))
    return of


@pytest.fixture
def of(db):
    rules()
    clock_of_the_books(noon(TODAY - timedelta(days=60)))
    return short()


def w03(of):
    return next(one for one in alerts(of) if one.rule == "W03")


def judged(of):
    row = w03(of)
    judge_alert(
        call(of.officer, noon(LATER)),
        alert_code=row.code,
        people="沈亦舟、梁知行",
        words="余额确有短缺",
    )
    return row.code


def decided(of, outcome=Outcome.ORDER):
    code = judged(of)
    decide_alert(call(of.officer, noon(LATER)), alert_code=code, outcome=outcome, words="限期补足")
    return code


def test_an_alert_says_what_it_saw_by_which_rule_and_until_when(of):
    looked(of)
    row = w03(of)
    assert (row.level, row.row, row.what) == ("RED", "alerts.W03.short", "1:0")
    assert row.inputs["short_fen"] == 1
    assert row.conditions == [["short_fen", ">", 0]]
    assert row.zh == "专户余额 6,999.99 元，未消课学费 7,000.00 元，少 0.01 元。"
    assert len(row.pack_sha256) == 64
    assert row.due_at == row.opened_at + timedelta(hours=24)
    assert row.proceeding.due_on == LATER
    assert row.proceeding.state == "open"


def test_the_same_condition_again_is_the_same_alert(of):
    looked(of)
    looked(of, LATER)
    assert [one.what for one in alerts(of, rule="W03")] == ["1:0"]
    assert notes(of) == []


def notes(of):
    row = w03(of)
    with reading(of.officer):
        return [(one.kind, one.words) for one in queries.notes(of.officer, row)]


def test_a_condition_that_is_gone_is_noted_and_one_that_returns_is_the_same_alert(of):
    looked(of)
    balance(of, 700_000, TODAY)
    looked(of, LATER)
    assert rows_of(alerts(of), "W03") == []
    assert notes(of) == [(NoteKind.GONE, "")]
    balance(of, 600_000, LATER)
    looked(of, NEXT)
    assert [kind for kind, _ in notes(of)] == [NoteKind.GONE, NoteKind.BACK]
    assert w03(of).inputs["short_fen"] == 100_000


def test_what_people_closed_while_it_lasts_is_not_opened_again(of):
    looked(of)
    code = decided(of)
    close_alert(call(of.officer, noon(LATER)), alert_code=code, signal=Signal.RIGHT, words="已督办")
    looked(of, NEXT)
    assert len(alerts(of, rule="W03")) == 1
    balance(of, 700_000, LATER)
    looked(of, NEXT, hours=11)
    balance(of, 600_000, NEXT)
    looked(of, NEXT + timedelta(days=1))
    assert [one.closed_at is None for one in alerts(of, rule="W03")] == [False, True]


def test_the_night_and_the_marks_find_the_same(committing):
    rules()
    clock_of_the_books(noon(TODAY - timedelta(days=60)))
    by_mark, by_night = short(1), short(2)
    marked(by_mark)
    clock_of_the_books(noon(TODAY) + timedelta(hours=9))
    judge_marked(noon(TODAY) + timedelta(hours=9))
    clock_of_the_books(noon(TODAY) + timedelta(hours=10))
    opened = find_marked(noon(TODAY) + timedelta(hours=10))
    at_mark = said(by_mark), said(by_night)
    assert opened == sum(map(len, at_mark)) > 0
    assert night(TODAY) == 0
    assert (said(by_mark), said(by_night)) == at_mark


def said(of):
    return [(one.rule, one.what, one.level, one.inputs) for one in alerts(of)]


def test_found_at_once_by_two_it_is_one_alert(committing):
    rules()
    clock_of_the_books(noon(TODAY - timedelta(days=60)))
    of = short()
    start = threading.Barrier(2)

    def look() -> None:
        start.wait()
        detect_alerts(call(of.clock, noon(TODAY)), institution_ids=(of.id,), marked_only=False)
        connection.close()

    racers = [threading.Thread(target=look) for _ in range(2)]
    for each in racers:
        each.start()
    for each in racers:
        each.join()
    assert len(alerts(of, rule="W03")) == 1


def test_the_database_keeps_one_live_alert_of_a_condition(of):
    looked(of)
    with pytest.raises(IntegrityError, match="one_live_alert"):
        sql(
            of,
            "INSERT INTO alerts_alert SELECT (jsonb_populate_record(a, jsonb_build_object('id',"
            " a.id + 1000, 'code', 'AAAAAAAAAAAAA', 'proceeding_id', 0))).*"
            " FROM alerts_alert a WHERE rule = 'W03'",
        )


def test_judged_by_named_people_decided_closed_and_counted(of):
    looked(of)
    code = judged(of)
    decide_alert(
        call(of.officer, noon(LATER)), alert_code=code, outcome=Outcome.TALK, words="约谈负责人"
    )
    close_alert(call(of.officer, noon(NEXT)), alert_code=code, signal=Signal.RIGHT, words="已补足")
    row = w03(of)
    assert (row.outcome, row.signal, row.proceeding.state) == ("TALK", "RIGHT", "closed")
    with reading(of.officer):
        track = {one.rule: one for one in queries.track_record(of.officer)}["W03"]
        kinds = [one.kind for one in queries.notes(of.officer, row)]
        steps = [one.move for one in cases.timeline(of.officer, row.proceeding)]
    assert kinds == ["JUDGED", "DECIDED", "CLOSED"]
    assert steps == ["opened", "judged", "decided", "closed"]
    assert (track.warned, track.right, track.wrong, track.precision_bps) == (1, 1, 0, 10_000)


def test_no_issue_closes_it_as_a_false_one(of):
    looked(of)
    code = decided(of, Outcome.NO_ISSUE)
    row = w03(of)
    assert (row.code, row.signal, row.proceeding.state) == (code, "WRONG", "closed")
    with reading(of.officer):
        track = {one.rule: one for one in queries.track_record(of.officer)}["W03"]
    assert track.precision_bps == 0


def test_nothing_is_decided_before_it_was_judged_and_nothing_without_words_or_people(of):
    looked(of)
    row = w03(of)
    officer = call(of.officer, noon(LATER))
    with pytest.raises(WrongState):
        decide_alert(officer, alert_code=row.code, outcome=Outcome.TALK, words="约谈")
    with pytest.raises(WordsNeeded):
        judge_alert(officer, alert_code=row.code, people="沈亦舟", words="  ")
    with pytest.raises(PeopleNeeded):
        judge_alert(officer, alert_code=row.code, people="", words="短缺")
    assert w03(of).proceeding.state == "open"
    assert notes(of) == []


@pytest.mark.parametrize("role", ["head", "finance", "teacher"])
def test_no_institution_judges_its_own_alert(of, role):
    looked(of)
    with pytest.raises(Forbidden):
        judge_alert(
            call(getattr(of, role), noon(LATER)), alert_code=w03(of).code, people="x", words="x"
        )


def test_an_officer_from_elsewhere_finds_nothing(of):
    looked(of)
    elsewhere = Actor(77, "外县", frozenset({Role.OFFICER}))
    with pytest.raises(NotFound):
        judge_alert(call(elsewhere, noon(LATER)), alert_code=w03(of).code, people="x", words="x")
    with reading(elsewhere):
        assert queries.visible(elsewhere).count() == 0


def test_an_institution_sees_and_answers_what_it_is_told_of_and_no_proceeding(of):
    balance(of, 100, TODAY, frozen=1)  # W19 is confidential in the demo county
    looked(of)
    with reading(of.head):
        shown = {one.rule for one in queries.visible(of.head)}
        assert "W03" in shown
        assert "W19" not in shown
        assert cases.listed(of.head, KINDS).filter(kind="alert").count() == 0
    hidden = next(one for one in alerts(of) if one.rule == "W19")
    with pytest.raises(NotFound):
        answer_alert(call(of.head, noon(LATER)), alert_code=hidden.code, words="已补足")
    judged(of)
    answer_alert(call(of.head, noon(LATER)), alert_code=w03(of).code, words="已补足差额")
    row = w03(of)
    with reading(of.head):
        told = [(one.kind, one.words) for one in queries.notes(of.head, row)]
    assert told == [("ANSWERED", "已补足差额")], "the judgement is the bureau's own"


def test_only_what_was_decided_goes_to_the_credit_file_and_once(of):
    looked(of)
    code = judged(of)
    confirm = {"alert_code": code, "document_number": "示教监〔2026〕9号", "words": "查实短缺"}
    with pytest.raises(WarningNotAllowed):
        confirm_alert(call(of.officer, noon(NEXT)), **confirm)
    decide_alert(call(of.officer, noon(NEXT)), alert_code=code, outcome=Outcome.ORDER, words="责令")
    confirm_alert(call(of.officer, noon(NEXT)), **confirm)
    with pytest.raises(WarningNotAllowed):
        confirm_alert(call(of.officer, noon(NEXT)), **confirm)
    row = w03(of)
    with reading(of.officer):
        fact = queries.credit_fact(of.officer, row)
    assert fact is not None
    assert fact.document_number == "示教监〔2026〕9号"


def test_the_public_is_warned_after_verification_and_only_of_rules_that_may_be_public(of):
    looked(of)
    code = judged(of)
    warning = {"alert_code": code, "words": "监管账户余额不足，请留意", "days": 30}
    with pytest.raises(WarningNotAllowed):
        warn_public(call(of.officer, noon(NEXT)), **warning)
    with pytest.raises(IntegrityError, match="alert_was_verified"):
        sql(
            of,
            "INSERT INTO alerts_publicwarning (alert_id, institution_id, words, from_on, until_on,"
            " verified_by) SELECT id, institution_id, 'x', %s, %s, 1 FROM alerts_alert"
            " WHERE rule = 'W03'",
            TODAY,
            TODAY,
        )
    decide_alert(call(of.officer, noon(NEXT)), alert_code=code, outcome=Outcome.ORDER, words="责令")
    with pytest.raises(Forbidden):
        warn_public(call(replace(of.officer), noon(NEXT)), **{**warning, "alert_code": code})
    other = replace(of.officer, account_id=8080)
    warn_public(call(other, noon(NEXT)), **warning)
    row = w03(of)
    with reading(of.officer):
        shown = queries.public_warning(of.officer, row)
    assert shown is not None
    assert (shown.until_on - shown.from_on).days == 30


def test_what_was_found_stays_as_it_was(of):
    looked(of)
    with pytest.raises(IntegrityError, match="alert_moves_forward"):
        sql(of, "UPDATE alerts_alert SET opened_on = opened_on - 1")


def test_louder_after_it_was_closed_it_is_a_new_alert(of):
    sql(
        of,
        "INSERT INTO clues_closuresign (institution_id, kind, seen_on, words)"
        " VALUES (%s, 'RENT', %s, '欠租')",
        of.id,
        TODAY - timedelta(days=2),
    )
    looked(of)
    row = next(one for one in alerts(of) if one.rule == "W13")
    assert row.level == "YELLOW"
    officer = call(of.officer, noon(LATER))
    judge_alert(officer, alert_code=row.code, people="沈亦舟", words="房东确认")
    decide_alert(
        call(of.officer, noon(LATER)), alert_code=row.code, outcome=Outcome.NO_ISSUE, words="已付"
    )
    for kind in ("WAGES", "POWER"):
        sql(
            of,
            "INSERT INTO clues_closuresign (institution_id, kind, seen_on, words)"
            " VALUES (%s, %s, %s, '有')",
            of.id,
            kind,
            LATER,
        )
    looked(of, NEXT)
    found = [one for one in alerts(of) if one.rule == "W13"]
    assert [(one.level, one.closed_at is None) for one in found] == [
        ("YELLOW", False),
        ("RED", True),
    ]


def test_whoever_reaches_the_institution_most_narrowly_has_it_in_hand(of):
    since = TODAY.replace(year=2020)
    with opened("operation"):
        Area.objects.create(code=AREA, name="河口镇", valid_from=since)
        wide, narrow = (
            Account.objects.create(
                login=name, display_name=name, password="!", created_at=noon(TODAY)
            )
            for name in ("wide", "narrow")
        )
        Grant.objects.create(account=wide, role="officer", area_code=AREA, valid_from=since)
        Grant.objects.create(account=narrow, role="officer", subject_id=of.id, valid_from=since)
    institution("远山围棋社", number=2)
    looked(of)
    assert w03(of).proceeding.owner_id == narrow.pk
