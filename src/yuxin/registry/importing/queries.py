"""Reads of imports. The first argument is who reads; batches outside their areas do not exist."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import Count, Q, QuerySet

from yuxin.access.models import Area
from yuxin.kernel.actor import Actor, Role
from yuxin.kernel.refusal import NotFound
from yuxin.registry.importing.models import ImportBatch, ImportDoubt, ImportLine, ImportRow
from yuxin.registry.importing.writing import to_write
from yuxin.registry.intake.verdict import Doubt, Line
from yuxin.registry.models import Entry

PAGE: Final = 25


def _mine(actor: Actor) -> "QuerySet[ImportBatch]":
    if actor.has(Role.CLOCK):
        return ImportBatch.objects.all()
    return ImportBatch.objects.filter(area_code__in=actor.area_codes)


def batches(actor: Actor, *, limit: int = 100) -> list[ImportBatch]:
    """The batches of the actor's areas, newest first, with their counts."""
    rows = _mine(actor).annotate(
        row_count=Count("rows"),
        open_count=Count("rows", filter=Q(rows__open_doubts__gt=0)),
        written_count=Count("rows", filter=~Q(rows__written="")),
    )
    return list(rows.order_by("-pk")[:limit])


def batch(actor: Actor, code: str) -> ImportBatch:
    """A batch by its code.

    Raises: NotFound.
    """
    found = _mine(actor).filter(code=code).first()
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True)
class Sums:
    """The sum that adds up: lines = others + rows; rows = the four verdicts; doubts decided."""

    lines: int
    others: dict[str, int]
    rows: int
    accepted: int
    unchanged: int
    doubtful: int
    rejected: int
    decided_accepted: int
    decided_edited: int
    decided_refused: int
    waiting: int
    written: int
    to_write: int

    def report(self) -> dict[str, int]:
        """Rows and the four verdicts."""
        names = ("rows", "accepted", "unchanged", "doubtful", "rejected")
        return {name: getattr(self, name) for name in names}


def sums(actor: Actor, of: ImportBatch) -> Sums:
    """Count a batch. A doubtful row counts as edited or refused when any of its doubts was."""
    others = dict.fromkeys((line.value for line in Line), 0)
    kinds = of.lines.values_list("kind").annotate(count=Count("pk"))
    others |= dict(kinds)
    doubtful = Q(verdict="doubtful")
    edited = Q(pk__in=of.doubts.filter(decision="EDITED").values("row_id"))
    settled = doubtful & Q(open_doubts=0)
    told = of.rows.aggregate(
        rows=Count("pk"),
        accepted=Count("pk", filter=Q(verdict="accepted")),
        unchanged=Count("pk", filter=Q(verdict="unchanged")),
        doubtful=Count("pk", filter=doubtful),
        rejected=Count("pk", filter=Q(verdict="rejected")),
        decided_accepted=Count("pk", filter=settled & Q(refused=False) & ~edited),
        decided_edited=Count("pk", filter=settled & Q(refused=False) & edited),
        decided_refused=Count("pk", filter=settled & Q(refused=True)),
        waiting=Count("pk", filter=doubtful & Q(open_doubts__gt=0)),
        written=Count("pk", filter=~Q(written="")),
    )
    lines = told["rows"] + sum(others.values())
    return Sums(lines=lines, others=others, to_write=to_write(of).count(), **told)


@dataclass(frozen=True)
class KindSum:
    """Doubts of one kind: all, accepted, edited, refused, waiting."""

    kind: str
    total: int
    accepted: int
    edited: int
    refused: int
    waiting: int


def kinds(actor: Actor, of: ImportBatch) -> list[KindSum]:
    """The doubts of a batch by kind, most frequent first."""
    found = of.doubts.values("kind").annotate(
        total=Count("pk"),
        accepted=Count("pk", filter=Q(decision="ACCEPTED")),
        edited=Count("pk", filter=Q(decision="EDITED")),
        refused=Count("pk", filter=Q(decision="REFUSED")),
        waiting=Count("pk", filter=Q(decision="")),
    )
    return sorted((KindSum(**row) for row in found), key=lambda kind: -kind.total)


@dataclass(frozen=True, kw_only=True)
class DoubtFilter:
    """Which doubts a list shows; empty shows all."""

    kind: str = ""
    sure: str = ""
    state: str = ""
    """waiting, decided, or empty."""


def _filtered(of: ImportBatch, wanted: DoubtFilter) -> "QuerySet[ImportDoubt]":
    rows = of.doubts.all()
    if wanted.kind in Doubt.__members__.values():
        rows = rows.filter(kind=wanted.kind)
    if wanted.sure in ("high", "medium", "low", "none"):
        rows = rows.filter(sure=wanted.sure)
    if wanted.state == "waiting":
        rows = rows.filter(decision="")
    elif wanted.state == "decided":
        rows = rows.exclude(decision="")
    return rows


@dataclass(frozen=True)
class DoubtPage:
    """One page of doubts."""

    doubts: list[ImportDoubt]
    total: int
    start: int


def doubts(actor: Actor, of: ImportBatch, wanted: DoubtFilter, *, page: int = 1) -> DoubtPage:
    """A page of doubts in the order of the sheet."""
    rows = _filtered(of, wanted)
    start = max(page - 1, 0) * PAGE
    found = rows.select_related("row").order_by("place")[start : start + PAGE]
    return DoubtPage(list(found), rows.count(), start)


def all_doubts(actor: Actor, of: ImportBatch, wanted: DoubtFilter) -> list[ImportDoubt]:
    """Every doubt that a filter leaves, as for a download."""
    return list(_filtered(of, wanted).select_related("row").order_by("place"))


def doubt(actor: Actor, of: ImportBatch, place: int) -> ImportDoubt:
    """One doubt.

    Raises: NotFound.
    """
    found = of.doubts.select_related("row").filter(place=place).first()
    if found is None:
        raise NotFound
    return found


def next_waiting(actor: Actor, of: ImportBatch, wanted: DoubtFilter, after: int) -> int | None:
    """The place of the next undecided doubt after a place, else the first one."""
    waiting = _filtered(of, wanted).filter(decision="").order_by("place")
    places = waiting.values_list("place", flat=True)
    found: int | None = places.filter(place__gt=after).first()
    return found if found is not None else places.first()


def same_kind(actor: Actor, of: ImportBatch, one: ImportDoubt) -> list[ImportDoubt]:
    """Undecided doubts with the same reason and a proposal, the given one first."""
    rows = of.doubts.filter(kind=one.kind, reason=one.reason, decision="", proposal__isnull=False)
    return list(rows.select_related("row").order_by("place")[:500])


def neighbours(actor: Actor, of: ImportBatch, row: ImportRow) -> list[ImportRow]:
    """The row before, the row and the row after, as they stand in the sheet."""
    rows = of.rows.filter(sheet=row.sheet)
    before = rows.filter(number__lt=row.number).order_by("-number")[:1]
    after = rows.filter(number__gt=row.number).order_by("number")[:1]
    return [*before, row, *after]


def preview(actor: Actor, of: ImportBatch, verdict: str, *, page: int = 1) -> list[ImportRow]:
    """A page of rows with one verdict."""
    start = max(page - 1, 0) * PAGE
    rows = of.rows.filter(verdict=verdict) if verdict else of.rows.all()
    return list(rows.order_by("sheet", "number")[start : start + PAGE])


def lines(actor: Actor, of: ImportBatch, *, limit: int = 200) -> list[ImportLine]:
    """Lines that are no rows, empty ones last."""
    rows = of.lines.exclude(kind="empty").order_by("sheet", "number")
    return list(rows[:limit])


def first_to_write(actor: Actor, of: ImportBatch) -> int | None:
    """The first row that is decided and not written; with the version it names the next write."""
    found: int | None = to_write(of).values_list("pk", flat=True).first()
    return found


def areas(actor: Actor, day: date) -> list[tuple[str, str]]:
    """Code and name of every area that the actor was granted, the widest first."""
    rows = Area.objects.filter(code__in=actor.area_codes, valid_from__lte=day, ended=False)
    named = dict(rows.order_by("valid_from", "recorded_at").values_list("code", "name"))
    return [(code, named.get(code, code)) for code in actor.area_codes]


def sample(actor: Actor, of: ImportBatch, sheet: int) -> list[list[str]]:
    """The first rows of a sheet as they stand there."""
    rows = of.rows.filter(sheet=sheet).order_by("number")
    return list(rows.values_list("cells", flat=True)[:20])


def page_of(actor: Actor, of: ImportBatch, wanted: DoubtFilter, place: int) -> int:
    """The page of a filtered list on which a doubt stands."""
    before = _filtered(of, wanted).filter(place__lt=place).count()
    return before // PAGE + 1


def subject_names(actor: Actor, codes: Sequence[str]) -> dict[str, str]:
    """Names of subjects by code, to show what a proposal refers to."""
    return dict(Entry.objects.filter(code__in=codes).values_list("code", "name"))
