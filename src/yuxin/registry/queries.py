"""Reads of the registry. The first argument is who reads."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db import connection
from django.db.models import BooleanField, Count, F, Q, QuerySet
from django.db.models.expressions import RawSQL

from yuxin.access.models import Account, Area
from yuxin.kernel.actor import Actor, Role
from yuxin.kernel.codes import check_subject_code, normalise_uscc
from yuxin.kernel.refusal import NotFound
from yuxin.registry import find as finding
from yuxin.registry import search as cutting
from yuxin.registry.aspects import ASPECTS
from yuxin.registry.history import held, in_force
from yuxin.registry.models import (
    Alias,
    CustodyValue,
    Entry,
    Kind,
    LicenceValue,
    Merge,
    PersonValue,
    PostValue,
    RoomValue,
    SiteValue,
    Status,
    Subject,
    Value,
)
from yuxin.registry.permissions import require_may_see

PAGE_SIZE: Final = 50
SORTS: Final[Mapping[str, str]] = {
    "name": "name_key",
    "code": "code",
    "status": "status",
    "category": "category",
    "area": "area_code",
    "licence_until": "licence_until",
    "connected": "connected",
    "colour": "colour",
}


# What a row of these aspects speaks of, read along with it.
_THINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "licence": ("licence",),
    "site": ("site",),
    "room": ("room__site",),
    "brand": ("brand",),
    "controller": ("controller__entry",),
}


# Which fields of an entry come from which aspect.
ENTRY_FIELDS: Final[Mapping[str, Mapping[str, str]]] = {
    "name": {"name": "registered_name", "brand": "brand"},
    "identity": {"uscc": "uscc"},
    "status": {"status": "status"},
    "category": {"category": "category"},
    "place": {"area_code": "area_code", "address": "address"},
    "authority": {"approving": "approving", "supervising": "supervising"},
    "connection": {"connected": "connected"},
}


@dataclass(frozen=True)
class Hit:
    """A subject found by a search."""

    subject_id: int
    code: str
    kind: str
    name: str
    brand: str
    uscc: str
    status: str
    category: str
    area_code: str
    address: str
    connected: bool


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What a list shows. Empty means everything; `area_codes` is a whole subtree."""

    text: str = ""
    kinds: tuple[str, ...] = ()
    area_codes: tuple[str, ...] = ()
    line: str = ""
    status: str = ""
    colour: str = ""
    connected: bool | None = None


@dataclass(frozen=True)
class Page:
    """One page of a list and the number of all rows."""

    rows: list[Entry]
    total: int


@dataclass(frozen=True)
class Line:
    """One line of a subject's timeline: a row that was recorded, and what it is about."""

    aspect: str
    row: Any


def _mine(actor: Actor) -> RawSQL:
    """The entries that the reader's grants reach, as a hash that is asked per row."""
    return RawSQL(
        "(registry_entry.subject_id IN (SELECT unnest(%s::bigint[]))) IS TRUE",
        [finding.array_text(actor.institution_ids)],
        output_field=BooleanField(),
    )


def identify(actor: Actor, text: str) -> Entry:
    """The subject that a code, credit code or alias leads to, over every merge.

    Whoever asks: what it tells is on every notice board. Natural persons are not found here.

    Raises: NotFound.
    """
    wanted = normalise_uscc(text)
    code = wanted.translate(str.maketrans("OIL", "011"))
    asked = Q(code=code) if check_subject_code(code) else Q(uscc=wanted, merged_into=None)
    entry = Entry.objects.filter(asked).exclude(code="").first() if wanted else None
    if entry is None:
        alias = Alias.objects.filter(alias=text.strip()).values_list("subject_id", flat=True)
        entry = Entry.objects.filter(pk__in=alias).first()
    if entry is not None and entry.merged_into_id is not None:
        entry = Entry.objects.get(pk=entry.merged_into_id)
    if entry is None or entry.kind == Kind.NATURAL_PERSON:
        raise NotFound
    return entry


def find(actor: Actor, text: str) -> Entry:
    """The subject that a code leads to, if the actor's grants reach it.

    Raises: NotFound.
    """
    entry = identify(actor, text)
    require_may_see(actor, entry.pk)
    return entry


def entry_by_code(actor: Actor, code: str) -> Entry:
    """The subject with this very code, merged or not.

    Raises: NotFound.
    """
    found = Entry.objects.filter(code=code).exclude(kind=Kind.NATURAL_PERSON).first()
    if found is None:
        raise NotFound
    return found


def entry(actor: Actor, subject_id: int) -> Entry:
    """The entry of a subject that the actor's grants reach.

    Raises: NotFound.
    """
    require_may_see(actor, subject_id)
    found = Entry.objects.filter(pk=subject_id).first()
    if found is None:
        raise NotFound
    return found


def entries(actor: Actor, subject_ids: Sequence[int]) -> dict[int, Entry]:
    """The entries of those of these subjects that the actor's grants reach."""
    asked = set(subject_ids) & set(actor.institution_ids)
    return {entry.pk: entry for entry in Entry.objects.filter(pk__in=asked)}


def search(actor: Actor, text: str, *, limit: int = 20, everywhere: bool = False) -> list[Hit]:
    """Subjects by name, brand, code, address, pinyin or initials, best first.

    Within the actor's grants, unless `everywhere` (window clerks check for a double entry).
    """
    words = cutting.tokens(text)
    if not words:
        return []
    asked, parameters = finding.statement(
        finding.ENTRIES, words, limit=limit, within=None if everywhere else actor.institution_ids
    )
    with connection.cursor() as cursor:
        cursor.execute(asked, parameters)
        return [Hit(*row[:-2]) for row in cursor.fetchall()]


def listed(actor: Actor) -> "QuerySet[Entry]":
    """Every subject that a list may show to the actor: within the grants, neither merged nor a
    natural person.
    """
    heavy = ("search_terms", "pinyin", "initials", "text_key", "code_key", "address_key")
    rows = Entry.objects.filter(_mine(actor), merged_into=None).defer(*heavy)
    return rows.exclude(kind=Kind.NATURAL_PERSON)


def matching(rows: "QuerySet[Entry]", text: str) -> "QuerySet[Entry]":
    """Of these subjects those that hold every word of a text."""
    for word in cutting.tokens(text):
        narrowed, decided = Q(), Q()
        for pieces in word.alternatives:
            narrowed |= Q(search_terms__contains=list(pieces))
        for key in ("text_key", "initials", "pinyin", "code_key", "address_key"):
            decided |= Q(**{f"{key}__contains": word.text})
        rows = rows.filter(narrowed, decided)
    return rows


def _chosen(actor: Actor, filters: Filters) -> "QuerySet[Entry]":
    rows = listed(actor)
    for field, values in (("kind", filters.kinds), ("area_code", filters.area_codes)):
        if values:
            rows = rows.filter(**{f"{field}__in": values})
    for field, value in (("category", filters.line), ("status", filters.status)):
        if value:
            rows = rows.filter(**{field: value})
    if filters.connected is not None:
        rows = rows.filter(connected=filters.connected)
    if filters.colour:
        rows = rows.filter(colour=filters.colour)
    return matching(rows, filters.text)


def institutions(
    actor: Actor,
    filters: Filters,
    *,
    sort: str = "name",
    descending: bool = False,
    offset: int = 0,
    limit: int = PAGE_SIZE,
) -> Page:
    """A page of the subjects that the actor's grants reach, filtered and sorted."""
    rows = _chosen(actor, filters)
    column = F(SORTS[sort])
    order = column.desc(nulls_last=True) if descending else column.asc(nulls_last=True)
    page = rows.order_by(order, "name_key", "pk")[offset : offset + limit]
    return Page(list(page), rows.count())


def counts(actor: Actor, filters: Filters) -> dict[str, int]:
    """How many subjects a list holds: all, connected, by colour, by status."""
    told = _chosen(actor, filters).aggregate(
        all=Count("pk"),
        connected=Count("pk", filter=Q(connected=True)),
        **{
            colour.lower(): Count("pk", filter=Q(colour=colour))
            for colour in ("GREEN", "YELLOW", "RED")
        },
        **{
            f"status_{status.lower()}": Count("pk", filter=Q(status=status))
            for status in Status.values
        },
    )
    return {**told, "not_connected": told["all"] - told["connected"]}


def as_of(
    actor: Actor, subject_id: int, day: date, known_at: datetime | None = None
) -> dict[str, list[Any]]:
    """Every aspect of a subject: the values that held on a day, as known at an instant.

    Raises: NotFound.
    """
    return picture(history(actor, subject_id), day, known_at)


def picture(
    lines: Sequence[Line], day: date, known_at: datetime | None = None
) -> dict[str, list[Any]]:
    """The same, out of a history already read: per course of values the latest start not after
    the day, and of that start the latest recorded.
    """
    last: dict[tuple[Any, ...], Any] = {}
    for line in lines:
        row = line.row
        if row.valid_from > day or (known_at is not None and row.recorded_at > known_at):
            continue
        course = (line.aspect, *(getattr(row, name) for name in ASPECTS[line.aspect].key))
        held_row = last.get(course)
        if held_row is None or _order(row) > _order(held_row):
            last[course] = row
    told: dict[str, list[Any]] = {name: [] for name in ASPECTS}
    for (name, *_), row in sorted(last.items(), key=lambda item: str(item[0])):
        if not row.ended:
            told[name].append(row)
    return told


def _order(row: Any) -> tuple[Any, ...]:
    return (row.valid_from, row.recorded_at, row.pk)


def history(actor: Actor, subject_id: int) -> list[Line]:
    """Every row ever recorded of a subject, newest recording first.

    Raises: NotFound.
    """
    require_may_see(actor, subject_id)
    lines = [
        Line(name, row)
        for name, aspect in ASPECTS.items()
        for row in aspect.model._default_manager.filter(
            **{aspect.subject_path: subject_id}
        ).select_related(*_THINGS.get(name, ()))
    ]
    return sorted(lines, key=lambda line: (line.row.recorded_at, line.row.pk), reverse=True)


def value(
    actor: Actor,
    aspect_name: str,
    subject_id: int,
    day: date,
    known_at: datetime | None = None,
) -> Any | None:
    """The one value of an aspect that held on a day, or None."""
    aspect = ASPECTS[aspect_name]
    rows = held(aspect, day=day, known_at=known_at, **{aspect.subject_path: subject_id})
    return next(iter(in_force(rows)), None)


def licences(
    actor: Actor, subject_id: int, day: date, known_at: datetime | None = None
) -> list[LicenceValue]:
    """The licences of a subject as they held on a day, also those past their last day."""
    rows = held(
        ASPECTS["licence"], day=day, known_at=known_at, licence__subject_id=subject_id
    ).select_related("licence")
    return in_force(rows)


def sites(
    actor: Actor, subject_id: int, day: date, known_at: datetime | None = None
) -> list[SiteValue]:
    """The teaching sites of a subject on a day."""
    rows = held(ASPECTS["site"], day=day, known_at=known_at, site__subject_id=subject_id)
    return in_force(rows.select_related("site"))


def rooms(
    actor: Actor, subject_id: int, day: date, known_at: datetime | None = None
) -> list[RoomValue]:
    """The rooms of a subject's sites on a day."""
    rows = held(ASPECTS["room"], day=day, known_at=known_at, room__site__subject_id=subject_id)
    return in_force(rows.select_related("room__site"))


def custody_account(actor: Actor, subject_id: int, day: date) -> CustodyValue | None:
    """The special custody account of a subject on a day; its number is sealed."""
    found: CustodyValue | None = value(actor, "custody", subject_id, day)
    return found


@dataclass(frozen=True)
class Colleague:
    """A post and what the institution said of the person who holds it, masked."""

    person_id: int
    code: str
    name: str
    phone: str
    id_number: str
    role: str
    title: str
    full_time: bool
    qualification: str
    qualification_until: date | None
    checked_on: date | None
    since: date


def staff(actor: Actor, subject_id: int, day: date) -> list[Colleague]:
    """The staff of a subject on a day, as far as the reader may see it."""
    posts: list[PostValue] = in_force(held(ASPECTS["post"], day=day, subject_id=subject_id))
    ids = [post.person_id for post in posts]
    said: dict[int, PersonValue] = {
        row.person_id: row
        for row in in_force(
            held(
                ASPECTS["person"],
                day=day,
                institution_id=subject_id,
                person_id__in=ids,
            ).select_related("person__subject")
        )
    }
    return [
        Colleague(
            post.person_id,
            said[post.person_id].person.subject.code if post.person_id in said else "",
            said[post.person_id].name if post.person_id in said else "",
            said[post.person_id].phone_masked if post.person_id in said else "",
            said[post.person_id].id_number_masked if post.person_id in said else "",
            post.role,
            post.title,
            post.full_time,
            post.qualification,
            post.qualification_until,
            post.checked_on,
            post.valid_from,
        )
        for post in posts
    ]


def person(
    actor: Actor, person_id: int, day: date, institution_id: int | None = None
) -> PersonValue | None:
    """What was said of a person: by the institution named, else by the person."""
    rows = held(ASPECTS["person"], day=day, person_id=person_id, institution_id=institution_id)
    return next(iter(in_force(rows)), None)


def last_said(actor: Actor, person_code: str) -> list[PersonValue]:
    """What was said of a person and may be seen by the reader, the latest first.

    Which rows these are is row-level security's matter: those of the reader's institutions, and
    the reader's own.
    """
    rows = PersonValue.objects.filter(person__subject__code=person_code, ended=False)
    return list(rows.order_by("-recorded_at", "-pk")[:20])


def sealed_identifier(actor: Actor, person_code: str, kind: str) -> bytes | None:
    """The sealed telephone (`phone`) or identity number (`id_number`) of a person, or None."""
    assert kind in ("phone", "id_number")
    for row in last_said(actor, person_code):
        sealed = getattr(row, f"{kind}_sealed")
        if sealed is not None:
            return bytes(sealed)
    return None


def codes_of(actor: Actor, subject_ids: Sequence[int]) -> dict[int, str]:
    """The lifelong codes of subjects, by id; a code says nothing else."""
    return dict(Subject.objects.filter(pk__in=subject_ids).values_list("pk", "code"))


def id_of_code(actor: Actor, code: str) -> int | None:
    """The id behind a code, for who grants rights over subjects that they may not see."""
    return Subject.objects.filter(code=code).values_list("pk", flat=True).first()


def merged_into(actor: Actor, subject_id: int) -> list[Merge]:
    """The merges that stand and led others to this subject."""
    rows = Merge.objects.filter(kept_id=subject_id, undone_at=None)
    return list(rows.select_related("merged").order_by("recorded_at"))


def latest(rows: Sequence[Value]) -> int:
    """The row that a form was opened on: the last recorded; 0 when there is none."""
    return max((row.pk for row in rows), default=0)


def is_bureau(actor: Actor) -> bool:
    """Whether the reader works for the bureau or above it."""
    return actor.has(Role.OFFICER, Role.HEAD, Role.WINDOW_CLERK, Role.LEVEL_ABOVE, Role.AUDITOR)


def area_names(actor: Actor, day: date) -> dict[str, str]:
    """The names of the areas that the actor's grants reach, by code, in the order of codes."""
    rows = (
        Area.objects.filter(code__in=actor.area_codes, valid_from__lte=day)
        .order_by("code", "-valid_from", "-recorded_at", "-id")
        .distinct("code")
    )
    return {row.code: row.name for row in rows if not row.ended}


def names_of(actor: Actor, account_ids: Iterable[int]) -> dict[int, str]:
    """Who recorded something, by account."""
    rows = Account.objects.filter(pk__in=set(account_ids))
    return dict(rows.values_list("pk", "display_name"))
