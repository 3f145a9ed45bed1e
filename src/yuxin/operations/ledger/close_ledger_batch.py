"""The books of the day are closed: what is posted from now on joins the next batch."""

from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.ledger import services as ledger
from yuxin.operations.operation import operation


@operation("ledger.closed", roles={Role.CLOCK})
def close_ledger_batch(act: Act) -> Receipt:
    """Close the open batch; it can be sealed once this has been committed."""
    closed = ledger.close_batch(act)
    entry = evidence.append(act, chain="ledger", subject="ledger", body={"closed": closed})
    return Receipt(entry.id, {"closed": closed})
