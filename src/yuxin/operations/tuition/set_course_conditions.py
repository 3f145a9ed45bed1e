"""An institution fills in what contracts of a course say beyond price and timetable."""

from collections.abc import Mapping
from datetime import date

from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.kernel.canonical import Json
from yuxin.kernel.refusal import BadInput, NotFound
from yuxin.operations.operation import operation
from yuxin.tuition.agreements import services as agreements
from yuxin.tuition.agreements.models import Billing, CourseTerms, Method
from yuxin.tuition.permissions import require_may_publish
from yuxin.tuition.services import courses

FIELDS = frozenset(
    field.name
    for field in CourseTerms._meta.get_fields()
    if field.name not in ("course", "institution_id", "recorded_at")
)


@operation("course.conditions_set", roles={Role.INSTITUTION_HEAD})
def set_course_conditions(
    act: Act, *, course_code: str, values: Mapping[str, str | int | bool | date | None]
) -> Receipt:
    """Set the conditions of a course; contracts drawn up before keep theirs.

    Raises: NotFound, Forbidden, BadInput.
    """
    course = courses.course_for_update(course_code)
    if course is None:
        raise NotFound
    require_may_publish(act.actor, course.institution_id)
    for name in values:
        if name not in FIELDS:
            raise BadInput(field=name)
    if values.get("billing") not in Billing.values:
        raise BadInput(field="billing")
    if values.get("method") not in Method.values:
        raise BadInput(field="method")
    agreements.set_conditions(course, values, at=act.at)
    body: dict[str, Json] = {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in values.items()
    }
    chain = f"institution:{course.institution_id}"
    entry = evidence.append(
        act, chain=chain, subject=chain, body={"course": course.code, "conditions": body}
    )
    return Receipt(entry.id, {"course": course.code})
