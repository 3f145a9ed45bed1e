"""Record an insurance policy of an institution."""

from yuxin.assessment import services as assessment
from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.operations.operation import operation
from yuxin.registry import queries
from yuxin.tuition.insurance import services
from yuxin.tuition.insurance.permissions import RECORDERS, require_may_record_insurance
from yuxin.tuition.insurance.services import NewPolicy


@operation("insurance.recorded", roles=RECORDERS)
def record_insurance(act: Act, *, code: str, policy: NewPolicy) -> Receipt:
    """Record a policy: its kind, its days, how many learners it covers.

    Raises: NotFound, Forbidden, PolicyNotUsable.
    """
    entry_of = queries.identify(act.actor, code)
    require_may_record_insurance(act.actor, entry_of.pk)
    services.record_policy(act, institution_id=entry_of.pk, policy=policy)
    entry = evidence.append(
        act,
        chain=f"subject:{entry_of.code}",
        subject=entry_of.code,
        body={
            "kind": policy.kind.value,
            "insurer": policy.insurer,
            "number": policy.number,
            "valid_from": policy.valid_from.isoformat(),
            "valid_until": policy.valid_until.isoformat(),
            "covered": policy.covered_count,
        },
    )
    assessment.mark(entry_of.pk)
    return Receipt(entry.id, {"code": entry_of.code})
