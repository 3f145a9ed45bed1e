"""An institution takes a course off its page."""

from yuxin.assessment import services as assessment
from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.kernel.refusal import NotFound, Refusal
from yuxin.operations.operation import operation
from yuxin.registry import services as subjects
from yuxin.tuition.permissions import require_may_publish
from yuxin.tuition.services import courses


class CourseWithdrawn(Refusal):
    """A course is withdrawn once."""

    code = "course_withdrawn"
    zh = "这门课已经停止招生，不用再办。"
    en = "This course takes no more learners already."


@operation("course.withdrawn", roles={Role.INSTITUTION_HEAD})
def withdraw_course(act: Act, *, course_code: str) -> Receipt:
    """Take a course off the page; contracts that were signed go on.

    Raises: NotFound, Forbidden, CourseWithdrawn.
    """
    course = courses.course_for_update(course_code)
    if course is None:
        raise NotFound
    require_may_publish(act.actor, course.institution_id)
    if not courses.withdraw(course, at=act.at):
        raise CourseWithdrawn
    subjects.public_page_changed(course.institution_id)
    assessment.mark(course.institution_id)
    chain = f"institution:{course.institution_id}"
    entry = evidence.append(act, chain=chain, subject=chain, body={"course": course.code})
    return Receipt(entry.id, {"course": course.code})
