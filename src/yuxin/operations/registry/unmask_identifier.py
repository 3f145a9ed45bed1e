"""Look at a person's telephone or identity number in full, for a stated reason."""

from typing import Final

from yuxin.access import services as access
from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.kernel.refusal import BadInput, NotFound
from yuxin.operations.operation import operation
from yuxin.registry import queries

UNMASKERS: Final = frozenset({Role.OFFICER, Role.HEAD, Role.AUDITOR})
KINDS: Final = ("phone", "id_number")


@operation("identifier.unmasked", roles=UNMASKERS)
def unmask_identifier(act: Act, *, person_code: str, kind: str, reason: str) -> Receipt:
    """Keep who looks at which identifier and why; the page then shows it once.

    The number itself stands neither in the receipt nor in the log.
    Raises: NotFound, for a person outside the actor's scope or without such a number;
        ReasonTooShort, PrivilegedPeriodNeeded, BadInput.
    Law: 个人信息保护法 第五十一条 (access to personal data is limited and kept).
    """
    if kind not in KINDS:
        raise BadInput(field="kind")
    why = access.stated(reason)
    if queries.sealed_identifier(act.actor, person_code, kind) is None:
        raise NotFound
    access.require_privileged(act)
    access.record_look(act, kind=kind, thing=person_code, reason=why[:200])
    entry = evidence.append(
        act,
        chain=f"looks:{person_code}",
        subject=person_code,
        body={"kind": kind, "reason": why[:200]},
    )
    return Receipt(entry.id, {"person": person_code, "kind": kind})
