"""Deadlines that nobody kept: the clock makes the moves that the tables have for them."""

from datetime import date
from typing import Final

from yuxin.cases import services as cases
from yuxin.cases.kinds import MISSED, Kind, Move, claims_of
from yuxin.cases.models import Proceeding
from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.operations.kinds import KINDS, kind_named
from yuxin.operations.operation import operation

ITEMS_MAX: Final = 1000
# The states that a missed deadline moves by itself.
STATES: Final = tuple(
    (kind.name, state)
    for kind in KINDS
    for move in kind.moves
    if move.overdue and move.operation == MISSED
    for state in move.source
)


@operation("proceedings.deadlines_passed", roles={Role.CLOCK}, moves=claims_of(KINDS, MISSED))
def pass_deadlines_many(act: Act, *, institution_id: int, on: date, after: int = 0) -> Receipt:
    """Move the proceedings of one institution whose term is over, 1,000 at most.

    A term that touches a year without a notice is left as it is. `left` says whether there are
    more past `last`.
    """
    due = cases.overdue_for_update(
        STATES, institution_id=institution_id, on=on, after=after, limit=ITEMS_MAX
    )
    groups: dict[tuple[str, str], list[Proceeding]] = {}
    for proceeding in due:
        kind = kind_named(proceeding.kind)
        if cases.is_overdue(act, proceeding, kind):
            move = _move(kind, proceeding.state)
            groups.setdefault((kind.name, move.name), []).append(proceeding)
    items = []
    for (name, move_name), proceedings in sorted(groups.items()):
        items += [_item(each, move_name) for each in proceedings]
        cases.advance_many(act, proceedings, kind_named(name), move_name)
    entry = evidence.append_many(act, items or [_nothing(institution_id)])
    return Receipt(
        entry.id,
        {
            "passed": len(items),
            "left": len(due) == ITEMS_MAX,
            "last": due[-1].pk if due else after,
        },
    )


def _move(kind: Kind, state: str) -> Move:
    return next(
        each for each in kind.moves_from(state) if each.overdue and each.operation == MISSED
    )


def _item(proceeding: Proceeding, move: str) -> evidence.Item:
    name = f"proceeding:{proceeding.code}"
    body = {"proceeding": proceeding.code, "kind": proceeding.kind, "move": move}
    return evidence.Item(proceeding.code, name, proceeding.code, {**body})


def _nothing(institution_id: int) -> evidence.Item:
    name = f"institution:{institution_id}"
    return evidence.Item("none", name, name, {"items": 0})
