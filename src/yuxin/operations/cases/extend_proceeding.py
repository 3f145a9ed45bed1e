"""The term of a proceeding is lengthened once."""

from yuxin.cases import services as cases
from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.kernel.refusal import NotFound
from yuxin.operations.kinds import KINDS, kind_named
from yuxin.operations.operation import operation

LEADS = frozenset[Role]().union(*(kind.leads for kind in KINDS)) | {Role.OFFICER, Role.HEAD}


@operation("proceeding.extended", roles=LEADS)
def extend_proceeding(act: Act, *, proceeding_code: str, words: str) -> Receipt:
    """Lengthen the term of the present state by half, rounded up, once and before it is over.

    Raises: NotFound, Forbidden, WrongState, AlreadyExtended, TooLateToMove, WordsMissing.
    """
    proceeding = cases.proceeding_for_update(proceeding_code)
    if proceeding is None:
        raise NotFound
    cases.extend(act, proceeding, kind_named(proceeding.kind), words=words)
    due = proceeding.due_on.isoformat() if proceeding.due_on else ""
    entry = evidence.append(
        act,
        chain=f"proceeding:{proceeding.code}",
        subject=proceeding.code,
        body={"proceeding": proceeding.code, "due": due, "words": words.strip()},
    )
    return Receipt(entry.id, {"proceeding": proceeding.code, "due": due})
