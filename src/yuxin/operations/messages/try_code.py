"""One try of a one-time code: counted, right or wrong."""

from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import EVERYBODY, Role
from yuxin.kernel.refusal import NotFound
from yuxin.messages import services
from yuxin.operations.operation import operation


@operation("code.tried", roles=EVERYBODY - {Role.PUBLIC})
def try_code(act: Act, *, person_id: int, purpose: str, payload_sha256: str, code: str) -> Receipt:
    """Try a code; the receipt says `right` and how many `tries_left`.

    A wrong try must be counted, so it is no refusal. After a right one, the act that the code
    signs uses it up (`messages.services.use_code`).
    Raises: NotFound for a person whom the actor does not stand for.
    """
    if person_id not in act.actor.person_ids:
        raise NotFound
    right, tries_left = services.try_code(
        act, person_id=person_id, purpose=purpose, payload_sha256=payload_sha256, code=code
    )
    entry = evidence.append(
        act,
        chain=f"code:{person_id}",
        subject=f"person:{person_id}",
        body={"purpose": purpose, "payload": payload_sha256, "right": right},
    )
    return Receipt(entry.id, {"right": right, "tries_left": tries_left})
