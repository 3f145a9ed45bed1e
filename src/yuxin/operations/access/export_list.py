"""Take a list away as a file."""

from yuxin.access import services
from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import EVERYBODY, Role
from yuxin.kernel.canonical import Json
from yuxin.operations.operation import operation


@operation("list.exported", roles=EVERYBODY - {Role.PUBLIC})
def export_list(act: Act, *, name: str, view: str, kind: str, rows: int) -> Receipt:
    """Keep who took how many rows of which list; `view` is the address's filters and columns."""
    assert act.actor.account_id is not None, "only somebody signed in takes a list away"
    thing = f"{name}.{kind} {rows}"[:80]
    services.record_look(act, kind="list.exported", thing=thing, reason=view[:200])
    account = str(act.actor.account_id)
    body: dict[str, Json] = {"list": name, "kind": kind, "rows": rows, "view": view[:400]}
    entry = evidence.append(act, chain=f"account:{account}", subject=account, body=body)
    return Receipt(entry.id, {"rows": rows})
