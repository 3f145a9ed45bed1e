"""Races: an older result never lands on a newer one, and marks are lost by nobody."""

import threading
import uuid
from datetime import timedelta

import psycopg
import pytest
from django.db import DatabaseError, ProgrammingError, connection

from tests.assessment.given import (
    TODAY,
    clock_of_the_books,
    complained,
    connected_as,
    judged,
    noon,
    replayed,
    small,
    standing,
)
from tests.given import rules
from yuxin.access.reading import reading
from yuxin.assessment.models import Judgement, Mark
from yuxin.kernel.act import Call
from yuxin.operations.assessment.judge_colours import judge_colours


@pytest.mark.django_db
def test_the_database_refuses_an_older_judgement_and_any_change():
    rules()
    clock_of_the_books(noon(TODAY))
    of = small()
    row = judged(of, TODAY)
    for known_at, valid_on in (
        (row.known_at - timedelta(seconds=1), TODAY),
        (row.known_at + timedelta(seconds=1), TODAY - timedelta(days=1)),
    ):
        older = Judgement(
            institution_id=of.id,
            valid_on=valid_on,
            known_at=known_at,
            computed="GREEN",
            effective="GREEN",
            standing=row.standing,
            soft_found={},
            facts={},
            fired=[],
            tier="S",
            inputs_sha256="",
            pack_sha256="",
            previous=row,
        )
        with pytest.raises(DatabaseError, match="judgement_is_older"), connected_as(of.clock):
            older.save()
    with pytest.raises(ProgrammingError), connected_as(of.clock):
        Judgement.objects.filter(pk=row.pk).update(effective="RED")


def test_nobody_may_change_a_judgement_the_owner_neither(committing):
    rules()
    clock_of_the_books(noon(TODAY))
    of = small()
    row = judged(of, TODAY)
    name = connection.settings_dict["NAME"]
    for role in ("app", "owner"):
        with (
            psycopg.connect(**committing.login(role, name)) as login,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            login.execute("UPDATE assessment_judgement SET effective = 'RED'")
    assert standing(of).pk == row.pk


def test_workers_at_once_judge_one_after_the_other_and_the_last_knows_all(committing):
    rules()
    clock_of_the_books(noon(TODAY))
    of = small()
    judged(of, TODAY)
    complained(of, 5)
    failures = []

    def work():
        try:
            clock_of_the_books(noon(TODAY) + timedelta(hours=11))
            call = Call(of.clock, noon(TODAY), uuid.uuid4())
            judge_colours(call, institution_ids=(of.id,), marked_only=False)
        except AssertionError as problem:
            failures.append(problem)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for each in workers:
        each.start()
    for each in workers:
        each.join()
    assert failures == []
    with reading(of.clock):
        rows = list(Judgement.objects.filter(institution_id=of.id).order_by("id"))
        assert not Mark.objects.exists()
    assert [row.effective for row in rows] == ["GREEN", "RED"]
    assert rows[1].previous_id == rows[0].pk
    assert replayed(of).equal
