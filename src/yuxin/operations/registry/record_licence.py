"""Record a further licence of a subject."""

from datetime import date

from yuxin.assessment import services as assessment
from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.operations.operation import operation
from yuxin.operations.registry.register_subject import values_body
from yuxin.registry import queries, services
from yuxin.registry.permissions import require_may_correct
from yuxin.registry.services import NewLicence


@operation("licence.recorded", roles={Role.OFFICER, Role.HEAD, Role.WINDOW_CLERK, Role.CLOCK})
def record_licence(act: Act, *, code: str, valid_from: date, licence: NewLicence) -> Receipt:
    """Record a licence that a subject holds from a day on.

    Raises: NotFound, Forbidden, BadValue.
    """
    entry_of = queries.identify(act.actor, code)
    require_may_correct(act.actor, entry_of.pk)
    licence_code = services.add_licence(
        act, subject_id=entry_of.pk, valid_from=valid_from, licence=licence
    )
    entry = evidence.append(
        act,
        chain=f"subject:{entry_of.code}",
        subject=entry_of.code,
        body={
            "licence": licence_code,
            "valid_from": valid_from.isoformat(),
            **values_body(vars(licence)),
        },
    )
    assessment.mark(entry_of.pk)
    return Receipt(entry.id, {"code": entry_of.code, "licence_code": licence_code})
