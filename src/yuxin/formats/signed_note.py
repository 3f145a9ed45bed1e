"""Signed notes and the keys that sign them (C2SP signed-note, tlog-cosignature).

A note is text, an empty line, then signature lines. Two key types are known here: 0x01,
Ed25519 over the text, by which a log signs; 0x04, a timestamped Ed25519 cosignature, by
which a witness says that it saw the checkpoint at that time. Lines of any other key are
carried along and otherwise ignored, so a further algorithm may stand beside these.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519: Final = 0x01
COSIGNATURE: Final = 0x04

#: The standard asks for at least 16; a post-quantum line takes about 5 kB.
SIGNATURES_MAX: Final = 64
NOTE_BYTES_MAX: Final = 512 * 1024

_DASH: Final = "\u2014"
_TIMESTAMP_MAX: Final = 2**63 - 1


class NoteProblem(ValueError):
    """The bytes are no signed note, or a signature by a known key does not hold."""


class SignatureProblem(NoteProblem):
    """The note is well formed, yet no known key signed it, or one of them did not really."""


def b64decode(text: str) -> bytes:
    """Decode standard Base 64 in its one canonical spelling; anything else is refused."""
    try:
        raw = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError) as problem:
        raise NoteProblem("not standard Base 64") from problem
    if base64.b64encode(raw).decode("ascii") != text:
        raise NoteProblem("not canonical Base 64")
    return raw


def b64encode(raw: bytes) -> str:
    """Encode as standard Base 64 with padding."""
    return base64.b64encode(raw).decode("ascii")


def check_key_name(name: str) -> str:
    """Return a lawful key name: not empty, without space, plus or control character."""
    if not name or "+" in name or any(c.isspace() or ord(c) < 0x20 for c in name):
        raise NoteProblem("a key name is not empty and holds no space, plus or control character")
    return name


def key_id(name: str, kind: int, public: bytes) -> bytes:
    """Return the four bytes by which a signature line names its key."""
    return hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:4]


@dataclass(frozen=True)
class Signature:
    """One signature line: the key's name, its id, and what it signed."""

    name: str
    key_id: bytes
    value: bytes

    def line(self) -> str:
        """Return the line, with its newline."""
        return f"{_DASH} {self.name} {b64encode(self.key_id + self.value)}\n"


def parse_signature(line: str) -> Signature:
    """Read one signature line given without its newline."""
    dash, _, rest = line.partition(" ")
    name, _, encoded = rest.partition(" ")
    if dash != _DASH:
        raise NoteProblem("a signature line begins with an em dash and a space")
    raw = b64decode(encoded)
    if len(raw) < 5:
        raise NoteProblem("a signature line carries a key id and a signature")
    return Signature(check_key_name(name), raw[:4], raw[4:])


@dataclass(frozen=True)
class Note:
    """A note as read: its text with the final newline, and its signature lines in order."""

    text: str
    signatures: tuple[Signature, ...]

    def render(self) -> str:
        """Return the whole note."""
        return f"{self.text}\n{''.join(s.line() for s in self.signatures)}"


def parse_note(data: bytes) -> Note:
    """Read a signed note.

    Raises: NoteProblem when it is not UTF-8, holds a control character, has no signature
        or more than SIGNATURES_MAX of them.
    """
    if len(data) > NOTE_BYTES_MAX:
        raise NoteProblem("the note is too long")
    try:
        whole = data.decode("utf-8")
    except UnicodeDecodeError as problem:
        raise NoteProblem("a note is UTF-8") from problem
    if any(ord(c) < 0x20 and c != "\n" for c in whole):
        raise NoteProblem("a note holds no control character but newline")
    split = whole.rfind("\n\n")
    if split < 0 or not whole.endswith("\n"):
        raise NoteProblem("a note is text, an empty line, and lines ending in newline")
    text, tail = whole[: split + 1], whole[split + 2 : -1]
    lines = tail.split("\n") if tail else []
    if not 1 <= len(lines) <= SIGNATURES_MAX:
        raise NoteProblem(f"a note carries from 1 to {SIGNATURES_MAX} signatures")
    return Note(text, tuple(parse_signature(line) for line in lines))


@dataclass(frozen=True)
class VerifierKey:
    """A public key under a name: what a verifier is configured with."""

    name: str
    kind: int
    public: bytes

    @property
    def id(self) -> bytes:
        """The four bytes that signature lines carry."""
        return key_id(self.name, self.kind, self.public)

    def text(self) -> str:
        """Return the vkey: name, hex id, and Base 64 of type and key."""
        return f"{self.name}+{self.id.hex()}+{b64encode(bytes([self.kind]) + self.public)}"

    def made(self, signature: Signature) -> bool:
        """Say whether a signature line names this key (not yet whether it holds)."""
        return signature.name == self.name and signature.key_id == self.id

    def check(self, text: str, signature: Signature) -> int | None:
        """Verify one line of this key over the text; return a cosignature's POSIX time.

        Raises: SignatureProblem when the signature does not hold.
        """
        assert self.made(signature), "the signature names another key"
        if self.kind == ED25519:
            self._verify(signature.value, text.encode())
            return None
        timestamp, value = _split_cosignature(signature.value)
        self._verify(value, cosigned_message(timestamp, text))
        return timestamp

    def _verify(self, value: bytes, message: bytes) -> None:
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(value, message)
        except InvalidSignature as problem:
            raise SignatureProblem(f"the signature of {self.name} does not hold") from problem


def parse_vkey(text: str) -> VerifierKey:
    """Read a verifier key of one of the two types known here.

    Raises: NoteProblem when the form is wrong, the id does not belong to the key, or the
        type is another.
    """
    name, _, rest = text.partition("+")
    given_id, _, encoded = rest.partition("+")
    check_key_name(name)
    raw = b64decode(encoded)
    if not raw or raw[0] not in (ED25519, COSIGNATURE) or len(raw) != 33:
        raise NoteProblem("the key is neither Ed25519 (1) nor an Ed25519 cosignature key (4)")
    key = VerifierKey(name, raw[0], raw[1:])
    if key.id.hex() != given_id:
        raise NoteProblem("the key id does not belong to the name and the key")
    return key


def cosigned_message(timestamp: int, text: str) -> bytes:
    """Return the bytes that a 0x04 cosignature signs: two lines, then the note's text."""
    return f"cosignature/v1\ntime {timestamp}\n{text}".encode()


def _split_cosignature(value: bytes) -> tuple[int, bytes]:
    if len(value) != 72:
        raise SignatureProblem("a cosignature is 8 bytes of time and 64 of signature")
    timestamp: int = struct.unpack(">Q", value[:8])[0]
    if not 0 < timestamp <= _TIMESTAMP_MAX:
        raise SignatureProblem("a cosignature has a time")
    return timestamp, value[8:]


@dataclass(frozen=True)
class SignerKey:
    """A private key under a name. The seed is the secret: 32 bytes, kept in a 0600 file."""

    name: str
    kind: int
    seed: bytes

    def __repr__(self) -> str:
        """Name the key without showing the secret."""
        return f"SignerKey({self.name!r}, {self.kind})"

    @property
    def verifier(self) -> VerifierKey:
        """The public half."""
        public = (
            self._private()
            .public_key()
            .public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
        )
        return VerifierKey(self.name, self.kind, public)

    def sign(self, text: str, *, timestamp: int | None = None) -> Signature:
        """Sign a note's text; a cosignature key also needs the POSIX time."""
        assert text.endswith("\n"), "a note's text ends in newline"
        if self.kind == ED25519:
            assert timestamp is None
            return Signature(self.name, self.verifier.id, self._private().sign(text.encode()))
        assert timestamp is not None and 0 < timestamp <= _TIMESTAMP_MAX
        value = self._private().sign(cosigned_message(timestamp, text))
        return Signature(self.name, self.verifier.id, struct.pack(">Q", timestamp) + value)

    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)


@dataclass(frozen=True)
class Verified:
    """A signature that holds: whose, the line itself, and a cosignature's time."""

    key: VerifierKey
    signature: Signature
    timestamp: int | None


def verify_note(note: Note, keys: Iterable[VerifierKey]) -> tuple[Verified, ...]:
    """Return the signatures made by the known keys; lines of others are ignored.

    Raises: SignatureProblem when a known key's line does not hold, or no known key signed.
    """
    found = tuple(
        Verified(key, signature, key.check(note.text, signature))
        for signature in note.signatures
        for key in keys_once(keys)
        if key.made(signature)
    )
    if not found:
        raise SignatureProblem("no known key signed this note")
    return found


def keys_once(keys: Iterable[VerifierKey]) -> tuple[VerifierKey, ...]:
    """Return the keys without repeats, in their order."""
    return tuple(dict.fromkeys(keys))
