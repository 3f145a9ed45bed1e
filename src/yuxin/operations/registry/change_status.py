"""Say that a subject stopped, closed, was revoked or works again."""

from datetime import date

from yuxin.assessment import services as assessment
from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.operations.operation import operation
from yuxin.operations.registry.correct_value import ReasonMissing
from yuxin.registry import queries, services
from yuxin.registry.models import Status
from yuxin.registry.permissions import require_may_change_status


@operation("subject.status_changed", roles={Role.OFFICER, Role.HEAD, Role.CLOCK})
def change_status(
    act: Act,
    *,
    code: str,
    status: Status,
    valid_from: date,
    reason: str,
    based_on: int | None = None,
) -> Receipt:
    """Change the status of a subject from a day on.

    Raises: NotFound, Forbidden, ReasonMissing, ValueChanged.
    """
    entry_of = queries.identify(act.actor, code)
    require_may_change_status(act.actor, entry_of.pk)
    if not reason.strip():
        raise ReasonMissing(field="reason")
    write_status(
        act,
        subject_id=entry_of.pk,
        status=status,
        valid_from=valid_from,
        reason=reason,
        based_on=based_on,
    )
    entry = evidence.append(
        act,
        chain=f"subject:{entry_of.code}",
        subject=entry_of.code,
        body={
            "status": status.value,
            "valid_from": valid_from.isoformat(),
            "reason": reason.strip(),
        },
    )
    assessment.mark(entry_of.pk)
    return Receipt(entry.id, {"code": entry_of.code, "status": status.value})


def write_status(
    act: Act,
    *,
    subject_id: int,
    status: Status,
    valid_from: date,
    reason: str,
    based_on: int | None = None,
) -> None:
    """Write the status of a subject from a day on, for every act that changes it.

    Raises: NotFound, ValueChanged.
    """
    services.append_value(
        act,
        subject_id=subject_id,
        aspect_name="status",
        valid_from=valid_from,
        values={"status": status.value},
        reason=reason.strip(),
        based_on=based_on,
    )
