"""Reads of alerts. The first argument is who reads."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection
from django.db.models import Count, F, Min, OuterRef, Q, QuerySet, Subquery

from yuxin.access.models import Account
from yuxin.assessment.alerts.models import (
    Alert,
    AlertMark,
    AlertNote,
    CreditFact,
    NoteKind,
    Outcome,
    Preset,
    PublicWarning,
    Signal,
)
from yuxin.assessment.alerts.permissions import WATCHERS
from yuxin.kernel.actor import Actor
from yuxin.kernel.refusal import NotFound
from yuxin.registry.models import Entry


def marked(actor: Actor, *, limit: int) -> list[int]:
    """The institutions that were marked, the longest waiting first."""
    rows = AlertMark.objects.values("institution_id").annotate(first=Min("id")).order_by("first")
    return [row["institution_id"] for row in rows[:limit]]


def to_detect(actor: Actor) -> list[int]:
    """Every institution that is connected, or of which an alert lives."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT subject_id FROM registry_entry WHERE connected AND merged_into_id IS NULL"
            " UNION SELECT unnest(public.alerts_live_institutions()) ORDER BY 1"
        )
        return [row[0] for row in cursor.fetchall()]


def visible(actor: Actor) -> "QuerySet[Alert]":
    """The alerts within the reader's grants; an institution sees those that it is told of."""
    rows = Alert.objects.filter(institution_id__in=actor.institution_ids)
    return rows if actor.roles & WATCHERS else rows.filter(confidential=False)


def listed(actor: Actor) -> "QuerySet[Alert]":
    """The visible alerts with name, brand, address, code and owner: a page is one statement."""
    entry = Entry.objects.filter(pk=OuterRef("institution_id"))
    owner = Account.objects.filter(pk=OuterRef("proceeding__owner_id"))
    return (
        visible(actor)
        .select_related("proceeding")
        .annotate(
            name=Subquery(entry.values("name")),
            brand=Subquery(entry.values("brand")),
            address=Subquery(entry.values("address")),
            subject_code=Subquery(entry.values("code")),
            owner_name=Subquery(owner.values("display_name")),
        )
    )


def alert(actor: Actor, code: str) -> Alert:
    """One alert.

    Raises: NotFound.
    """
    row = visible(actor).select_related("proceeding").filter(code=code).first()
    if row is None:
        raise NotFound
    return row


def notes(actor: Actor, row: Alert) -> list[AlertNote]:
    """What was said of an alert, as far as the reader is told, in order."""
    rows = AlertNote.objects.filter(alert=row).order_by("at", "pk")
    return list(rows if actor.roles & WATCHERS else rows.filter(shown=True))


def credit_fact(actor: Actor, row: Alert) -> CreditFact | None:
    """What went to the credit file."""
    return CreditFact.objects.filter(alert=row).first()


def public_warning(actor: Actor, row: Alert) -> PublicWarning | None:
    """What the public is or was told, with its early end if it has one."""
    return PublicWarning.objects.filter(alert=row).select_related("end").first()


def preset(actor: Actor, institution_id: int, day: date) -> Preset | None:
    """What the bureau set for an institution on a day.

    Raises: NotFound.
    """
    if institution_id not in actor.institution_ids:
        raise NotFound
    rows = Preset.objects.filter(institution_id=institution_id, valid_from__lte=day)
    return rows.order_by("-valid_from", "-recorded_at", "-pk").first()


def to_answer(actor: Actor) -> list[Alert]:
    """Alerts that were decided on and that their institution has not answered; one statement.

    An alert is decided on once; an answer given before it counts for what was asked before.
    """
    said = AlertNote.objects.filter(alert=OuterRef("pk"), shown=True)
    decided = said.filter(kind=NoteKind.DECIDED).order_by("-at").values("at")[:1]
    answered = said.filter(kind=NoteKind.ANSWERED).order_by("-at").values("at")[:1]
    rows = (
        visible(actor)
        .filter(closed_at=None)
        .annotate(decided_at=Subquery(decided), answered_at=Subquery(answered))
    )
    waits = Q(decided_at__isnull=False) & (Q(answered_at=None) | Q(answered_at__lt=F("decided_at")))
    return list(rows.filter(waits).order_by("opened_at", "pk"))


@dataclass(frozen=True)
class Counts:
    """Alerts in one look, for the leader: open ones by level, overdue, closed in a period."""

    red: int
    yellow: int
    green: int
    overdue: int
    closed: int


def counts(actor: Actor, at: datetime, since: date) -> Counts:
    """The counts within the reader's grants; one statement."""
    said = visible(actor).aggregate(
        red=Count("pk", filter=Q(closed_at=None, level="RED")),
        yellow=Count("pk", filter=Q(closed_at=None, level="YELLOW")),
        green=Count("pk", filter=Q(closed_at=None, level="GREEN")),
        overdue=Count("pk", filter=Q(closed_at=None, due_at__lt=at, proceeding__state="open")),
        closed=Count("pk", filter=Q(closed_at__date__gte=since)),
    )
    return Counts(**said)


def open_by_day(actor: Actor) -> list[tuple[str, date, int]]:
    """Alerts not closed: level, the day they were found, how many; one statement."""
    rows = visible(actor).filter(closed_at=None).order_by().values_list("level", "opened_on")
    return list(rows.annotate(count=Count("pk")))


@dataclass(frozen=True)
class Track:
    """How a rule did: how often it warned, how often it was right of those that were closed."""

    rule: str
    warned: int
    open: int
    right: int
    wrong: int
    unclear: int

    @property
    def precision_bps(self) -> int | None:
        """Right over right and wrong, rounded down; None before the first of them."""
        judged = self.right + self.wrong
        return self.right * 10_000 // judged if judged else None


def track_record(actor: Actor) -> list[Track]:
    """The record of every rule that ever warned within the reader's grants; one statement."""
    rows = (
        visible(actor)
        .values("rule")
        .annotate(
            warned=Count("pk"),
            open=Count("pk", filter=Q(closed_at=None)),
            right=Count("pk", filter=Q(signal=Signal.RIGHT)),
            wrong=Count("pk", filter=Q(signal=Signal.WRONG)),
            unclear=Count("pk", filter=Q(signal=Signal.UNCLEAR)),
        )
        .order_by("rule")
    )
    return [Track(**row) for row in rows]


def standing(actor: Actor, institution_id: int) -> list[str]:
    """The rules whose alerts stand: the condition holds and nobody found it to be without issue.

    For acts that stop while one stands: silence does not confirm.
    """
    rows = Alert.objects.filter(institution_id=institution_id, gone_at=None)
    found = rows.exclude(outcome=Outcome.NO_ISSUE).values_list("rule", flat=True)
    return sorted({f"alert.{rule}" for rule in found})
