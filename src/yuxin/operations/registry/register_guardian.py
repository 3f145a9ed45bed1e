"""Enter a guardian, who will sign in with a telephone of their own."""

from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.kernel.refusal import BadInput
from yuxin.operations.operation import operation
from yuxin.registry import services


@operation("guardian.registered", roles={Role.ADMINISTRATOR, Role.WINDOW_CLERK, Role.CLOCK})
def register_guardian(act: Act, *, name: str, phone: str) -> Receipt:
    """Enter a natural person with name and telephone. The log names the person by code only.

    Raises: BadInput.
    """
    if not name.strip():
        raise BadInput(field="name")
    if not (phone.isascii() and phone.isdecimal() and len(phone) == 11):
        raise BadInput(field="phone")
    person_id = services.register_person(act, name=name.strip(), phone=phone)
    code = services.code_of_person(person_id)
    entry = evidence.append(act, chain=f"subject:{code}", subject=code, body={"guardian": True})
    return Receipt(entry.id, {"person_id": person_id})
