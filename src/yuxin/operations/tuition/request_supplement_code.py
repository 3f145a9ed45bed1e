"""The guardian asks for the one-time code that signs a supplement."""

from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.messages import services as messages
from yuxin.operations.operation import operation
from yuxin.operations.tuition.sign_supplement import PURPOSE, proposed_for_update
from yuxin.tuition.services import timeline
from yuxin.tuition.services.timeline import Step


@operation("supplement.code_requested", roles={Role.GUARDIAN})
def request_supplement_code(act: Act, *, supplement_code: str) -> Receipt:
    """Send the code that signs exactly this text.

    Raises: NotFound, Forbidden, SupplementAnswered; what `messages.issue_code` refuses.
    """
    row = proposed_for_update(act, supplement_code)
    messages.issue_code(
        act, person_id=row.guardian_id, purpose=PURPOSE, payload_sha256=row.text_sha256
    )
    entry = timeline.record(act, Step(row.contract, "code_requested", {"text": row.text_sha256}))
    return Receipt(entry.id, {"supplement": row.code})
