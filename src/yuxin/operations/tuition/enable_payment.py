"""Payment into an account is enabled (开通支付); one that it replaces runs off."""

from yuxin.assessment import services as assessment
from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.refusal import NotFound
from yuxin.operations.operation import operation
from yuxin.tuition.custody import services
from yuxin.tuition.custody.models import AccountState
from yuxin.tuition.custody.permissions import DECIDES, require_reach
from yuxin.tuition.custody.services import Paper


@operation("account.payment_enabled", roles=DECIDES)
def enable_payment(act: Act, *, account_code: str) -> Receipt:
    """Let families pay into the account. New contracts go to it from now on; the contracts of the
    one it replaces finish where their money lies.

    Raises: NotFound, NoAgreement, AccountOutOfStep.
    """
    row = services.account_for_update(account_code)
    if row is None:
        raise NotFound
    require_reach(act.actor, row.institution_id)
    number = services.require_agreement(row, act.day)
    services.advance(act, row, AccountState.PAYMENT_ENABLED, Paper(document_no=number))
    if not row.in_use:
        services.switch_to(act, row)
    entry = evidence.append(
        act,
        chain=f"account:{row.code}",
        subject=f"account:{row.code}",
        body={"account": row.code, "state": row.state, "agreement": number},
    )
    assessment.mark(row.institution_id)
    return Receipt(entry.id, {"account": row.code, "state": row.state})
