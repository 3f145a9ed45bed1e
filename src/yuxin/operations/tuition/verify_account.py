"""The account is verified (资金核验): number, title and owner are the bank's own."""

from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.refusal import BadInput, NotFound
from yuxin.operations.operation import operation
from yuxin.tuition.custody import services
from yuxin.tuition.custody.models import AccountState
from yuxin.tuition.custody.permissions import VERIFIES, require_reach
from yuxin.tuition.custody.services import Paper


@operation("account.verified", roles=VERIFIES)
def verify_account(act: Act, *, account_code: str, document_no: str, words: str = "") -> Receipt:
    """Verify the account by the bank's proof.

    Raises: NotFound, BadInput without the paper's number, AccountOutOfStep.
    """
    row = services.account_for_update(account_code)
    if row is None:
        raise NotFound
    require_reach(act.actor, row.institution_id)
    if not document_no.strip():
        raise BadInput(field="document_no")
    paper = Paper(document_no=document_no.strip(), words=words.strip())
    services.advance(act, row, AccountState.VERIFIED, paper)
    entry = evidence.append(
        act,
        chain=f"account:{row.code}",
        subject=f"account:{row.code}",
        body={"account": row.code, "state": row.state, "document_no": paper.document_no},
    )
    return Receipt(entry.id, {"account": row.code, "state": row.state})
