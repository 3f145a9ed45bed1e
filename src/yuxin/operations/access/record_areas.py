"""Enter nodes of administration: counties, towns, zones."""

from dataclasses import dataclass
from datetime import date

from yuxin.access import services
from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.kernel.refusal import BadInput
from yuxin.operations.operation import operation

ITEMS_MAX = 1000


@dataclass(frozen=True)
class NewArea:
    """A node: its code, its name and the code of the node above (empty for none)."""

    code: str
    name: str
    parent_code: str = ""


@operation("areas.recorded", roles={Role.ADMINISTRATOR, Role.CLOCK})
def record_areas(act: Act, *, areas: tuple[NewArea, ...], valid_from: date) -> Receipt:
    """Record nodes from a day on; a node recorded before keeps its history.

    Raises: BadInput for a node without code or name, or one above itself.
    """
    assert 1 <= len(areas) <= ITEMS_MAX, "a transaction records at most 1,000 nodes"
    for area in areas:
        if not area.code.isascii() or not area.code.isalnum() or area.code == area.parent_code:
            raise BadInput(field="code")
        if not area.name.strip():
            raise BadInput(field="name")
    services.add_areas(
        [(area.code, area.name.strip(), area.parent_code) for area in areas], valid_from=valid_from
    )
    entry = evidence.append(
        act,
        chain="areas",
        subject="areas",
        body={"from": valid_from.isoformat(), "areas": [area.code for area in areas]},
    )
    return Receipt(entry.id, {"areas": len(areas)})
