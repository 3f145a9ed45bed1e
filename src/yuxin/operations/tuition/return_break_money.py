"""Money that is nobody's goes back by the way it came: a second person approves it."""

from yuxin.access.sealed import seal, unseal
from yuxin.cases import services as cases
from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.kernel.codes import new_subject_code
from yuxin.kernel.refusal import NotFound, Refusal
from yuxin.operations.operation import operation
from yuxin.policy.in_force import calendar, pack_of
from yuxin.registry import queries as registry
from yuxin.tuition.breaks import services as breaks
from yuxin.tuition.breaks.kind import BREAK
from yuxin.tuition.breaks.models import Break
from yuxin.tuition.breaks.queries import can_be_given_back
from yuxin.tuition.models import Instruction
from yuxin.tuition.services import banking, money, suspense


class NothingHeld(Refusal):
    """Only money that is held in suspense and belongs to nobody is given back."""

    code = "nothing_held"
    zh = "这个差错没有挂账的来款，不能退回。"
    en = "No money is held in suspense for this break, so nothing can be given back."


@operation(
    "break.return_ordered", roles={Role.OFFICER, Role.HEAD}, moves=("break.return_approved",)
)
def return_break_money(act: Act, *, break_code: str, words: str) -> Receipt:
    """Order the bank to return what is held for a break, from suspense and by the original route.

    Raises: NotFound, WrongState, Forbidden, SamePerson, WordsMissing, NothingHeld.
    """
    found = breaks.break_for_update(break_code)
    if found is None:
        raise NotFound
    if not can_be_given_back(found) or found.line is None:
        raise NothingHeld
    cases.advance(act, found.proceeding, BREAK, "return_approved", words=words)
    order = _order(act, found)
    breaks.ordered_back(found, order)
    held = suspense.Suspended(found.line, found.institution_id, found.return_count)
    money.post(act, [suspense.return_due(held, on=act.day)])
    entry = evidence.append(
        act,
        chain=f"proceeding:{break_code}",
        subject=f"bank:{found.bank_code}",
        body={
            "break": break_code,
            "instruction": order.code,
            "amount_fen": order.amount_fen,
            "words": words.strip(),
        },
    )
    return Receipt(entry.id, {"break": break_code, "instruction": order.code})


def _order(act: Act, found: Break) -> Instruction:
    """From the account on which it came, next bank day; the bank knows where it came from."""
    assert found.line is not None, "what is held came on a line"
    account = registry.custody_account(act.actor, found.institution_id, act.day)
    if account is None or account.bank_code != found.bank_code:
        raise NothingHeld
    return Instruction.objects.create(
        code=new_subject_code(),
        institution_id=found.institution_id,
        bank_code=found.bank_code,
        kind=Instruction.Kind.RETURN,
        amount_fen=found.held_fen,
        from_sealed=seal(banking.ORDERED, unseal("custody_number", account.number_sealed)),
        from_last4=account.number_last4,
        original_serial=str(found.line.detail["channel_serial"]),
        value_on=calendar(pack_of(act), "bank", act.day).next_working(act.day),
        created_at=act.at,
    )
