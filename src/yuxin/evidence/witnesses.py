"""Asking the witnesses of the policy, all at once (C2SP tlog-witness, the log's side)."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from yuxin.formats.checkpoint import Checkpoint, parse_checkpoint, parse_decimal
from yuxin.formats.signed_note import (
    Note,
    NoteProblem,
    Signature,
    SignatureProblem,
    b64encode,
    parse_signature,
)
from yuxin.formats.tlog_policy import Policy, PolicyWitness

SECONDS: Final = 5
_ANSWER_MAX: Final = 64 * 1024

#: Returns the consistency proof from an old size to the size of the checkpoint.
Prove = Callable[[int], Sequence[bytes]]


class WitnessRefuses(RuntimeError):
    """A witness holds another history: the log must stop and a person must look."""


class WitnessSilent(OSError):
    """A witness does not answer, or not as the protocol says; it is asked again later."""


@dataclass
class WitnessClient:
    """One witness, and the size it is believed to hold."""

    witness: PolicyWitness
    held: int = 0

    def cosign(self, note: Note, checkpoint: Checkpoint, prove: Prove) -> Signature:
        """Return the witness's signature of a checkpoint.

        Raises: WitnessSilent; WitnessRefuses when it holds more than this log, or finds that
            the log has not merely grown.
        """
        for _ in range(3):  # a first guess of its size, the size it names, one race
            if self.held > checkpoint.size:
                raise WitnessRefuses(
                    f"{self.witness.name} holds {self.held} entries, the log {checkpoint.size}"
                )
            status, body = self._post(note, prove(self.held))
            if status == 200:
                signature = self._own(body, note)
                self.held = checkpoint.size
                return signature
            if status == 409:
                self.held = _size(body)
            elif status == 422:
                raise WitnessRefuses(f"{self.witness.name} finds another history: {body!r}")
            else:
                raise WitnessSilent(f"{self.witness.name} answers {status}: {body[:200]!r}")
        raise WitnessSilent(f"{self.witness.name} keeps naming other sizes")

    def _post(self, note: Note, proof: Sequence[bytes]) -> tuple[int, bytes]:
        url = urlsplit(self.witness.url)
        kind = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
        connection = kind(url.hostname or "", url.port, timeout=SECONDS)
        lines = "".join(f"{b64encode(node)}\n" for node in proof)
        body = f"old {self.held}\n{lines}\n{note.render()}".encode()
        try:
            connection.request("POST", f"{url.path.rstrip('/')}/add-checkpoint", body)
            answer = connection.getresponse()
            return answer.status, answer.read(_ANSWER_MAX)
        except (OSError, http.client.HTTPException) as problem:
            raise WitnessSilent(f"{self.witness.name} does not answer: {problem}") from problem
        finally:
            connection.close()

    def _own(self, body: bytes, note: Note) -> Signature:
        try:
            for line in body.decode().removesuffix("\n").split("\n"):
                signature = parse_signature(line)
                if self.witness.key.made(signature):
                    self.witness.key.check(note.text, signature)
                    return signature
        except (NoteProblem, SignatureProblem, UnicodeDecodeError) as problem:
            raise WitnessSilent(f"{self.witness.name} sends no signature: {problem}") from problem
        raise WitnessSilent(f"{self.witness.name} signs with another key")


def _size(body: bytes) -> int:
    try:
        return parse_decimal(body.decode("ascii").removesuffix("\n"))
    except (NoteProblem, UnicodeDecodeError) as problem:
        raise WitnessSilent("a witness names no size") from problem


@dataclass(frozen=True)
class Cosigned:
    """What came back: signatures by witness name, who was silent, who refused."""

    signatures: dict[str, Signature]
    silent: dict[str, str]
    refused: dict[str, str]


class Witnesses:
    """The witnesses of a policy that have an address."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self._clients = [WitnessClient(w) for w in policy.witnesses if w.url]

    def cosign(self, note: Note, proofs: dict[int, Sequence[bytes]], prove: Prove) -> Cosigned:
        """Ask all at once and wait for all; each is given SECONDS."""
        checkpoint = parse_checkpoint(note.text)
        answers = Cosigned({}, {}, {})
        lock = threading.Lock()

        def proof_from(size: int) -> Sequence[bytes]:
            with lock:  # one reader of the tree at a time
                if size not in proofs:
                    proofs[size] = prove(size)
                return proofs[size]

        def ask(client: WitnessClient) -> None:
            name = client.witness.name
            try:
                answers.signatures[name] = client.cosign(note, checkpoint, proof_from)
            except WitnessSilent as problem:
                answers.silent[name] = str(problem)
            except WitnessRefuses as problem:
                answers.refused[name] = str(problem)

        threads = [threading.Thread(target=ask, args=[client]) for client in self._clients]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return answers
