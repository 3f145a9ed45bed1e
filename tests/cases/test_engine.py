"""The engine: who moves what from where, by when; nothing outside the table, no step lost."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta

import psycopg
import pytest
from django.db import DatabaseError, connection, connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cases.given import LOAN, loan, told, walk
from tests.conftest import Cluster
from tests.given import at, institution, rows, rules
from yuxin.access.reading import reading
from yuxin.cases import queries
from yuxin.cases.models import Proceeding, ProceedingStep
from yuxin.cases.refusals import DocumentMissing, SamePerson, WordsMissing, WrongState
from yuxin.cases.terms import last_day
from yuxin.files import store
from yuxin.kernel.actor import Actor, Role
from yuxin.kernel.refusal import Forbidden, NotFound, Refusal
from yuxin.policy.in_force import pack_on


def officer(of: int, number: int) -> Actor:
    return Actor(number, "监管员", frozenset({Role.OFFICER}), (of,))


@pytest.fixture
def of(db: None) -> object:
    rules()
    return institution()


def test_a_proceeding_from_opening_to_its_end(of):
    first, second = officer(of.id, 11), officer(of.id, 12)
    code = walk(first, "03-30 09:00", "opened", institution_id=of.id)
    # Five working days over Qingming: 31, 1, 2, 3, 7 April.
    found = loan(first, code)
    assert (found.state, found.due_on, found.provisional) == ("asked", date(2026, 4, 7), False)
    walk(of.head, "04-01 09:00", "answered", code=code)
    assert loan(first, code).due_on is None
    walk(second, "04-02 09:00", "granted", code=code)
    over = loan(first, code)
    assert (over.state, over.closed_at) == ("granted", at("04-02 09:00"))
    assert told(first, code) == ["opened", "answered", "granted"]
    with reading(first):
        steps = queries.timeline(first, over)
    assert [each.role for each in steps] == ["officer", "institution_head", "officer"]
    assert len({each.entry_id for each in steps}) == 3
    assert steps[1].words == "如实说明"


def test_what_the_table_does_not_have_is_refused_with_a_sentence(of):
    first, second = officer(of.id, 11), officer(of.id, 12)
    code = walk(first, "03-30 09:00", "opened", institution_id=of.id)
    with pytest.raises(WrongState) as wrong:
        walk(second, "03-30 10:00", "granted", code=code)
    assert wrong.value.say("zh").startswith("这件事现在是“待答复”，不能“同意”")
    with pytest.raises(Forbidden):
        walk(second, "03-30 10:00", "answered", code=code)
    with pytest.raises(WordsMissing):
        walk(of.head, "03-30 10:00", "answered", code=code, words="  ")
    walk(of.head, "03-30 10:00", "answered", code=code)
    with pytest.raises(SamePerson):
        walk(first, "03-31 10:00", "granted", code=code)
    with pytest.raises(DocumentMissing):
        walk(second, "03-31 10:00", "refused", code=code)
    walk(second, "03-31 10:00", "refused", code=code, document=store.put(b"paper"))
    for move in LOAN.moves[1:]:
        with pytest.raises((WrongState, Forbidden)):
            walk(second, "04-01 10:00", move.name, code=code)
    assert told(first, code) == ["opened", "answered", "refused"]


def test_another_institution_and_its_officer_see_and_move_nothing(of):
    code = walk(officer(of.id, 11), "03-30 09:00", "opened", institution_id=of.id)
    other = institution("远山围棋", number=2)
    for stranger in (other.head, officer(other.id, 13)):
        with reading(stranger):
            assert (Proceeding.objects.count(), ProceedingStep.objects.count()) == (0, 0)
        with pytest.raises((NotFound, AssertionError)):
            walk(stranger, "03-30 10:00", "answered", code=code)
    with pytest.raises((NotFound, DatabaseError)):
        walk(officer(of.id, 11), "03-30 10:00", "opened", institution_id=other.id)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    walked=st.lists(
        st.tuples(st.sampled_from([m.name for m in LOAN.moves]), st.sampled_from("abhc")),
        max_size=8,
    )
)
def test_no_walk_leaves_the_table(of, walked):
    """Whoever tries whatever: the steps are a path of the table, and the state is its end."""
    people = {
        "a": officer(of.id, 11),
        "b": officer(of.id, 12),
        "h": of.head,
        "c": Actor.clock((of.id,)),
    }
    code, day = walk(people["a"], "03-30 09:00", "opened", institution_id=of.id), at("03-31 09:00")
    for move, who in walked:
        try:
            walk(
                people[who],
                day,
                move,
                code=code if LOAN.move(move).source else "",
                institution_id=of.id,
            )
        except Refusal:
            continue
        day += timedelta(days=1)
    with reading(people["a"]):
        found = queries.find(people["a"], [LOAN], code)
        steps = queries.timeline(people["a"], found)
    state = ""
    for step in steps:
        row = LOAN.move(step.move)
        assert step.from_state == state
        assert (state in row.source) if row.source else not state
        assert Role(step.role) in row.roles
        state = step.to_state
        assert state == row.target
    assert (found.state, found.step_count) == (state, len(steps))
    assert (found.closed_at is not None) == LOAN.state(state).final


@given(
    start=st.dates(date(2026, 1, 1), date(2027, 6, 30)),
    days=st.integers(1, 40),
    counts=st.sampled_from(["working_day", "bank_day", "day"]),
)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_last_day_is_a_working_day_and_says_when_it_rests_on_no_notice(of, start, days, counts):
    known = date(2026, 3, 1)
    with reading(of.head):
        pack = pack_on(known)
        assert pack is not None
        last = last_day(pack, known, start, days, counts, rolls=True)
        assert last.day > start
        assert last.provisional == (counts != "day" and last.day.year > 2026) or counts == "day"
        if counts == "day":
            assert last.day >= start + timedelta(days=days)
        else:
            assert last.day.weekday() < 5 or counts == "working_day"


def test_a_term_over_a_year_without_a_notice_is_provisional_and_never_overdue(of):
    first = officer(of.id, 11)
    code = walk(first, at("12-29 09:00"), "opened", institution_id=of.id)
    found = loan(first, code)
    assert found.provisional
    with reading(first):
        late = queries.overdue(queries.listed(first, [LOAN]), date(2027, 3, 1))
        assert not late.exists()


def test_what_is_over_stays_over_and_every_step_is_kept_by_the_database(committing: Cluster):
    rules()
    of = institution()
    first = officer(of.id, 11)
    code = walk(first, "03-30 09:00", "opened", institution_id=of.id)
    walk(of.head, "03-30 10:00", "answered", code=code)
    with psycopg.connect(**committing.login("owner", connection.settings_dict["NAME"])) as owner:
        for statement, said in (
            ("UPDATE cases_proceeding SET state = 'granted'", "proceeding_changes_step_by_step"),
            ("DELETE FROM cases_proceeding", "proceedings_are_never_deleted"),
            ("UPDATE cases_proceedingstep SET words = ''", "steps_are_only_added_to"),
            ("DELETE FROM cases_proceedingstep", "steps_are_only_added_to"),
            ("TRUNCATE cases_proceeding CASCADE", "proceedings_are_never_deleted"),
            (
                "UPDATE cases_proceeding SET state = 'granted', step_count = step_count + 1",
                "proceeding_without_its_step",
            ),
        ):
            with pytest.raises(psycopg.Error, match=said), owner.transaction():
                owner.execute(statement)
    walk(officer(of.id, 12), "03-31 09:00", "granted", code=code)
    with (
        psycopg.connect(**committing.login("owner", connection.settings_dict["NAME"])) as owner,
        pytest.raises(psycopg.Error, match="proceeding_is_over"),
    ):
        owner.execute("UPDATE cases_proceeding SET step_count = step_count + 1")
    app = committing.login("app", connection.settings_dict["NAME"])
    for statement in (
        "UPDATE cases_proceeding SET kind = 'x'",
        "UPDATE cases_proceedingstep SET words = 'x'",
        "DELETE FROM cases_proceedingstep",
    ):
        with psycopg.connect(**app) as login, pytest.raises(psycopg.errors.InsufficientPrivilege):
            login.execute(statement)


def test_two_officers_on_one_make_one_move(committing: Cluster):
    rules()
    of = institution()
    code = walk(officer(of.id, 11), "03-30 09:00", "opened", institution_id=of.id)
    walk(of.head, "03-30 10:00", "answered", code=code)

    def grant(number: int) -> str:
        try:
            walk(officer(of.id, number), "03-31 10:00", "granted", code=code)
        except Refusal as refusal:
            return refusal.code
        finally:
            connections.close_all()
        return "granted"

    with ThreadPoolExecutor(4) as pool:
        said = sorted(pool.map(grant, range(12, 16)))
    assert said == ["granted", "wrong_state", "wrong_state", "wrong_state"]
    assert told(officer(of.id, 11), code) == ["opened", "answered", "granted"]


def test_rows_of_proceedings_are_shut_to_others_by_the_database(of):
    walk(officer(of.id, 11), "03-30 09:00", "opened", institution_id=of.id)
    assert rows("SELECT count(*) FROM cases_proceeding") == [(0,)]
    assert rows("SELECT count(*) FROM cases_proceeding", reader=of.head) == [(1,)]


def test_an_institution_is_not_told_by_a_list_that_it_is_being_looked_at(of):
    first = officer(of.id, 11)
    walk(first, "03-30 09:00", "opened", institution_id=of.id)
    hidden = replace(LOAN, readers=frozenset({Role.OFFICER}))
    for reader, count in ((first, 1), (of.head, 0)):
        with reading(reader):
            assert queries.listed(reader, [hidden]).count() == count
            assert queries.waiting(of.head, [hidden]).count() == 0
