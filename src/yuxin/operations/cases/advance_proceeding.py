"""Make a move of a proceeding that has no effect outside it."""

from yuxin.cases import services as cases
from yuxin.cases.kinds import ADVANCE, claims_of
from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import EVERYBODY, Role
from yuxin.kernel.refusal import BadInput, NotFound
from yuxin.operations.kinds import KINDS, kind_named
from yuxin.operations.operation import operation
from yuxin.tuition.breaks.queries import of_other_banks


@operation("proceeding.advanced", roles=EVERYBODY - {Role.PUBLIC}, moves=claims_of(KINDS, ADVANCE))
def advance_proceeding(
    act: Act, *, proceeding_code: str, move: str, words: str = "", document: str = ""
) -> Receipt:
    """Make one of the moves that name this operation; `document`: SHA-256 of stored bytes.

    Raises: NotFound, BadInput, Forbidden, WrongState, SamePerson, WordsMissing, DocumentMissing.
    """
    proceeding = cases.proceeding_for_update(proceeding_code)
    if proceeding is None:
        raise NotFound
    if of_other_banks(act.actor).filter(proceeding=proceeding).exists():
        raise NotFound
    kind = kind_named(proceeding.kind)
    if kind.claim(move) not in act.moves:
        raise BadInput(field="move")
    before = proceeding.state
    cases.advance(act, proceeding, kind, move, words=words, document=document)
    entry = evidence.append(
        act,
        chain=f"proceeding:{proceeding.code}",
        subject=proceeding.code,
        body={
            "proceeding": proceeding.code,
            "kind": kind.name,
            "move": move,
            "from": before,
            "to": proceeding.state,
            "words": words.strip(),
            "document": document,
        },
    )
    return Receipt(entry.id, {"proceeding": proceeding.code, "state": proceeding.state})
