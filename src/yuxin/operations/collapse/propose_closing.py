"""An officer proposes to declare an institution closed or absconded."""

from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.kernel.refusal import BadInput, Refusal
from yuxin.operations.operation import operation
from yuxin.registry import queries as registry
from yuxin.tuition.collapse import services
from yuxin.tuition.collapse.permissions import require_may_close
from yuxin.tuition.collapse.services import NewClosing


class AlreadyEnded(Refusal):
    """An institution that ended before is not closed again."""

    code = "institution_ended"
    zh = "这家机构在登记中已经终止、吊销或失联，请先在机构页核对状态。"
    en = (
        "The registry says that this institution ended or absconded already; please check its "
        "status first."
    )


_ENDED = frozenset({"CLOSED", "REVOKED", "ABSCONDED"})


@operation("closing.proposed", roles={Role.OFFICER, Role.HEAD})
def propose_closing(act: Act, *, code: str, closing: NewClosing) -> Receipt:
    """Propose a closing; nothing is frozen and nobody is told until another person declares it.

    Raises: NotFound, Forbidden, BadInput, AlreadyEnded, ClosingOpen.
    """
    entry_of = registry.identify(act.actor, code)
    require_may_close(act.actor, entry_of.pk)
    for field in ("document_number", "reason", "contact"):
        if not getattr(closing, field).strip():
            raise BadInput(field=field)
    if closing.effective_on > act.day:
        raise BadInput(field="effective_on")
    if entry_of.status in _ENDED:
        raise AlreadyEnded
    made = services.propose(act, institution_id=entry_of.pk, closing=closing)
    entry = evidence.append(
        act,
        chain=f"subject:{entry_of.code}",
        subject=entry_of.code,
        body={
            "closing": made.code,
            "kind": str(closing.kind),
            "effective_on": closing.effective_on.isoformat(),
            "number": made.document_number,
            "reason": made.reason,
        },
    )
    return Receipt(entry.id, {"closing": made.code})
