"""Let values recorded ahead take over in lists and search on their day."""

from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.kernel.canonical import Json
from yuxin.operations.operation import operation
from yuxin.registry import services


@operation("registry.refreshed", roles={Role.CLOCK})
def refresh_registry(act: Act) -> Receipt:
    """Renew up to a thousand entries whose next value has begun; repeat until none is left."""
    renewed = services.refresh_due(act)
    body: dict[str, Json] = {"day": act.day.isoformat(), "renewed": renewed}
    entry = evidence.append(act, chain="registry", subject="registry", body=body)
    return Receipt(entry.id, {"renewed": renewed})
