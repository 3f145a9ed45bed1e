"""A witness: signs a log's checkpoint only if the log has but grown since the last one.

It speaks the C2SP tlog-witness protocol over HTTP and keeps one row per log in SQLite. A
bank, the market regulator, a consumer association or a university runs one each; the bureau
cannot show two histories once enough of them have signed.

Example:
  python -m yuxin.parties.witness --state w1 --name bank.example/w --init
  python -m yuxin.parties.witness --state w1 --name bank.example/w --port 8101 \\
      --log 'evidence.example.gov/log+d62c...+AY...'
"""

from __future__ import annotations

import argparse
import hashlib
import os
import secrets
import signal
import sqlite3
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import FrameType
from typing import Final
from urllib.parse import urlsplit

from yuxin.formats.checkpoint import Checkpoint, parse_checkpoint, parse_decimal
from yuxin.formats.signed_note import (
    COSIGNATURE,
    ED25519,
    NOTE_BYTES_MAX,
    Note,
    NoteProblem,
    SignatureProblem,
    SignerKey,
    VerifierKey,
    b64decode,
    parse_note,
    parse_vkey,
    verify_note,
)
from yuxin.formats.tlog_policy import parse_policy
from yuxin.kernel import merkle
from yuxin.kernel.clock import now

PROOF_LINES_MAX: Final = 63
BODY_BYTES_MAX: Final = NOTE_BYTES_MAX + 64 * 64
_TEXT: Final = "text/plain; charset=utf-8"
_SIZE: Final = "text/x.tlog.size"
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS seen (
    origin TEXT PRIMARY KEY,
    size INTEGER NOT NULL,
    root BLOB NOT NULL,
    signed_at INTEGER NOT NULL,
    note TEXT NOT NULL
) STRICT
"""


@dataclass(frozen=True)
class Answer:
    """What goes back over HTTP."""

    status: int
    body: str
    content_type: str = _TEXT


class Refused(Exception):
    """The request is answered with a status other than 200."""

    def __init__(self, status: int, why: str, content_type: str = _TEXT) -> None:
        super().__init__(why)
        self.answer = Answer(status, f"{why}\n", content_type)


@dataclass(frozen=True)
class Submission:
    """A request to add a checkpoint, as read."""

    old_size: int
    proof: tuple[bytes, ...]
    note: Note
    checkpoint: Checkpoint


def parse_submission(body: bytes) -> Submission:
    """Read the body of add-checkpoint: old size, proof, empty line, checkpoint.

    Raises: Refused (400) when it is malformed. A checkpoint without any signature line is
        read all the same: what it lacks is judged as a signature, after its origin.
    """
    head, gap, tail = body.partition(b"\n\n")
    try:
        first, *lines = head.decode("ascii").split("\n")
        if not gap or not first.startswith("old "):
            raise Refused(400, "the first line is: old <size>; an empty line ends the proof")
        old_size = parse_decimal(first.removeprefix("old "))
        if len(lines) > PROOF_LINES_MAX:
            raise Refused(400, f"a proof has at most {PROOF_LINES_MAX} lines")
        proof = tuple(b64decode(line) for line in lines)
        if any(len(node) != 32 for node in proof):
            raise Refused(400, "a line of the proof is one hash of 32 bytes")
        note = _note(tail)
        return Submission(old_size, proof, note, parse_checkpoint(note.text))
    except (NoteProblem, UnicodeDecodeError) as problem:
        raise Refused(400, f"malformed: {problem}") from problem


def _note(data: bytes) -> Note:
    if b"\n\n" not in data or data.endswith(b"\n\n"):
        return Note(data.decode().removesuffix("\n\n").removesuffix("\n") + "\n", ())
    return parse_note(data)


class Witness:
    """The signing key, the logs it follows, and the last checkpoint signed of each."""

    def __init__(self, state: Path, key: SignerKey, logs: Sequence[VerifierKey]) -> None:
        assert key.kind == COSIGNATURE
        self.key = key
        self.logs: dict[str, list[VerifierKey]] = {}
        for log in logs:
            self.logs.setdefault(log.name, []).append(log)
        self._path = state / "witness.sqlite"
        self._one_at_a_time = threading.Lock()
        with self._database() as database:
            database.execute("PRAGMA journal_mode=WAL")
            database.execute(_SCHEMA)

    @contextmanager
    def _database(self) -> Iterator[sqlite3.Connection]:
        database = sqlite3.connect(self._path, timeout=10, isolation_level=None)
        try:
            # With FULL, WAL is synced at every commit: what was answered survives a crash.
            database.execute("PRAGMA synchronous=FULL")
            yield database
        finally:
            database.close()

    def add_checkpoint(self, body: bytes) -> Answer:
        """Check a checkpoint against the last one signed; sign it and remember it.

        Returns 200 with the cosignature, or 400, 403, 404, 409 (with the size held), 422 as
        the protocol says; 503 when the clock stands before the last signature.
        """
        try:
            submission = parse_submission(body)
            self._check_signer(submission)
            return Answer(200, self._check_and_store(submission))
        except Refused as refused:
            return refused.answer
        except sqlite3.Error as problem:
            return Answer(503, f"cannot store: {problem}\n")

    def _check_signer(self, submission: Submission) -> None:
        """Refuse an unknown log, a false signature, and an old size above the new one."""
        origin = submission.checkpoint.origin
        if origin not in self.logs:
            raise Refused(404, "this witness does not follow a log of that origin")
        try:
            verify_note(submission.note, self.logs[origin])
        except SignatureProblem as problem:
            raise Refused(403, str(problem)) from problem
        if submission.old_size > submission.checkpoint.size:
            raise Refused(400, "the old size is larger than the checkpoint")

    def _check_and_store(self, submission: Submission) -> str:
        """Compare and store in one exclusive transaction; nothing is answered before it."""
        with self._one_at_a_time, self._database() as database:
            database.execute("BEGIN IMMEDIATE")
            row = database.execute(
                "SELECT size, root, signed_at FROM seen WHERE origin = ?",
                [submission.checkpoint.origin],
            ).fetchone()
            held_size, held_root, held_at = row or (0, merkle.root([]), 0)
            if submission.old_size != held_size:
                raise Refused(409, str(held_size), _SIZE)
            _check_growth(submission, held_root)
            at = int(now().timestamp())
            if at < held_at:
                raise Refused(503, "the clock of this witness stands before its last signature")
            line = self.key.sign(submission.note.text, timestamp=at).line()
            database.execute(
                "REPLACE INTO seen (origin, size, root, signed_at, note) VALUES (?, ?, ?, ?, ?)",
                [
                    submission.checkpoint.origin,
                    submission.checkpoint.size,
                    submission.checkpoint.root,
                    at,
                    self._as_monitored(submission) + line,
                ],
            )
            database.execute("COMMIT")
            return line

    def _as_monitored(self, submission: Submission) -> str:
        """The checkpoint with the log's own signatures only, which this witness verified."""
        verified = verify_note(submission.note, self.logs[submission.checkpoint.origin])
        lines = dict.fromkeys(found.signature.line() for found in verified)
        return f"{submission.note.text}\n{''.join(lines)}"

    def latest(self, origin_hash: str) -> Answer:
        """Return the last checkpoint signed of the log whose origin has this SHA-256."""
        for origin in self.logs:
            if hashlib.sha256(origin.encode()).hexdigest() == origin_hash:
                with self._database() as database:
                    row = database.execute(
                        "SELECT note FROM seen WHERE origin = ?", [origin]
                    ).fetchone()
                if row:
                    return Answer(200, row[0])
        return Answer(404, "nothing signed of such a log\n")


def _check_growth(submission: Submission, held_root: bytes) -> None:
    checkpoint = submission.checkpoint
    if checkpoint.size == 0 and checkpoint.root != merkle.root([]):
        raise Refused(422, "the root of an empty tree is the hash of nothing")
    if not merkle.verify_consistency(
        submission.old_size, held_root, checkpoint.size, checkpoint.root, submission.proof
    ):
        raise Refused(422, "the proof does not show that the log has only grown")


class Server(ThreadingHTTPServer):
    """The HTTP side of one witness."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], witness: Witness) -> None:
        self.witness = witness
        super().__init__(address, Handler)


class Handler(BaseHTTPRequestHandler):
    """One connection, kept open between requests."""

    protocol_version = "HTTP/1.1"
    server_version = "yuxin-witness"
    sys_version = ""
    timeout = 30
    disable_nagle_algorithm = True
    wbufsize = -1
    server: Server

    def do_POST(self) -> None:
        """Answer add-checkpoint."""
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdigit()):
            self.close_connection = True
            self._send(Answer(411, "the length of the body must be given\n"))
        elif int(length) > BODY_BYTES_MAX:
            self.close_connection = True
            self._send(Answer(413, f"the body has at most {BODY_BYTES_MAX} bytes\n"))
        else:
            body = self.rfile.read(int(length))
            if self.path == "/add-checkpoint":
                self._send(self.server.witness.add_checkpoint(body))
            else:
                self._send(Answer(404, "POST /add-checkpoint\n"))

    def do_GET(self) -> None:
        """Answer monitors, and say who this is."""
        parts = self.path.split("/")
        if len(parts) == 3 and parts[2] == "checkpoint":
            self._send(self.server.witness.latest(parts[1]))
        elif self.path == "/":
            self._send(Answer(200, f"{self.server.witness.key.verifier.text()}\n"))
        elif self.path == "/add-checkpoint":
            self._send(Answer(405, "POST /add-checkpoint\n"))
        else:
            self._send(Answer(404, "GET /<sha256 of origin>/checkpoint\n"))

    def _send(self, answer: Answer) -> None:
        body = answer.body.encode()
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(body)))
        if answer.status == 405:
            self.send_header("Allow", "POST")
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Write down what was not granted; a busy log asks many times a minute."""
        if code != 200:
            super().log_request(code, size)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  inherited name
        """Write the request line to standard error, without addresses."""
        sys.stderr.write(f"witness: {format % args}\n")


def open_key(state: Path, name: str) -> SignerKey:
    """Read the witness's key from its state folder; make both at the first start."""
    state.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = state / "key"
    if not path.exists():
        _write_new(path, secrets.token_bytes(32).hex())
    return SignerKey(name, COSIGNATURE, bytes.fromhex(path.read_text().strip()))


def _write_new(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(f"{text}\n")
        file.flush()
        os.fsync(file.fileno())


def main(argv: Sequence[str] | None = None) -> int:
    """Run a witness until it is told to stop."""
    parser = argparse.ArgumentParser(
        prog="python -m yuxin.parties.witness",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--state", type=Path, required=True, help="folder of key and database")
    parser.add_argument("--name", required=True, help="the name it signs under")
    parser.add_argument("--log", action="append", default=[], help="vkey of a log to follow")
    parser.add_argument(
        "--policy", type=Path, help="tlog-policy file: follow its logs, listen where it says"
    )
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0: any free one, printed")
    parser.add_argument("--init", action="store_true", help="make the key, print its vkey, end")
    options = parser.parse_args(argv)
    try:
        key = open_key(options.state, options.name)
        logs = [parse_vkey(text) for text in options.log]
        if options.policy:
            logs += _from_policy(options, key)
        if any(log.kind != ED25519 for log in logs):
            raise NoteProblem("--log takes the log's Ed25519 key (type 1)")
        if options.init:
            print(key.verifier.text())
            return 0
        server = Server((options.host, options.port), Witness(options.state, key, logs))
    except (OSError, ValueError, sqlite3.Error) as problem:
        print(f"witness: {problem}", file=sys.stderr)
        return 2
    print(
        f"witness {key.verifier.text()} on http://{options.host}:{server.server_port}/", flush=True
    )
    signal.signal(signal.SIGTERM, _stop)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass
    finally:
        server.server_close()
    return 0


def _from_policy(options: argparse.Namespace, key: SignerKey) -> list[VerifierKey]:
    """Return the policy's logs; take the port from the line of this witness, if it is there."""
    policy = parse_policy(options.policy.read_bytes())
    for witness in policy.witnesses:
        if witness.key == key.verifier and witness.url and not options.port:
            options.port = urlsplit(witness.url).port or 0
    return [log.key for log in policy.logs]


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
