"""What hangs on a subject is public only where the subject itself is."""

import pytest
from django.db import connection

from tests import given
from tests.registry.given import rows
from yuxin.access.reading import reading
from yuxin.kernel.actor import Actor
from yuxin.operations.registry.merge_subjects import merge_subjects

VIEWS = ("identity", "licence", "site", "custody_account")


@pytest.mark.django_db
def test_nothing_of_a_merged_subject_is_public():
    given.rules()
    kept, merged = given.institution(number=1), given.institution("晚霞美术", number=2)
    assert {of for view in VIEWS for of in _public(view)} == {kept.id, merged.id}
    both = Actor(7, "沈亦舟", kept.officer.roles, (kept.id, merged.id))
    merge_subjects(
        given.call(both, "02-01 10:00"),
        kept_code=kept.code,
        merged_code=merged.code,
        reason="同一主体两次录入",
    )
    for view in VIEWS:
        assert _public(view) <= {kept.id}, view


@pytest.mark.django_db
@pytest.mark.parametrize("view", VIEWS)
def test_every_view_joins_the_kinds_that_are_public(view):
    definition = rows("SELECT pg_get_viewdef(%s::regclass)", f"portal.{view}")[0][0]
    for kind in ("NATURAL_PERSON", "UNLICENSED_SITE"):
        assert kind in definition
    assert "merged_into_id IS NULL" in definition


def _public(view: str) -> set[int]:
    with reading(Actor.public()), connection.cursor() as cursor:
        cursor.execute(f"SELECT subject_id FROM portal.{view}")
        return {row[0] for row in cursor.fetchall()}
