"""A witness as its protocol has it: run as a real process, spoken to over HTTP."""

import base64
import hashlib
import http.client
import os
import re
import signal
import sqlite3
import struct
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from yuxin.formats.signed_note import ED25519, Signature, SignerKey, parse_note, parse_vkey
from yuxin.kernel import merkle
from yuxin.parties.witness import PROOF_LINES_MAX

ORIGIN = "log.example/a"
LOG = SignerKey(ORIGIN, ED25519, b"\x01" * 32)
HASHES = [merkle.leaf_hash(str(n).encode()) for n in range(600)]
EMPTY = merkle.root([])


class Process:
    """A running witness and a client of it."""

    def __init__(self, state: Path, *logs: str) -> None:
        arguments = ["--state", str(state), "--name", "bank.example/w"]
        for log in logs or (LOG.verifier.text(),):
            arguments += ["--log", log]
        self.child = subprocess.Popen(
            [sys.executable, "-m", "yuxin.parties.witness", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": "src"},
            text=True,
        )
        assert self.child.stdout is not None
        line = self.child.stdout.readline()
        found = re.fullmatch(r"witness (\S+) on http://127.0.0.1:(\d+)/\n", line)
        assert found, line
        self.key, self.port = parse_vkey(found[1]), int(found[2])

    def request(self, method, path, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request(method, path, body)
            answer = connection.getresponse()
            return answer.status, answer.read(), answer.headers["Content-Type"]
        finally:
            connection.close()

    def add(self, body):
        return self.request("POST", "/add-checkpoint", body)

    def end(self, number=signal.SIGTERM):
        self.child.send_signal(number)
        self.child.wait(10)
        assert self.child.stdout is not None
        self.child.stdout.close()


@pytest.fixture
def witness(tmp_path):
    process = Process(tmp_path)
    yield process
    process.end()


def body(old, new, *, root=None, proof=None, origin=ORIGIN, signer=LOG, size=None):
    """Return a request, right unless told otherwise; each part can be replaced."""
    root = root if root is not None else merkle.root(HASHES[:new])
    if proof is None:
        proof = merkle.consistency_path(HASHES[:new], old) if old <= new else []
    lines = "".join(f"{base64.b64encode(node).decode()}\n" for node in proof)
    text = f"{origin}\n{new if size is None else size}\n{base64.b64encode(root).decode()}\n"
    return f"old {old}\n{lines}\n{text}\n{signer.sign(text).line()}".encode()


def status(answer):
    return answer[0]


def test_a_growing_log_is_cosigned_at_every_step(witness):
    old = 0
    for new in (0, 1, 2, 3, 4, 7, 8, 255, 256, 257, 512, 600):
        before = int(time.time())
        code, line, _ = witness.add(body(old, new))
        assert code == 200, line
        text = body(old, new).decode().split("\n\n", 1)[1].rsplit("\n\n", 1)[0] + "\n"
        note = parse_note(f"{text}\n{line.decode()}".encode())
        assert len(note.signatures) == 1
        at = witness.key.check(note.text, note.signatures[0])
        assert before <= at <= int(time.time())
        old = new


def test_the_cosignature_is_what_the_standard_says_byte_for_byte(witness):
    _, line, content_type = witness.add(body(0, 5))
    dash, name, encoded = line.decode().removesuffix("\n").split(" ")
    raw = base64.b64decode(encoded)
    key_id = hashlib.sha256(b"bank.example/w\n\x04" + witness.key.public).digest()[:4]
    assert (dash, name, raw[:4], len(raw)) == ("\u2014", "bank.example/w", key_id, 76)
    assert struct.unpack(">Q", raw[4:12])[0] > 1_700_000_000
    assert content_type.startswith("text/plain")


def test_the_same_checkpoint_again_is_signed_again(witness):
    assert status(witness.add(body(0, 5))) == 200
    assert status(witness.add(body(5, 5))) == 200
    assert status(witness.add(body(5, 5, root=b"x" * 32))) == 422
    assert status(witness.add(body(5, 5, proof=[b"x" * 32]))) == 422


def test_an_unknown_log_is_not_found_before_its_signature_is_looked_at(witness):
    other = SignerKey("other.example", ED25519, b"\x05" * 32)
    assert status(witness.add(body(0, 5, origin="other.example", signer=other))) == 404


@pytest.mark.parametrize(
    "spoil",
    [
        lambda b: b.replace(b"\xe2\x80\x94 log.example/a ", b"\xe2\x80\x94 x.example "),
        lambda b: b[: b.rindex(b"\xe2\x80\x94")],  # no signature at all
        lambda b: b[: b.rindex(b"\n\xe2\x80\x94")],
        lambda b: b.replace(b"\n5\n", b"\n6\n"),
        lambda b: b + Signature(ORIGIN, LOG.verifier.id, b"x" * 64).line().encode(),
        lambda b: b + Signature(ORIGIN, LOG.verifier.id, b"x").line().encode(),
    ],
)
def test_without_a_true_signature_of_the_log_it_is_forbidden(witness, spoil):
    assert status(witness.add(spoil(body(0, 5)))) == 403


def test_signatures_of_unknown_keys_are_ignored(witness):
    extra = Signature("x.example", b"abcd", b"x" * 2428).line().encode()
    assert status(witness.add(body(0, 5) + extra * 5)) == 200


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"old 0\n",
        b"old 0",
        body(0, 5).replace(b"old 0", b"old 00"),
        body(0, 5).replace(b"old 0", b"old  0"),
        body(0, 5).replace(b"old 0", b"OLD 0"),
        body(0, 5).replace(b"old 0", b"old -0"),
        body(0, 5).replace(b"old 0\n", b""),
        body(0, 5).replace(b"old 0\n", b"old 0\r\n"),
        body(0, 5).replace(b"old 0\n", b"old 0\nAAAA\n"),
        body(0, 5).replace(b"old 0\n", b"old 0\n!\n"),
        body(0, 5, proof=[b"x" * 32] * (PROOF_LINES_MAX + 1)),
        body(0, 5, size="05"),
        body(0, 5, root=b"short"),
        body(0, 5).replace(b"log.example", b"log\xff.example"),
        b"\xff" * 100,
        body(6, 5),  # the old size above the new one
    ],
)
def test_a_malformed_request_is_bad(witness, data):
    assert status(witness.add(data)) == 400


def test_another_old_size_is_told_the_right_one(witness):
    assert witness.add(body(3, 5))[:2] == (409, b"0\n")
    assert status(witness.add(body(0, 5))) == 200
    code, text, content_type = witness.add(body(0, 9))
    assert (code, text, content_type) == (409, b"5\n", "text/x.tlog.size")
    assert status(witness.add(body(5, 9))) == 200
    assert witness.add(body(3, 5))[:2] == (409, b"9\n")  # the log rolled back


def test_a_fork_and_a_false_or_missing_proof_are_refused(witness):
    assert status(witness.add(body(0, 5))) == 200
    assert status(witness.add(body(5, 9, proof=[]))) == 422
    assert status(witness.add(body(5, 9, proof=[b"x" * 32] * 3))) == 422
    assert status(witness.add(body(5, 9, root=b"x" * 32))) == 422
    right = merkle.consistency_path(HASHES[:9], 5)
    assert status(witness.add(body(5, 9, proof=right[::-1]))) == 422
    assert status(witness.add(body(5, 9, proof=[*right, b"x" * 32]))) == 422
    forked = [b"x" * 32, *HASHES[1:9]]
    assert (
        status(
            witness.add(
                body(5, 9, root=merkle.root(forked), proof=merkle.consistency_path(forked, 5))
            )
        )
        == 422
    )
    assert status(witness.add(body(5, 9))) == 200  # the refusals changed nothing


def test_an_empty_tree_has_the_root_of_nothing_and_no_proof(witness):
    assert status(witness.add(body(0, 0, root=b"x" * 32))) == 422
    assert status(witness.add(body(0, 5, proof=[b"x" * 32]))) == 422
    assert status(witness.add(body(0, 0))) == 200
    assert status(witness.add(body(0, 5))) == 200


def test_a_monitor_reads_the_last_checkpoint_signed(witness):
    place = f"/{hashlib.sha256(ORIGIN.encode()).hexdigest()}/checkpoint"
    assert status(witness.request("GET", place)) == 404
    extra = Signature("x.example", b"abcd", b"x" * 72).line().encode()
    line = witness.add(body(0, 5) + extra)[1]
    code, text, _ = witness.request("GET", place)
    assert code == 200
    assert text == body(0, 5).split(b"\n\n", 1)[1] + line
    assert status(witness.request("GET", place.upper())) == 404
    assert status(witness.request("GET", "/checkpoint")) == 404


def test_other_methods_places_and_lengths_are_refused(witness):
    assert status(witness.request("GET", "/add-checkpoint")) == 405
    assert status(witness.request("POST", "/other", b"x")) == 404
    connection = http.client.HTTPConnection("127.0.0.1", witness.port, timeout=10)
    connection.putrequest("POST", "/add-checkpoint")
    connection.putheader("Content-Length", "9999999999")
    connection.endheaders()
    assert connection.getresponse().status == 413
    connection.close()
    connection.putrequest("POST", "/add-checkpoint")
    connection.endheaders()
    assert connection.getresponse().status == 411
    connection.close()


def test_a_connection_serves_many_requests(witness):
    connection = http.client.HTTPConnection("127.0.0.1", witness.port, timeout=10)
    for old, new in [(0, 1), (1, 2), (2, 3)]:
        connection.request("POST", "/add-checkpoint", body(old, new))
        answer = connection.getresponse()
        assert answer.status == 200
        answer.read()
    connection.close()


def test_of_many_at_once_from_one_size_exactly_one_is_signed(witness):
    """Eight rivals race from one size: one wins, the others learn its size."""
    assert status(witness.add(body(0, 5))) == 200
    old = 5
    for _ in range(20):
        sizes = range(old + 1, old + 9)
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(witness.add, [body(old, size) for size in sizes]))
        won = [size for size, answer in zip(sizes, answers, strict=True) if answer[0] == 200]
        assert len(won) == 1
        assert {a[:2] for a in answers if a[0] != 200} == {(409, f"{won[0]}\n".encode())}
        old = won[0]


def test_two_processes_on_one_state_do_not_both_sign(tmp_path):
    pair = Process(tmp_path), Process(tmp_path)
    try:
        for old in range(0, 60, 10):
            with ThreadPoolExecutor(2) as pool:
                answers = pool.map(Process.add, pair, [body(old, old + 10)] * 2)
                assert sorted(map(status, answers)) == [200, 409]
    finally:
        for process in pair:
            process.end()


def test_what_was_answered_survives_a_kill(tmp_path):
    size = 0
    for _ in range(4):
        process = Process(tmp_path)
        assert process.add(body(599, 600))[:2] == (409, f"{size}\n".encode())
        for _ in range(10):
            assert status(process.add(body(size, size + 3))) == 200
            size += 3
        process.end(signal.SIGKILL)


def test_a_clock_behind_the_last_signature_signs_nothing(tmp_path):
    process = Process(tmp_path)
    assert status(process.add(body(0, 5))) == 200
    process.end()
    with sqlite3.connect(tmp_path / "witness.sqlite") as database:
        database.execute("UPDATE seen SET signed_at = signed_at + 3600")
    database.close()
    process = Process(tmp_path)
    assert status(process.add(body(5, 9))) == 503
    process.end()


def test_two_keys_of_one_log_are_both_trusted(tmp_path):
    new = SignerKey(ORIGIN, ED25519, b"\x07" * 32)
    process = Process(tmp_path, LOG.verifier.text(), new.verifier.text())
    assert status(process.add(body(0, 5))) == 200
    assert status(process.add(body(5, 9, signer=new))) == 200
    process.end()


def run(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "yuxin.parties.witness", *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": "src"},
    )


def test_the_key_is_made_once_and_kept_to_its_owner(tmp_path):
    first = run("--state", str(tmp_path / "w"), "--name", "w.example", "--init")
    again = run("--state", str(tmp_path / "w"), "--name", "w.example", "--init")
    assert first.stdout == again.stdout
    assert parse_vkey(first.stdout.strip()).kind == 4
    assert (tmp_path / "w" / "key").stat().st_mode & 0o777 == 0o600


def test_a_wrong_key_or_name_is_said_in_a_sentence(tmp_path):
    cosigner = SignerKey("x", 4, b"\x01" * 32).verifier.text()
    answer = run("--state", str(tmp_path), "--name", "w", "--log", cosigner)
    assert (answer.returncode, answer.stderr.count("\n")) == (2, 1)
    assert "add-checkpoint" in run("--help").stdout or "tlog-witness" in run("--help").stdout
