"""Which mode of supervision a course uses, and whether its contracts may be drawn up."""

from datetime import date

from yuxin.kernel.refusal import Refusal
from yuxin.rules.modes import Mode, Plan
from yuxin.rules.pack import Pack
from yuxin.rules.plans import ModeNotAllowed, plan_of
from yuxin.tuition.models import Course

VOLUNTARY = "prepay.custody_voluntary"


class NotUnderCustody(Refusal):
    """Where custody is a choice, a course that was not put under it takes no money here."""

    code = "course_not_under_custody"
    zh = "这门课程还没有纳入资金托管，平台不收款、不签约。请机构先在课程页选择托管方式。"
    en = (
        "This course is not under custody, so nothing can be signed or paid here. The institution "
        "chooses a mode of custody on the course's page first."
    )


def plan_of_course(course: Course, *, pack: Pack, day: date) -> Plan:
    """The plan that a new contract of a course is signed under.

    Raises: NotUnderCustody; ModeNotAllowed and RuleMissing, when the policy has changed since.
    """
    if not course.supervision and is_voluntary(pack, day):
        raise NotUnderCustody
    return plan_of(pack, day, Mode(course.supervision) if course.supervision else None)


def is_voluntary(pack: Pack, day: date) -> bool:
    """Whether institutions put single products under custody by choice (S01)."""
    return pack.has(VOLUNTARY, day) and pack.on(VOLUNTARY, day).flag


def require_allowed(supervision: str, *, pack: Pack, day: date) -> Plan:
    """The plan of a mode that an institution chose.

    Raises: ModeNotAllowed; RuleMissing for a value that nobody has filled in.
    """
    if supervision not in {each.value for each in Mode}:
        raise ModeNotAllowed(mode=supervision[:20], field="supervision")
    return plan_of(pack, day, Mode(supervision))
