"""The timetable of a class as the institution and the bureau read it."""

from dataclasses import dataclass

from yuxin.kernel.actor import Actor
from yuxin.kernel.refusal import NotFound
from yuxin.tuition.models import ClassGroup, ClassSession


@dataclass(frozen=True)
class Timetable:
    """A class with every session, cancelled ones among them, in order of time."""

    group: ClassGroup
    sessions: list[ClassSession]

    @property
    def units_left(self) -> int:
        """Hundredths of the course that no session is planned for."""
        planned = sum(each.centiunits for each in self.sessions if each.cancelled_at is None)
        return max(0, self.group.course.total_centiunits - planned)

    @property
    def to_make_up(self) -> list[ClassSession]:
        """Cancelled sessions that no other makes up for."""
        made = {each.makes_up_id for each in self.sessions if each.cancelled_at is None}
        return [each for each in self.sessions if each.cancelled_at and each.pk not in made]


def timetable(actor: Actor, class_code: str) -> Timetable:
    """The timetable of a class of the reader's institutions; two statements.

    Raises: NotFound.
    """
    group = ClassGroup.objects.filter(code=class_code).select_related("course").first()
    if group is None or group.institution_id not in actor.institution_ids:
        raise NotFound
    sessions = ClassSession.objects.filter(class_group=group).order_by("starts_at", "pk")
    return Timetable(group, list(sessions))


def session(actor: Actor, code: str) -> ClassSession:
    """One session of the reader's institutions with its class; one statement.

    Raises: NotFound.
    """
    found = ClassSession.objects.filter(code=code).select_related("class_group__course").first()
    if found is None or found.institution_id not in actor.institution_ids:
        raise NotFound
    return found
