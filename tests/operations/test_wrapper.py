"""The wrapper around every act: walked once from the call to the commit."""

import uuid
from datetime import UTC, datetime

import psycopg
import pytest
from django.db import connection, transaction

from tests.conftest import Cluster
from yuxin.access.backend.base import QueryOutsideContext
from yuxin.access.context import opened
from yuxin.access.models import SignInAttempt
from yuxin.access.reading import reading
from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Call, Receipt
from yuxin.kernel.actor import Actor, Role
from yuxin.kernel.refusal import Forbidden, RequestReused
from yuxin.operations.operation import DECLARED, operation

OFFICER = Actor(7, "沈亦舟", frozenset({Role.OFFICER}))
AT = datetime(2026, 3, 2, 2, 2, tzinfo=UTC)


def _call(actor: Actor = OFFICER, request_id: uuid.UUID | None = None) -> Call:
    return Call(actor, AT, request_id or uuid.uuid4())


@pytest.fixture
def note():
    """An act of two services: a row of state and its entry."""

    @operation("test.noted", roles={Role.OFFICER})
    def note_something(act: Act, *, word: str, silent: bool = False) -> Receipt:
        SignInAttempt.objects.create(login=word, at=act.at, succeeded=True)
        if silent:
            return Receipt("0" * 32)
        entry = evidence.append(act, chain=word, subject=word, body={"word": word})
        return Receipt(entry.id, {"word": word})

    yield note_something
    del DECLARED["note_something"]


def _noted(word: str) -> int:
    with reading(OFFICER):
        return SignInAttempt.objects.filter(login=word).count()


@pytest.mark.django_db
def test_an_act_changes_state_and_leaves_a_receipt(note):
    receipt = note(_call(), word="春")
    assert receipt["word"] == "春"
    assert len(receipt.entry_id) == 32
    assert not receipt.repeated
    assert _noted("春") == 1


@pytest.mark.django_db
def test_a_repeat_returns_the_first_receipt_and_changes_nothing(note):
    call = _call()
    first = note(call, word="夏")
    again = note(call, word="夏")
    assert (again.entry_id, dict(again.values)) == (first.entry_id, dict(first.values))
    assert again.repeated
    assert _noted("夏") == 1


@pytest.mark.django_db
def test_the_same_request_with_another_payload_is_refused(note):
    call = _call()
    note(call, word="秋")
    with pytest.raises(RequestReused):
        note(call, word="冬")
    assert _noted("冬") == 0


@pytest.mark.django_db
def test_two_people_may_use_the_same_request_number(note):
    number = uuid.uuid4()
    note(_call(request_id=number), word="甲")
    other = Actor(8, "顾明", frozenset({Role.OFFICER}))
    assert not note(_call(other, number), word="乙").repeated


@pytest.mark.django_db
def test_a_role_that_may_not_is_refused_before_anything_is_written(note):
    guardian = Actor(9, "陈女士", frozenset({Role.GUARDIAN}))
    with pytest.raises(Forbidden):
        note(_call(guardian), word="越权")
    assert _noted("越权") == 0


@pytest.mark.django_db
def test_a_query_outside_a_reading_or_an_operation_is_an_error():
    with pytest.raises(QueryOutsideContext):
        SignInAttempt.objects.count()


@pytest.mark.django_db
def test_a_reading_cannot_write():
    with pytest.raises(Exception, match="read-only transaction"), reading(OFFICER):
        SignInAttempt.objects.create(login="x", at=AT, succeeded=True)


def test_an_act_without_an_entry_cannot_commit(note, committing):
    with pytest.raises(Exception, match="operation_without_entry"):
        note(_call(), word="无痕", silent=True)
    assert _noted("无痕") == 0


def test_the_second_guard_refuses_a_commit_that_went_round_the_wrapper(committing):
    with (
        pytest.raises(Exception, match="operation_without_entry"),
        opened("operation"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "SELECT evidence.open_request('account:7', %s, 'x', sha256('x'))", [uuid.uuid4()]
        )


def test_the_application_role_is_no_superuser_and_bypasses_no_policy(committing: Cluster):
    with reading(OFFICER), connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb FROM pg_roles"
            " WHERE rolname = current_user"
        )
        assert cursor.fetchone() == ("yuxin_app", False, False, False, False)


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO evidence.outbox (id, leaf) VALUES (gen_random_uuid(), 'x')",
        "UPDATE evidence.outbox SET leaf = 'x'",
        "DELETE FROM evidence.outbox",
        "TRUNCATE evidence.outbox",
        "UPDATE evidence.operation_request SET receipt = '{}'",
        "UPDATE access_installation SET mode = 'production'",
        "DELETE FROM access_signinattempt",
        "UPDATE access_look SET reason = ''",
        "CREATE TABLE public.mine (x int)",
        "SET ROLE yuxin_owner",
    ],
)
def test_the_application_role_cannot_rewrite_what_it_is_judged_by(committing: Cluster, statement):
    name = connection.settings_dict["NAME"]
    with (
        psycopg.connect(**committing.login("app", name)) as app,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        app.execute(statement)


def test_only_a_demo_may_write_history_with_another_clock(committing: Cluster):
    name = connection.settings_dict["NAME"]
    wished = "SELECT set_config('yuxin.recorded_at', '2026-03-02T02:02:00Z', false)"
    with psycopg.connect(**committing.login("app", name), autocommit=True) as app:
        app.execute(wished)
        told = app.execute("SELECT public.recorded_now()").fetchone()
        assert told == (AT,)
    with psycopg.connect(**{**committing.superuser, "dbname": name}, autocommit=True) as admin:
        admin.execute("UPDATE access_installation SET mode = 'production'")
    with psycopg.connect(**committing.login("app", name), autocommit=True) as app:
        app.execute(wished)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute("SELECT public.recorded_now()")
