"""Builders for tests of the registry: areas, actors, subjects. All names are fictional."""

import uuid
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from django.db import connection

from yuxin.access.context import opened
from yuxin.access.models import Area
from yuxin.access.reading import reading
from yuxin.kernel.act import Call, Receipt
from yuxin.kernel.actor import Actor, Role
from yuxin.operations.registry.register_subject import register_subject
from yuxin.operations.registry.register_subjects_many import register_subjects_many
from yuxin.registry.models import Kind
from yuxin.registry.services import NewLicence, NewSubject

COUNTY = "990100"
TOWN = "990101"
OTHER_TOWN = "990102"
ELSEWHERE = "990200"
DAY = date(2026, 3, 2)
AT = datetime(2026, 3, 2, 2, 2, tzinfo=UTC)
CLOCK = Actor.clock(())

AREAS = (
    (COUNTY, "", "示例县"),
    (TOWN, COUNTY, "河口镇"),
    (OTHER_TOWN, COUNTY, "青山镇"),
    (ELSEWHERE, "", "邻县"),
)


def areas() -> None:
    """A county with two towns, and its neighbour."""
    with opened("operation"):
        for code, parent, name in AREAS:
            Area.objects.create(
                code=code, parent_code=parent, name=name, valid_from=date(2020, 1, 1)
            )


def officer(*institution_ids: int, roles: Sequence[Role] = (Role.OFFICER,)) -> Actor:
    """An officer of the county who reaches these institutions."""
    return Actor(
        7,
        "沈亦舟",
        frozenset(roles),
        tuple(institution_ids),
        area_codes=(COUNTY, TOWN, OTHER_TOWN),
    )


def call(actor: Actor = CLOCK, at: datetime = AT, request_id: uuid.UUID | None = None) -> Call:
    """A request of somebody, with a number of its own."""
    return Call(actor, at, request_id or uuid.uuid4())


def new(name: str = "示例县青禾艺术培训学校有限公司", **facts: Any) -> NewSubject:
    """An institution about to be entered."""
    told: dict[str, Any] = {
        "kind": Kind.TRAINING_INSTITUTION,
        "valid_from": date(2024, 9, 1),
        "name": name,
        "category": "ARTS",
        "area_code": TOWN,
    }
    return NewSubject(**{**told, **facts})


def licensed(**facts: Any) -> NewSubject:
    """An institution with an operating licence."""
    licence = NewLicence(
        number="教民 399990120240087 号",
        issuer="示例县教育局",
        categories=("ARTS",),
        stages=("COMPULSORY",),
        modes=("OFFLINE",),
        valid_until=date(2027, 8, 31),
    )
    return new(**{"licences": (licence,), **facts})


def registered(subject: NewSubject | None = None, **how: Any) -> Receipt:
    """Enter one subject by the clock."""
    return register_subject(call(), subject=subject or licensed(), **how)


def many(subjects: Sequence[NewSubject]) -> Receipt:
    """Enter several subjects by the clock."""
    return register_subjects_many(call(), subjects=tuple(subjects))


def read(actor: Actor, ask: Any, *args: Any, **kwargs: Any) -> Any:
    """The answer of a query, read as `actor`."""
    with reading(actor):
        return ask(actor, *args, **kwargs)


def rows(statement: str, *parameters: Any) -> list[tuple[Any, ...]]:
    """Rows of a statement, read by the clock."""
    with reading(CLOCK), connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall()
