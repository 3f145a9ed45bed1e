"""Set the lowest balance and the largest movement of one institution (alerts W02, W16)."""

from yuxin.assessment import services as assessment
from yuxin.assessment.alerts import services
from yuxin.assessment.alerts.kind import BUREAU
from yuxin.assessment.alerts.permissions import require_may_handle
from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.operations.operation import operation
from yuxin.registry import queries


@operation("alert_preset.set", roles=BUREAU)
def set_preset(
    act: Act,
    *,
    code: str,
    document_number: str,
    balance_min_fen: int | None = None,
    movement_max_fen: int | None = None,
) -> Receipt:
    """Set them from today on, on a document with a number.

    Raises: NotFound, Forbidden, PresetNotUsable.
    Law: funds-rules ZJ2, HF1, RC1: preset per institution.
    """
    entry_of = queries.identify(act.actor, code)
    require_may_handle(act.actor, entry_of.pk)
    services.set_preset(
        act,
        institution_id=entry_of.pk,
        balance_min_fen=balance_min_fen,
        movement_max_fen=movement_max_fen,
        document_number=document_number,
    )
    entry = evidence.append(
        act,
        chain=f"subject:{entry_of.code}",
        subject=entry_of.code,
        body={
            "balance_min_fen": balance_min_fen,
            "movement_max_fen": movement_max_fen,
            "number": document_number.strip(),
        },
    )
    assessment.mark(entry_of.pk)
    return Receipt(entry.id, {"code": entry_of.code})
