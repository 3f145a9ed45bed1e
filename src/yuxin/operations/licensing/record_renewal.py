"""Record that the renewal of an operating licence was applied for and accepted."""

from datetime import date

from yuxin.assessment import services as assessment
from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.refusal import NotFound
from yuxin.licensing import services
from yuxin.licensing.permissions import ACCEPTORS, require_may_file
from yuxin.operations.operation import operation
from yuxin.registry import queries
from yuxin.registry.models import LicenceKind


@operation("renewal.recorded", roles=ACCEPTORS)
def record_renewal(
    act: Act, *, code: str, licence_number: str, filed_on: date, document: str, withdrawn: bool
) -> Receipt:
    """Record the acceptance of an application to renew a licence's present term, or its end.

    Raises: NotFound (also for a licence that the institution has not), Forbidden,
        DocumentNumberMissing, NotFiledYet.
    Law: risk.L1 counts the days to expiry where no renewal was filed.
    """
    entry_of = queries.identify(act.actor, code)
    require_may_file(act.actor, entry_of.pk)
    until = _term_of(act, entry_of.pk, licence_number.strip())
    services.record_renewal(
        act,
        institution_id=entry_of.pk,
        licence_number=licence_number.strip(),
        valid_until=until,
        filed_on=filed_on,
        document=document,
        withdrawn=withdrawn,
    )
    entry = evidence.append(
        act,
        chain=f"subject:{entry_of.code}",
        subject=entry_of.code,
        body={
            "licence": licence_number.strip(),
            "valid_until": until.isoformat(),
            "filed_on": filed_on.isoformat(),
            "document": document.strip(),
            "withdrawn": withdrawn,
        },
    )
    assessment.mark(entry_of.pk)
    return Receipt(entry.id, {"code": entry_of.code, "valid_until": until.isoformat()})


def _term_of(act: Act, institution_id: int, number: str) -> date:
    """The last day of the operating licence of that number as it holds today."""
    for each in queries.licences(act.actor, institution_id, act.day):
        if each.kind == LicenceKind.OPERATING and each.number == number and each.valid_until:
            return each.valid_until
    raise NotFound
