"""The receipt of an act, receipt.json: what a family keeps, and how anybody checks it offline.

It holds the disclosed fields with their salts and proofs, the leaf, in an act on many the
item's path, and the text of a C2SP tlog-proof. Checking needs nothing but the file and the
policy that names the log's key and the witnesses.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from yuxin.formats.leaf import (
    HEAD,
    Disclosed,
    Leaf,
    LeafProblem,
    b64url,
    parse_leaf,
    un_b64url,
)
from yuxin.formats.signed_note import NoteProblem, SignatureProblem, VerifierKey, verify_note
from yuxin.formats.tlog_policy import Policy
from yuxin.formats.tlog_proof import TlogProof, parse_proof
from yuxin.kernel import merkle
from yuxin.kernel.canonical import Json, NotCanonical

KIND: Final = "yuxin-receipt"
VERSION: Final = 1
BYTES_MAX: Final = 256 * 1024


class ReceiptProblem(ValueError):
    """The file is no receipt; nothing can be said about it."""


@dataclass(frozen=True)
class Item:
    """The place of one item in an act on many."""

    index: int
    count: int
    path: tuple[bytes, ...]


@dataclass(frozen=True)
class Receipt:
    """A receipt as read. `proof` is None while the entry waits for its checkpoint."""

    entry: str
    leaf: bytes
    fields: tuple[Disclosed, ...]
    item: Item | None
    proof: str | None

    def render(self) -> bytes:
        """Return the file, readable by people too."""
        value = {
            "kind": KIND,
            "v": VERSION,
            "entry": self.entry,
            "fields": [_field_json(field) for field in self.fields],
            "item": None if self.item is None else _item_json(self.item),
            "leaf": self.leaf.decode(),
            "proof": self.proof,
            "anchor": None,
        }
        return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


def _field_json(field: Disclosed) -> dict[str, Json]:
    return {
        "path": field.path,
        "value": field.value,
        "salt": field.salt,
        "i": field.index,
        "n": field.count,
        "proof": [b64url(node) for node in field.proof],
    }


def _item_json(item: Item) -> dict[str, Json]:
    return {"i": item.index, "n": item.count, "path": [b64url(node) for node in item.path]}


def parse_receipt(data: bytes) -> Receipt:
    """Read a receipt file.

    Raises: ReceiptProblem when it is no receipt of this version or a part is of another type.
    """
    if len(data) > BYTES_MAX:
        raise ReceiptProblem("the file is too long for a receipt")
    try:
        value = json.loads(data)
        if value["kind"] != KIND or value["v"] != VERSION:
            raise ReceiptProblem("the file is no receipt of version 1")
        fields = tuple(_read_field(field) for field in value["fields"])
        item = None if value["item"] is None else _read_item(value["item"])
        entry, leaf, proof = value["entry"], value["leaf"], value["proof"]
        texts = [entry, leaf] if proof is None else [entry, leaf, proof]
        if not all(isinstance(text, str) for text in texts):
            raise ReceiptProblem("entry, leaf and proof are text")
        return Receipt(entry, leaf.encode(), fields, item, proof)
    except (KeyError, TypeError, ValueError, RecursionError) as problem:
        if isinstance(problem, ReceiptProblem):
            raise
        raise ReceiptProblem("the file is no receipt") from problem


def _hashes(value: object) -> tuple[bytes, ...]:
    if not isinstance(value, list) or len(value) > 63:
        raise ReceiptProblem("a path is a list of at most 63 hashes")
    return tuple(un_b64url(node) for node in value)


def _number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ReceiptProblem("a position is a whole number")
    return value


def _read_field(value: dict[str, Json]) -> Disclosed:
    path, salt = value["path"], value["salt"]
    if not isinstance(path, str) or not isinstance(salt, str):
        raise ReceiptProblem("path and salt are text")
    place = _number(value["i"]), _number(value["n"])
    return Disclosed(path, salt, value["value"], *place, _hashes(value["proof"]))


def _read_item(value: dict[str, Json]) -> Item:
    return Item(_number(value["i"]), _number(value["n"]), _hashes(value["path"]))


class State(StrEnum):
    """How one check came out."""

    HOLDS = "holds"
    FAILS = "fails"
    NOT_YET = "not_yet"
    NOT_CHECKED = "not_checked"


class Check(StrEnum):
    """The five questions, in the order in which they are shown."""

    FIELDS = "fields"
    IN_TREE = "in_tree"
    LOG_SIGNED = "log_signed"
    WITNESSED = "witnessed"
    ANCHORED = "anchored"


@dataclass(frozen=True)
class Witnessing:
    """A witness that signed, under its name in the policy, and its POSIX time."""

    name: str
    at: int


@dataclass(frozen=True)
class Checked:
    """The outcome of checking a receipt, and what the page needs to say it."""

    receipt: Receipt
    states: dict[Check, State]
    wrong_fields: tuple[str, ...] = ()
    index: int | None = None
    size: int | None = None
    origin: str = ""
    witnesses: tuple[Witnessing, ...] = ()
    witnesses_known: int = 0
    witnesses_needed: int = 0

    @property
    def ok(self) -> bool:
        """Nothing fails, and what the receipt says is in a tree that its log signed."""
        states = self.states
        proven = (Check.FIELDS, Check.IN_TREE, Check.LOG_SIGNED)
        return State.FAILS not in states.values() and all(
            states[check] is State.HOLDS for check in proven
        )


def check_receipt(receipt: Receipt, policy: Policy) -> Checked:
    """Check a receipt against a policy, without network.

    Every question is answered by itself, so a reader sees which of them fail. A receipt
    drawn before its checkpoint is *not yet* in the tree, never wrong.
    """
    states = dict.fromkeys(Check, State.NOT_YET)
    wrong = _wrong_fields(receipt)
    states[Check.FIELDS] = State.FAILS if wrong is not None else State.HOLDS
    if receipt.proof is None:
        return Checked(receipt, states, wrong or ())
    try:
        proof = parse_proof(receipt.proof.encode())
    except NoteProblem:
        for check in (Check.IN_TREE, Check.LOG_SIGNED, Check.WITNESSED):
            states[check] = State.FAILS
        return Checked(receipt, states, wrong or ())
    states[Check.IN_TREE] = _is(_in_tree(receipt, proof))
    states[Check.LOG_SIGNED] = _is(_log_signed(proof, policy))
    witnesses = _witnesses(proof, policy)
    if policy.is_witnessed:
        names = [] if witnesses is None else [witness.name for witness in witnesses]
        states[Check.WITNESSED] = _is(witnesses is not None and policy.satisfied_by(names))
    return Checked(
        receipt,
        states,
        wrong or (),
        index=proof.index,
        size=proof.checkpoint.size,
        origin=proof.checkpoint.origin,
        witnesses=witnesses or (),
        witnesses_known=len(policy.witnesses),
        witnesses_needed=policy.least,
    )


def _is(holds: bool) -> State:  # noqa: FBT001  a plain translation of one truth value
    return State.HOLDS if holds else State.FAILS


def _wrong_fields(receipt: Receipt) -> tuple[str, ...] | None:
    """Return None if all fields match, else the paths that do not (none if not tellable)."""
    try:
        leaf = parse_leaf(receipt.leaf)
    except LeafProblem:
        return ()
    if leaf.handle != receipt.entry:
        return ()
    if leaf.commitment is None:
        return () if receipt.fields or receipt.item else None
    paths = [field.path for field in receipt.fields]
    if HEAD not in paths or len(set(paths)) != len(paths):
        return ()
    wrong = tuple(f.path for f in receipt.fields if not _leads_to(f, receipt.item, leaf))
    return wrong or None


def _leads_to(field: Disclosed, item: Item | None, leaf: Leaf) -> bool:
    try:
        root = field.root()
    except NotCanonical:
        return False
    if root is not None and item is not None:
        root = merkle.root_from_inclusion(merkle.leaf_hash(root), item.index, item.count, item.path)
    return root is not None and root == leaf.commitment


def _in_tree(receipt: Receipt, proof: TlogProof) -> bool:
    checkpoint = proof.checkpoint
    return merkle.verify_inclusion(
        merkle.leaf_hash(receipt.leaf), proof.index, checkpoint.size, proof.path, checkpoint.root
    )


def _log_signed(proof: TlogProof, policy: Policy) -> bool:
    keys = [log.key for log in policy.logs if log.key.name == proof.checkpoint.origin]
    return bool(_signed(proof, keys))


def _witnesses(proof: TlogProof, policy: Policy) -> tuple[Witnessing, ...] | None:
    """Return who cosigned; None if a known witness's line does not hold."""
    found = []
    for witness in policy.witnesses:
        lines = [line for line in proof.note.signatures if witness.key.made(line)]
        if not lines:
            continue
        try:
            times = [witness.key.check(proof.note.text, line) for line in lines]
        except SignatureProblem:
            return None
        found.append(Witnessing(witness.name, max(at or 0 for at in times)))
    return tuple(found)


def _signed(proof: TlogProof, keys: Sequence[VerifierKey]) -> bool:
    try:
        return bool(verify_note(proof.note, keys))
    except SignatureProblem:
        return False
