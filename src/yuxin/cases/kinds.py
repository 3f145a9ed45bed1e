"""A kind of proceeding as a table: who may move it, from where to where, by when, with what.

A kind says nothing of what else a move does: that is its operation's, and every row names it.
Nothing here asks the database.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from yuxin.kernel.actor import EVERYBODY, Role

Counts = Literal["working_day", "bank_day", "day"]
ADVANCE: Final = "advance_proceeding"  # the one operation of moves without effect outside
MISSED: Final = "pass_deadlines_many"  # the clock's, of moves that a missed deadline makes


@dataclass(frozen=True)
class Both:
    """A word or a sentence in both languages."""

    zh: str
    en: str

    def say(self, language: str) -> str:
        """In English for an English reader, else in Chinese."""
        return self.en if language.startswith("en") else self.zh


@dataclass(frozen=True)
class Term:
    """How long a state may last, counted from the day it began, which is day 0.

    `rule`: the key of the rule pack whose value and unit are the term; empty when the act gives
    the days (a contract's own), which then count as `counts` says. Without a value in force a
    `required` term refuses the act; else the state has no deadline and pages say so. `rolls`: a
    last day off moves to the next working day (deadlines of parties and offices), which only
    matters to terms in calendar days. `extends`: once, by half, rounded up. `may_lack`: an act
    that gives no days leaves no deadline.
    """

    rule: str = ""
    counts: Counts = "working_day"
    required: bool = False
    rolls: bool = True
    extends: bool = False
    may_lack: bool = False


@dataclass(frozen=True)
class State:
    """Where a proceeding stands: its name, whose task it is, how that task is called."""

    name: str
    title: Both
    task: Both | None = None
    waits: frozenset[Role] = frozenset()
    term: Term | None = None

    @property
    def final(self) -> bool:
        """Whether it ends the proceeding: nobody has a task in it."""
        return not self.waits


@dataclass(frozen=True)
class Move:
    """One row: from these states to that one, by whom, with what, under which law.

    No `source`: the move opens a proceeding; no `target`: it stays where it is. `operation` is the
    function that makes it. `words` and `document` must come with it; `not_by` names moves whose
    maker may not make this one (the second person). `overdue`: made when the deadline of the state
    is missed.
    """

    name: str
    title: Both
    source: tuple[str, ...]
    target: str
    roles: frozenset[Role]
    operation: str
    law: str = ""
    words: bool = False
    document: bool = False
    not_by: tuple[str, ...] = ()
    overdue: bool = False

    def to(self, state: str) -> str:
        """Where it leads from a state."""
        return self.target or state


@dataclass(frozen=True)
class Kind:
    """A kind of proceeding. Whoever is in `leads` owns, assigns and extends it.

    Only a reader in `readers` finds it among proceedings; others read of it on its own pages.
    """

    name: str
    title: Both
    states: tuple[State, ...]
    moves: tuple[Move, ...]
    leads: frozenset[Role] = frozenset({Role.OFFICER, Role.HEAD})
    readers: frozenset[Role] = EVERYBODY

    def state(self, name: str) -> State:
        """The state of that name."""
        return self._states[name]

    def move(self, name: str) -> Move:
        """The move of that name."""
        found = [each for each in self.moves if each.name == name]
        assert found, f"{self.name} has no move {name}"
        return found[0]

    def moves_from(self, state: str) -> list[Move]:
        """Every move that leads out of a state, or keeps it there."""
        return [each for each in self.moves if state in each.source]

    def claim(self, move: str) -> str:
        """How an operation names a row of this table."""
        return f"{self.name}.{move}"

    @property
    def _states(self) -> Mapping[str, State]:
        return {each.name: each for each in self.states}


def claims_of(kinds: Iterable[Kind], operation: str) -> frozenset[str]:
    """The rows that name an operation, as that operation claims them."""
    return frozenset(
        kind.claim(move.name)
        for kind in kinds
        for move in kind.moves
        if move.operation == operation
    )


def faults_of(kind: Kind) -> list[str]:
    """What is wrong with a table; a test and `./yuxin doctor` hold that it is nothing."""
    names = {each.name for each in kind.states}
    said = [f"{kind.name}: two states or moves of one name"] if _twice(kind) else []
    for move in kind.moves:
        told = {*move.source, *move.not_by, move.to(next(iter(move.source), ""))}
        unknown = told - names - {each.name for each in kind.moves}
        said += [f"{kind.name}.{move.name}: unknown {name}" for name in sorted(unknown)]
        said += [] if move.roles else [f"{kind.name}.{move.name}: nobody may"]
    return said or [*_dead_ends(kind), *_unreached(kind), *_idle(kind)]


def _twice(kind: Kind) -> bool:
    return any(
        len({each.name for each in of}) < len(of) for of in (kind.states, kind.moves)
    ) or not any(not move.source for move in kind.moves)


def _dead_ends(kind: Kind) -> list[str]:
    said = []
    for state in kind.states:
        leave = [each for each in kind.moves_from(state.name) if each.to(state.name) != state.name]
        if state.final and kind.moves_from(state.name):
            said.append(f"{kind.name}: {state.name} is final and has moves")
        if not state.final and not leave:
            said.append(f"{kind.name}: nothing leads out of {state.name}")
    return said


def _unreached(kind: Kind) -> list[str]:
    reached = {move.target for move in kind.moves if not move.source}
    while True:
        more = {m.target for m in kind.moves if reached & set(m.source)} - reached
        if not more:
            break
        reached |= more
    return [f"{kind.name}: {s.name} is never reached" for s in kind.states if s.name not in reached]


def _idle(kind: Kind) -> list[str]:
    """States that wait for somebody who cannot move, or that a clock leaves without a term."""
    said = []
    for state in kind.states:
        able = frozenset().union(*(each.roles for each in kind.moves_from(state.name)))
        said += [
            f"{kind.name}: {state.name} waits for {role.value}, who may not move it"
            for role in sorted(state.waits - able)
        ]
        late = any(each.overdue for each in kind.moves_from(state.name))
        if late and state.term is None:
            said.append(f"{kind.name}: {state.name} has no term to miss")
    return said


def unclaimed(
    kinds: Sequence[Kind], claims: Mapping[str, tuple[frozenset[str], frozenset[Role]]]
) -> list[str]:
    """Rows that their operation does not claim, claims without a row, roles that do not fit.

    `claims`: by name of an operation, what it claims and which roles it is open to.
    """
    rows = {kind.claim(move.name): move for kind in kinds for move in kind.moves}
    said = []
    for row, move in rows.items():
        claimed_by = sorted(name for name, (claimed, _) in claims.items() if row in claimed)
        if claimed_by != [move.operation]:
            said.append(f"{row}: of {move.operation}, claimed by {claimed_by}")
        elif not move.roles <= claims[move.operation][1]:
            said.append(f"{row}: {move.operation} is not open to all who may make it")
    for name, (claimed, _) in claims.items():
        said += [f"{name} claims {row}, which no table has" for row in sorted(claimed - set(rows))]
    return said
