"""Why silence does not confirm a lesson: it cannot have been taught as recorded.

Reads rows that the institution and its families both see, so that each of them finds the same
reason as the clock.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce, NullIf

from yuxin.kernel.calendar import Calendar
from yuxin.kernel.clock import SHANGHAI, day_of
from yuxin.registry.aspects import ASPECTS
from yuxin.registry.history import held, in_force
from yuxin.rules.pack import Pack
from yuxin.tuition.models import ClassSession, Contract, Lesson
from yuxin.tuition.models.courses import Category, Mode
from yuxin.tuition.services.courses import latest_end

UNPAID: Final = "unpaid"
OUTSIDE: Final = "outside"
LATE: Final = "late"
HOLIDAY: Final = "holiday"
TEACHER: Final = "teacher"
ROOM: Final = "room"
CAPACITY: Final = "capacity"
REASONS: Final = (UNPAID, OUTSIDE, LATE, HOLIDAY, TEACHER, ROOM, CAPACITY)
AREA_RULE: Final = "premises.area_per_learner_dm2_min"


def impossible(lessons: Sequence[Lesson], *, pack: Pack, days: Calendar) -> dict[int, str]:
    """By key of a lesson why it cannot have been taught as recorded; the others are left out.

    Before the contract was paid; outside the days of its course; past the latest hour; academic
    training on a day off; with the teacher or the room of another session called for the same
    time; with more learners than the room or the site may hold. At most five statements.
    """
    by_session = _busy({each.session_id for each in lessons}) if lessons else {}
    full = _too_full({each.session_id for each in lessons}, pack) if lessons else set()
    found = {}
    for each in lessons:
        why = _out_of_time(each.contract, each.session, pack, days) or by_session.get(
            each.session_id, CAPACITY if each.session_id in full else ""
        )
        if why:
            found[each.pk] = why
    return found


def _out_of_time(contract: Contract, session: ClassSession, pack: Pack, days: Calendar) -> str:
    course, day = contract.course, day_of(session.starts_at)
    if contract.paid_at is None or contract.paid_at > session.starts_at:
        return UNPAID
    if not course.first_on <= day <= course.last_on:
        return OUTSIDE
    if session.ends_at.astimezone(SHANGHAI).time() > latest_end(pack, course.mode, day):
        return LATE
    # Academic training may not use days off (双减); other training usually does.
    return HOLIDAY if course.category == Category.SUBJECT and not days.is_working(day) else ""


def _meeting(*, but_itself: bool = True) -> "QuerySet[ClassSession]":
    """Sessions called for a time that overlaps an outer session's."""
    rows = ClassSession.objects.filter(
        institution_id=OuterRef("institution_id"),
        called_at__isnull=False,
        starts_at__lt=OuterRef("ends_at"),
        ends_at__gt=OuterRef("starts_at"),
    )
    return rows.exclude(pk=OuterRef("pk")) if but_itself else rows


def _placed(rows: "QuerySet[Any]") -> "QuerySet[Any]":
    """Sessions with the room and the teacher that they really had."""
    placed: QuerySet[Any] = rows.annotate(
        where=Coalesce("room_id", "class_group__room_id"),
        post=Coalesce("teacher_post_id", "class_group__teacher_post_id"),
        who=Coalesce(NullIf("teacher_name", Value("")), "class_group__teacher_name"),
        site=F("class_group__course__site_id"),
    )
    return placed


def _busy(session_ids: set[int]) -> dict[int, str]:
    others = _placed(_meeting())
    same_teacher = others.filter(Q(post=OuterRef("post")) | Q(who=OuterRef("who")))
    rows = (
        _placed(ClassSession.objects.filter(pk__in=session_ids))
        .annotate(
            teacher_twice=Exists(same_teacher),
            room_twice=Exists(others.filter(where=OuterRef("where"))),
        )
        .values_list("pk", "teacher_twice", "room_twice")
    )
    return {pk: TEACHER if teacher else ROOM for pk, teacher, room in rows if teacher or room}


@dataclass(frozen=True)
class _Load:
    """How many sat in a session's room and at its site at once."""

    session_id: int
    institution_id: int
    day: date
    room: int | None
    site: int | None
    in_room: int
    at_site: int


def _too_full(session_ids: set[int], pack: Pack) -> set[int]:
    """Sessions to which more came than the room or the site may hold; online there is no limit."""
    loads = _loads(session_ids)
    if not loads:
        return set()
    limits = {
        key: _limits(*key, pack=pack) for key in {(each.institution_id, each.day) for each in loads}
    }
    return {
        each.session_id for each in loads if limits[each.institution_id, each.day].broken_by(each)
    }


def _loads(session_ids: set[int]) -> list[_Load]:
    """Everybody counted by the rolls of all sessions that met the one in question."""
    meeting = _placed(_meeting(but_itself=False)).order_by()

    def crowd(**where: OuterRef) -> Subquery:
        rows = meeting.filter(**where).values("institution_id")
        return Subquery(rows.annotate(n=Sum("present_count")).values("n"))

    rows = (
        _placed(ClassSession.objects.filter(pk__in=session_ids))
        .exclude(class_group__course__mode=Mode.ONLINE)
        .annotate(in_room=crowd(where=OuterRef("where")), at_site=crowd(site=OuterRef("site")))
        .values_list("pk", "institution_id", "starts_at", "where", "site", "in_room", "at_site")
    )
    return [
        _Load(pk, owner, day_of(starts), room, site, in_room or 0, at_site or 0)
        for pk, owner, starts, room, site, in_room, at_site in rows
    ]


@dataclass(frozen=True)
class _Limits:
    """Places by room and by site: the lower of what was approved and what the area allows."""

    rooms: dict[int, int]
    sites: dict[int, int]

    def broken_by(self, load: _Load) -> bool:
        """Whether more sat there at once; where nothing is known nothing is broken."""
        room = self.rooms.get(load.room or 0)
        site = self.sites.get(load.site or 0)
        return (room is not None and load.in_room > room) or (
            site is not None and load.at_site > site
        )


def _limits(institution_id: int, day: date, *, pack: Pack) -> _Limits:
    each_dm2 = pack.on(AREA_RULE, day).integer
    rooms: dict[int, int] = {}
    approved: dict[int, int] = {}
    for value in in_force(
        held(ASPECTS["room"], day=day, room__site__subject_id=institution_id).select_related("room")
    ):
        rooms[value.room_id] = _lower(value.capacity, value.area_dm2, each_dm2)
        site_id = value.room.site_id
        approved[site_id] = approved.get(site_id, 0) + value.capacity
    sites = {}
    for value in in_force(held(ASPECTS["site"], day=day, site__subject_id=institution_id)):
        known = approved.get(value.site_id)
        if known is not None or value.area_dm2 is not None:
            sites[value.site_id] = _lower(known, value.area_dm2, each_dm2)
    return _Limits(rooms, sites)


def _lower(approved: int | None, area_dm2: int | None, each_dm2: int) -> int:
    """The lower of places approved and places by area; at least one of them is known."""
    known = [approved] if approved is not None else []
    known += [area_dm2 // each_dm2] if area_dm2 is not None else []
    return min(known)
