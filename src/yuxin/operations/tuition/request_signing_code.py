"""The guardian asks for the one-time code that signs a contract."""

from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.messages import services as messages
from yuxin.operations.operation import operation
from yuxin.operations.tuition.sign_contract import PURPOSE, draft_for_update
from yuxin.tuition.services import timeline
from yuxin.tuition.services.timeline import Step


@operation("contract.code_requested", roles={Role.GUARDIAN})
def request_signing_code(act: Act, *, contract_code: str) -> Receipt:
    """Send the one-time code that signs exactly these terms.

    Raises: NotFound, Forbidden, NotADraft; what `messages.issue_code` refuses.
    """
    contract = draft_for_update(act, contract_code)
    messages.issue_code(
        act,
        person_id=contract.guardian_id,
        purpose=PURPOSE,
        payload_sha256=contract.terms_sha256,
    )
    entry = timeline.record(act, Step(contract, "code_requested", {"terms": contract.terms_sha256}))
    return Receipt(entry.id, {"contract": contract.code})
