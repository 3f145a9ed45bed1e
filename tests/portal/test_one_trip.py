"""The question of every visit: one trip to the database, in the public's role, without power."""

import psycopg
import pytest
from django.db import connection

from tests.portal.given import county, entered
from yuxin.access.reading import public_rows, reading
from yuxin.kernel.actor import Actor
from yuxin.portal.kept import version_of

ROLE = "SELECT current_user, current_setting('transaction_read_only'), %s"


@pytest.fixture
def line(committing) -> None:
    """A connection that is open, as at the second visit of a process."""
    with reading(Actor.public()), connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def test_it_is_the_public_and_cannot_write(line):
    assert public_rows(ROLE, ["x"]) == [("yuxin_public", "on", "x")]
    with reading(Actor.clock(())), connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("yuxin_app",), "nothing of it is left on the connection"


def test_it_sees_schema_portal_and_no_more(line):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        public_rows("SELECT 1 FROM public.registry_entry WHERE code = %s", ["x"])
    assert public_rows(ROLE, ["x"])[0][0] == "yuxin_public", "the connection is whole again"


def test_a_text_is_a_value_whatever_it_holds(line):
    hostile = "'; ROLLBACK; DROP TABLE registry_entry; --"
    assert public_rows(ROLE, [hostile])[0][2] == hostile
    assert version_of(hostile) is None


def test_a_statement_that_took_too_long_is_not_asked_again(line):
    connection.connection.execute("SET statement_timeout = 50")
    with pytest.raises(psycopg.errors.QueryCanceled):
        public_rows("SELECT pg_sleep(1)::text, %s", ["x"])
    connection.connection.execute("RESET statement_timeout")
    assert public_rows(ROLE, ["x"])[0][0] == "yuxin_public", "the connection is whole again"


def test_one_statement_is_one_statement(line):
    with pytest.raises(psycopg.errors.SyntaxError):
        public_rows("SELECT %s; SELECT 1", ["x"])


def test_a_server_that_went_away_is_asked_again(line, committing):
    assert public_rows(ROLE, ["x"])
    committing.run(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'yuxin_app'"
    )
    assert public_rows(ROLE, ["x"])[0][0] == "yuxin_public"


def test_it_finds_the_version_of_a_page(line):
    county()
    code = entered()
    found = version_of(code)
    assert found is not None
    assert found[0] == 1
