"""A break is explained: by one person, or by a second one where sums differ."""

from yuxin.cases import services as cases
from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.kernel.refusal import NotFound, Refusal
from yuxin.operations.operation import operation
from yuxin.tuition.breaks import services as breaks
from yuxin.tuition.breaks.kind import BREAK
from yuxin.tuition.breaks.queries import two_persons
from yuxin.tuition.models import BankLine
from yuxin.tuition.services import banking


class ExplanationNeedsTwo(Refusal):
    """Where sums differ, one person proposes an explanation and another approves it."""

    code = "explanation_needs_two"
    zh = "金额不符的差错须两人办理：请先“提出说明”，由另一名工作人员复核。"
    en = "A difference of sums takes two persons: propose an explanation, a colleague reviews it."


class MoneyIsHeld(Refusal):
    """Money in suspense belongs to somebody: it is matched or given back, not explained away."""

    code = "money_is_held"
    zh = "这笔钱还挂在账上，不能只写说明了结：请与付款订单对上，或者原路退回。"
    en = "This money is in suspense and cannot be explained away: match it or give it back."


@operation(
    "break.explained",
    roles={Role.OFFICER, Role.HEAD},
    moves=("break.explained", "break.explanation_approved"),
)
def explain_break(act: Act, *, break_code: str, words: str, document: str = "") -> Receipt:
    """Explain a break with words and a document, or approve the explanation that was proposed.

    Raises: NotFound, WrongState, Forbidden, SamePerson, WordsMissing, DocumentMissing,
        ExplanationNeedsTwo, MoneyIsHeld.
    """
    found = breaks.break_for_update(break_code)
    if found is None:
        raise NotFound
    if found.held_fen:
        raise MoneyIsHeld
    reviewing = found.proceeding.state == "explaining"
    if two_persons(found) and found.proceeding.state == "open":
        raise ExplanationNeedsTwo
    move = "explanation_approved" if reviewing else "explained"
    cases.advance(act, found.proceeding, BREAK, move, words=words, document=document)
    if found.line is not None:
        banking.found(
            found.line,
            BankLine.State.EXPLAINED,
            institution_id=found.institution_id or None,
            note=words.strip(),
        )
    entry = evidence.append(
        act,
        chain=f"proceeding:{break_code}",
        subject=f"bank:{found.bank_code}",
        body={"break": break_code, "move": move, "words": words.strip(), "document": document},
    )
    return Receipt(entry.id, {"break": break_code})
