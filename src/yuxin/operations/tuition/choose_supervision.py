"""An institution puts a published course under another mode, or under custody at all (S01)."""

from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.kernel.refusal import NotFound
from yuxin.operations.operation import operation
from yuxin.policy.in_force import pack_of
from yuxin.registry import queries as registry
from yuxin.tuition.permissions import require_may_publish
from yuxin.tuition.services import courses, licence_scope, modes


@operation("course.supervision_chosen", roles={Role.INSTITUTION_HEAD})
def choose_supervision(act: Act, *, course_code: str, supervision: str) -> Receipt:
    """Choose the mode of a course's new contracts; signed ones keep theirs.

    Empty is the policy's own mode, or none at all where custody is voluntary.
    Raises: NotFound, Forbidden; BeyondLicence when the course is not within a licence in force;
        ModeNotAllowed and RuleMissing.
    """
    course = courses.course_for_update(course_code)
    if course is None:
        raise NotFound
    require_may_publish(act.actor, course.institution_id)
    licence_scope.require_within(
        courses.draft_of(course),
        licences=registry.licences(act.actor, course.institution_id, act.day),
        sites=registry.sites(act.actor, course.institution_id, act.day),
        day=act.day,
    )
    pack = pack_of(act)
    if supervision:
        modes.require_allowed(supervision, pack=pack, day=act.day)
    courses.put_under(course, supervision=supervision)
    entry = evidence.append(
        act,
        chain=f"institution:{course.institution_id}",
        subject=f"institution:{course.institution_id}",
        body={"course": course.code, "supervision": supervision, "rules": pack.sha256},
    )
    return Receipt(entry.id, {"course": course.code, "supervision": supervision})
