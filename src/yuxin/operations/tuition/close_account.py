"""A special account that ran off is closed, or one on its way is withdrawn."""

from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.refusal import BadInput, NotFound
from yuxin.operations.operation import operation
from yuxin.tuition.custody import services
from yuxin.tuition.custody.models import AccountState
from yuxin.tuition.custody.permissions import DECIDES, require_reach
from yuxin.tuition.custody.services import Paper


@operation("account.closed", roles=DECIDES)
def close_account(act: Act, *, account_code: str, words: str) -> Receipt:
    """Close an account that was replaced, once nothing of any family lies on it; or withdraw one
    that was never in use.

    Raises: NotFound, BadInput without words, AccountNotEmpty, AccountOutOfStep for one in use.
    """
    row = services.account_for_update(account_code)
    if row is None:
        raise NotFound
    require_reach(act.actor, row.institution_id)
    if not words.strip():
        raise BadInput(field="words")
    if row.state == AccountState.RUNNING_OFF:
        services.require_empty(row)
        state = AccountState.CLOSED
    elif row.in_use:
        raise services.AccountOutOfStep(
            now=AccountState(row.state).label, wanted=AccountState.CLOSED.label
        )
    else:
        state = AccountState.WITHDRAWN
    services.advance(act, row, state, Paper(words=words.strip()))
    entry = evidence.append(
        act,
        chain=f"account:{row.code}",
        subject=f"account:{row.code}",
        body={"account": row.code, "state": row.state, "words": words.strip()},
    )
    return Receipt(entry.id, {"account": row.code, "state": row.state})
