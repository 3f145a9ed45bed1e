"""Record the special custody account of an institution."""

from datetime import date

from yuxin.assessment import services as assessment
from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.operations.operation import operation
from yuxin.registry import queries, services
from yuxin.registry.models import CustodyState
from yuxin.registry.permissions import require_may_correct
from yuxin.registry.services import NewCustody


@operation("custody_account.recorded", roles={Role.OFFICER, Role.HEAD, Role.CLOCK})
def record_custody_account(
    act: Act,
    *,
    code: str,
    valid_from: date,
    account: NewCustody,
    state: CustodyState,
    reason: str = "",
) -> Receipt:
    """Record the account and how far it is: opened, filed, verified, payment enabled.

    Raises: NotFound, Forbidden, NotAnAccountNumber, BadValue.
    Law: one special account per institution (funds-rules 2.1).
    """
    entry_of = queries.identify(act.actor, code)
    require_may_correct(act.actor, entry_of.pk)
    services.record_custody(
        act,
        subject_id=entry_of.pk,
        valid_from=valid_from,
        account=account,
        state=state,
        reason=reason,
    )
    entry = evidence.append(
        act,
        chain=f"subject:{entry_of.code}",
        subject=entry_of.code,
        body={
            "bank_code": account.bank_code,
            "account_title": account.account_title,
            "last_four": account.number[-4:],
            "state": state.value,
            "valid_from": valid_from.isoformat(),
        },
    )
    assessment.mark(entry_of.pk)
    return Receipt(entry.id, {"code": entry_of.code, "state": state.value})
