"""Which log is trusted, and which witnesses are enough (C2SP tlog-policy).

The file is bytes: outside ASCII they are opaque, so names are kept as latin-1 strings
inside and written back as the same octets.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from yuxin.formats.signed_note import (
    COSIGNATURE,
    ED25519,
    NoteProblem,
    VerifierKey,
    parse_vkey,
)

NONE: Final = "none"
_ALLOWED: Final = re.compile(rb"[\t\n\x20-\x7e\x80-\xff]*")
_DECIMAL: Final = re.compile(r"[1-9][0-9]{0,5}", re.ASCII)


class PolicyProblem(ValueError):
    """A line of the policy does not hold; the message names it."""


@dataclass(frozen=True)
class PolicyLog:
    """A log that is trusted, and where it is, if the file says so."""

    key: VerifierKey
    url: str = ""


@dataclass(frozen=True)
class PolicyWitness:
    """A witness under its name in this file."""

    name: str
    key: VerifierKey
    url: str = ""


@dataclass(frozen=True)
class Group:
    """At least `threshold` of the members."""

    name: str
    threshold: int
    members: tuple[str, ...]


@dataclass(frozen=True)
class Policy:
    """Logs, witnesses, groups and the quorum."""

    logs: tuple[PolicyLog, ...]
    witnesses: tuple[PolicyWitness, ...]
    groups: tuple[Group, ...]
    quorum: str

    def satisfied_by(self, cosigned: Collection[str]) -> bool:
        """Say whether these witnesses (names of this file) are a quorum."""
        met = {NONE, *(w.name for w in self.witnesses if w.name in cosigned)}
        for group in self.groups:  # a group names only what stands above it
            if sum(member in met for member in group.members) >= group.threshold:
                met.add(group.name)
        return self.quorum in met

    @property
    def is_witnessed(self) -> bool:
        """Whether anybody outside is needed at all."""
        return self.quorum != NONE

    @property
    def least(self) -> int:
        """The smallest number of witnesses that can be a quorum."""
        needed = {NONE: 0, **{w.name: 1 for w in self.witnesses}}
        for group in self.groups:
            needed[group.name] = sum(sorted(needed[m] for m in group.members)[: group.threshold])
        return needed[self.quorum]

    def render(self) -> bytes:
        """Return the file."""
        lines = [_line("log", _octets(log.key), log.url) for log in self.logs]
        lines += [_line("witness", w.name, _octets(w.key), w.url) for w in self.witnesses]
        lines += [_line("group", g.name, str(g.threshold), *g.members) for g in self.groups]
        lines.append(_line("quorum", self.quorum))
        return "".join(lines).encode("latin-1")


def _octets(key: VerifierKey) -> str:
    return key.text().encode().decode("latin-1")


def _line(*items: str) -> str:
    return " ".join(item for item in items if item) + "\n"


def parse_policy(data: bytes) -> Policy:
    """Read a policy file.

    Raises: PolicyProblem naming the line: an unknown word, a key of the wrong type or named
        twice, a name used before its definition or twice, no quorum line or two.
    """
    if not _ALLOWED.fullmatch(data):
        raise PolicyProblem("a policy holds no control character but tab and newline")
    reader = _Reader()
    for number, line in enumerate(data.decode("latin-1").split("\n"), start=1):
        items = line.replace("\t", " ").split(" ")
        words = [item for item in items if item]
        if not words or words[0].startswith("#"):
            continue
        try:
            reader.read(words)
        except NoteProblem as problem:
            raise PolicyProblem(f"line {number}: {problem}") from problem
        except PolicyProblem as problem:
            raise PolicyProblem(f"line {number}: {problem}") from None
    return reader.finish()


class _Reader:
    """The lines read so far; a line may name only what stands above it."""

    def __init__(self) -> None:
        self.logs: list[PolicyLog] = []
        self.witnesses: list[PolicyWitness] = []
        self.groups: list[Group] = []
        self.quorum: str | None = None
        self.names: set[str] = set()
        self.members: set[str] = set()

    def read(self, words: list[str]) -> None:
        readers = {
            "log": self.log,
            "witness": self.witness,
            "group": self.group,
            "quorum": self.read_quorum,
        }
        if words[0] not in readers:
            raise PolicyProblem(f"unknown word {words[0]!r}")
        readers[words[0]](words[1:])

    def log(self, items: list[str]) -> None:
        if not 1 <= len(items) <= 2:
            raise PolicyProblem("log <vkey> [<url>]")
        key = _key(items[0], ED25519)
        if any(log.key.public == key.public for log in self.logs):
            raise PolicyProblem("this log key is named twice")
        self.logs.append(PolicyLog(key, *items[1:]))

    def witness(self, items: list[str]) -> None:
        if not 2 <= len(items) <= 3:
            raise PolicyProblem("witness <name> <vkey> [<url>]")
        key = _key(items[1], COSIGNATURE)
        if any(witness.key.public == key.public for witness in self.witnesses):
            raise PolicyProblem("this witness key is named twice")
        self.define(items[0])
        self.witnesses.append(PolicyWitness(items[0], key, *items[2:]))

    def group(self, items: list[str]) -> None:
        if len(items) < 3:
            raise PolicyProblem("group <name> all|any|<k> <name>...")
        name, count, *members = items
        thresholds = {"all": len(members), "any": 1}
        if count in thresholds:
            threshold = thresholds[count]
        elif _DECIMAL.fullmatch(count) and int(count) <= len(members):
            threshold = int(count)
        else:
            raise PolicyProblem("k lies between 1 and the number of members")
        for member in members:
            if member not in self.names:
                raise PolicyProblem(f"{member!r} is not defined above")
            if member in self.members:
                raise PolicyProblem(f"{member!r} is a member already")
            self.members.add(member)
        self.define(name)
        self.groups.append(Group(name, threshold, tuple(members)))

    def read_quorum(self, items: list[str]) -> None:
        if self.quorum is not None or len(items) != 1:
            raise PolicyProblem("exactly one line: quorum <name>")
        if items[0] != NONE and items[0] not in self.names:
            raise PolicyProblem(f"{items[0]!r} is not defined above")
        self.quorum = items[0]

    def define(self, name: str) -> None:
        if name == NONE or name in self.names:
            raise PolicyProblem(f"the name {name!r} is taken")
        self.names.add(name)

    def finish(self) -> Policy:
        if self.quorum is None:
            raise PolicyProblem("a policy has exactly one quorum line")
        return Policy(tuple(self.logs), tuple(self.witnesses), tuple(self.groups), self.quorum)


def _key(latin: str, kind: int) -> VerifierKey:
    try:
        key = parse_vkey(latin.encode("latin-1").decode("utf-8"))
    except UnicodeDecodeError as problem:
        raise PolicyProblem("a key name is UTF-8") from problem
    if key.kind != kind:
        raise PolicyProblem(f"this line needs a key of type 0x{kind:02x}")
    return key
