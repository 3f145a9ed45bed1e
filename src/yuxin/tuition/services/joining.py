"""What is left of a class that has begun, and what the rest of it costs.

Nobody pays for a lesson that was held before the contract. Rounding: down, in favour of the family.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from yuxin.kernel.clock import day_of
from yuxin.kernel.refusal import Refusal
from yuxin.tuition.models import ClassGroup, ClassSession, Contract, Course
from yuxin.tuition.services.caps import Charge


class ClassBegun(Refusal):
    """The class has begun, and the course takes nobody after its first lesson."""

    code = "class_begun"
    zh = "这个班已上过{held}次课，课程规定开课后不再插班。可以选还没开课的班。没有签合同。"
    en = (
        "This class has held {held} lessons and the course takes nobody after its start. Choose a "
        "class that has not begun. Nothing was signed."
    )


class NoLessonsLeft(Refusal):
    """Every lesson of the class was held."""

    code = "no_lessons_left"
    zh = "这个班的课已经上完，不能报名。没有签合同，也没有收费。"
    en = "Every lesson of this class was held; it cannot be joined. Nothing was signed or charged."


class LessonsHeldMeanwhile(Refusal):
    """Between the draft and this step a lesson was held that the contract would pay for."""

    code = "lessons_held_meanwhile"
    status = 409
    zh = "这份合同拟好以后又上了课，不能再按原来的课时和总价办。请取消后重新报名，按剩下的课计算。"
    en = (
        "A lesson was held since this contract was drawn up, so its sum is too high now. Cancel it "
        "and join again: the new contract counts the lessons that are left."
    )


@dataclass(frozen=True)
class Share:
    """What a contract buys of a course: all of it, or what is left."""

    total_fen: int
    centiunits: int
    gift_centiunits: int
    first_on: date
    last_on: date
    sessions: tuple[ClassSession, ...]
    held_count: int = 0

    @property
    def is_late(self) -> bool:
        """Whether lessons were held before."""
        return self.held_count > 0


def share_of(group: ClassGroup, at: datetime) -> Share:
    """What somebody who joins at an instant buys: exact fen, gifts in proportion.

    Raises: NoLessonsLeft.
    """
    return share_of_sessions(group.course, list(group.sessions.all()), at)


def share_of_sessions(course: Course, sessions: Sequence[ClassSession], at: datetime) -> Share:
    """The same from sessions that were read before. Raises: NoLessonsLeft."""
    standing = sorted(
        (each for each in sessions if each.cancelled_at is None), key=lambda each: each.starts_at
    )
    left = tuple(each for each in standing if each.called_at is None and each.starts_at > at)
    held = len(standing) - len(left)
    if not held:
        return whole_course(course, standing)
    units = min(sum(each.centiunits for each in left), course.total_centiunits)
    total = course.total_fen * units // course.total_centiunits
    if not total:
        raise NoLessonsLeft
    gift = course.gift_centiunits * units // course.total_centiunits
    first_on = day_of(left[0].starts_at)
    return Share(total, units, gift, first_on, course.last_on, left, held)


def whole_course(course: Course, sessions: Sequence[ClassSession]) -> Share:
    """All of a course, as somebody buys it before it begins."""
    return Share(
        course.total_fen,
        course.total_centiunits,
        course.gift_centiunits,
        course.first_on,
        course.last_on,
        tuple(sessions),
    )


def share_of_contract(contract: Contract) -> Share:
    """What a contract buys, as it was drawn up."""
    told = contract.terms["service"]
    return Share(
        contract.total_fen,
        contract.total_centiunits,
        contract.gift_centiunits,
        date.fromisoformat(told["from"]),
        date.fromisoformat(told["to"]),
        (),
    )


def charge_of(course: Course, share: Share) -> Charge:
    """What is bought, as the caps see it."""
    return Charge(
        category=course.category,
        first_on=share.first_on,
        last_on=share.last_on,
        centiunits=share.centiunits,
        unit_price_fen=course.unit_price_fen,
        total_fen=share.total_fen,
    )


def require_still_ahead(contract: Contract, at: datetime) -> None:
    """Refuse a contract that would pay for a lesson held since. Raises: LessonsHeldMeanwhile."""
    try:
        share = share_of(contract.class_group, at)
    except NoLessonsLeft as over:
        raise LessonsHeldMeanwhile from over
    if share.centiunits < contract.total_centiunits:
        raise LessonsHeldMeanwhile
