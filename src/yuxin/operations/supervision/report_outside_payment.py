"""A family reports a payment that went elsewhere than into the supervised account."""

from yuxin.evidence import services as evidence
from yuxin.files import services as files
from yuxin.files import store
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.operations.operation import operation
from yuxin.registry import queries
from yuxin.supervision.clues import services
from yuxin.supervision.clues.services import NewPayment


@operation("outside_payment.reported", roles={Role.GUARDIAN})
def report_outside_payment(act: Act, *, code: str, payment: NewPayment) -> Receipt:
    """Open a clue on an institution; it names neither the child nor who reports.

    The photo, drawn anew and stored before, is named by its hash.
    Raises: NotFound, PaymentNotUsable.
    Law: fees go into the supervised account alone (2号); readings, Receipt outside custody.
    """
    entry_of = queries.identify(act.actor, code)
    if payment.photo_sha256:
        size = len(store.get(payment.photo_sha256))
        files.record(act, sha256=payment.photo_sha256, size=size, media_type="image/jpeg")
    clue = services.report(
        act,
        institution_id=entry_of.pk,
        guardian_id=act.actor.person_ids[0],
        payment=payment,
    )
    entry = evidence.append(
        act,
        chain=f"clue:{clue.code}",
        subject=clue.code,
        body={
            "clue": clue.code,
            "institution": entry_of.code,
            "amount_fen": clue.amount_fen,
            "paid_on": clue.paid_on.isoformat(),
            "comparison": clue.comparison,
            "photo": clue.photo_sha256,
        },
    )
    return Receipt(entry.id, {"clue": clue.code, "comparison": clue.comparison})
