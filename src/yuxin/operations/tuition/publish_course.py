"""An institution publishes a course: within its licence and under the caps, or not at all."""

from yuxin.assessment import services as assessment
from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.operations.operation import operation
from yuxin.policy.in_force import pack_of
from yuxin.registry import queries as registry
from yuxin.registry import services as subjects
from yuxin.tuition.permissions import require_may_publish
from yuxin.tuition.services import caps, courses, licence_scope, modes
from yuxin.tuition.services.courses import CourseDraft


@operation("course.published", roles={Role.INSTITUTION_HEAD})
def publish_course(act: Act, *, institution_id: int, draft: CourseDraft) -> Receipt:
    """Publish a course for guardians to choose.

    Raises: Forbidden; BadInput for a field that makes no sense; BeyondLicence when category,
        stage, mode or site is not on a licence in force; OverCap when one charge would be over a
        cap in force; ModeNotAllowed and RuleMissing for a mode of supervision that cannot be
        used here. After any of them nothing was written.
    Law: MPR 16, MPL 18 (within the licence); N01-N04 (caps), pack topic `prepay`.
    """
    require_may_publish(act.actor, institution_id)
    courses.require_sense(draft)
    licence_scope.require_within(
        draft,
        licences=registry.licences(act.actor, institution_id, act.day),
        sites=registry.sites(act.actor, institution_id, act.day),
        day=act.day,
    )
    pack = pack_of(act)
    caps.require_under_caps(courses.charge_of(draft), pack=pack, day=act.day)
    if draft.supervision:
        modes.require_allowed(draft.supervision, pack=pack, day=act.day)
    course = courses.add_course(
        institution_id=institution_id,
        draft=draft,
        published_at=act.at,
        rules_sha256=pack.sha256,
    )
    subjects.public_page_changed(institution_id)
    assessment.mark(institution_id)
    entry = evidence.append(
        act,
        chain=f"institution:{institution_id}",
        subject=f"institution:{institution_id}",
        body={
            "course": course.code,
            "name": course.name,
            "category": course.category,
            "total_fen": course.total_fen,
            "centiunits": course.total_centiunits,
            "from": course.first_on.isoformat(),
            "to": course.last_on.isoformat(),
            "rules": pack.sha256,
            "supervision": course.supervision,
        },
    )
    return Receipt(entry.id, {"course": course.code})
