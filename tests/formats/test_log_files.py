"""Checkpoints, proofs and policies: the files of a log, read strictly."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yuxin.formats.checkpoint import Checkpoint, parse_checkpoint
from yuxin.formats.signed_note import (
    COSIGNATURE,
    ED25519,
    Note,
    NoteProblem,
    SignerKey,
)
from yuxin.formats.tlog_policy import PolicyProblem, parse_policy
from yuxin.formats.tlog_proof import TlogProof, parse_proof

ROOT = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="
CHECKPOINT = f"example.com/behind-the-sofa\n20852163\n{ROOT}\n"


def test_the_checkpoint_of_the_standard_is_read_and_written_back():
    checkpoint = parse_checkpoint(CHECKPOINT)
    assert (checkpoint.origin, checkpoint.size) == ("example.com/behind-the-sofa", 20852163)
    assert checkpoint.text() == CHECKPOINT


def test_extension_lines_are_kept():
    assert parse_checkpoint(f"{CHECKPOINT}more\n").extensions == ("more",)


@pytest.mark.parametrize(
    "text",
    [
        "",
        CHECKPOINT[:-1],
        f"origin\n01\n{ROOT}\n",
        f"origin\n-1\n{ROOT}\n",
        f"origin\n+1\n{ROOT}\n",
        f"origin\n１\n{ROOT}\n",
        f"origin\n1_0\n{ROOT}\n",
        f"origin\n{2**63}\n{ROOT}\n",
        f"origin\n 1\n{ROOT}\n",
        f"\n1\n{ROOT}\n",
        "origin\n1\n\n",
        "origin\n1\nAAAA\n",
        f"origin\n1\n{ROOT[:-1]}\n",
        f"origin\n1\n{ROOT}\n\nmore\n",
        f"origin\n1\n{ROOT}\n\n",
    ],
)
def test_what_is_no_checkpoint_is_refused(text):
    with pytest.raises(NoteProblem):
        parse_checkpoint(text)


LOG = SignerKey("log.example/a", ED25519, b"\x01" * 32)
NOTE_TEXT = Checkpoint("log.example/a", 5, b"r" * 32).text()
NOTE = Note(NOTE_TEXT, (LOG.sign(NOTE_TEXT),))


@pytest.mark.parametrize("extra", [None, b"", b"more"])
@pytest.mark.parametrize("path", [(), (b"a" * 32,), (b"a" * 32, b"b" * 32)])
def test_a_proof_is_written_and_read_back(extra, path):
    proof = TlogProof(3, path, NOTE, extra)
    lines = proof.render().split("\n")
    assert lines[0] == "c2sp.org/tlog-proof@v1"
    assert lines[1 if extra is None else 2] == "index 3"
    assert proof.render().endswith(f"\n\n{NOTE.render()}")
    assert parse_proof(proof.render().encode()) == proof


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("@v1", "@v2"),
        ("index 3", "index 03"),
        ("index 3", "index 5"),
        ("index 3", "extra AAAA"),
        ("index 3\n", ""),
        ("index 3", "index 3 "),
        ("\n\n", "\n"),
        ("\n\n", "\nAAAA\n\n"),
        ("c2sp", "\n\nc2sp"),
    ],
)
def test_a_spoilt_proof_is_refused(old, new):
    text = TlogProof(3, (b"a" * 32,), NOTE).render().replace(old, new, 1)
    with pytest.raises(NoteProblem):
        parse_proof(text.encode())


@given(st.binary(max_size=300))
def test_any_bytes_are_a_proof_or_refused(data):
    with pytest.raises(NoteProblem):
        parse_proof(data)


WITNESSES = [SignerKey(f"w{n}.example", COSIGNATURE, bytes([n] * 32)) for n in range(1, 7)]
V = [key.verifier.text() for key in WITNESSES]
LOG_LINE = f"log {LOG.verifier.text()} https://log.example/a\n"
EXAMPLE = (
    f"# two levels\n{LOG_LINE}\n"
    f"witness X1 {V[0]}\n\twitness X2 {V[1]} \nwitness\tX3 {V[2]} https://x3.example/\n"
    "group X-witnesses 2 X1 X2 X3\n"
    f"witness Y1 {V[3]}\nwitness Y2 {V[4]}\nwitness Y3 {V[5]}\n"
    "group Y-witnesses any Y1 Y2 Y3\n  # both\n"
    "group X-and-Y all X-witnesses Y-witnesses\nquorum X-and-Y\n"
)


@pytest.mark.parametrize(
    ("cosigned", "enough"),
    [
        ("X1 X2 Y1", True),
        ("X1 X3 Y2 Y3", True),
        ("X1 X2 X3", False),
        ("X1 Y1 Y2 Y3", False),
        ("", False),
        ("X1 X2 Y9", False),
    ],
)
def test_the_example_of_the_standard_counts_two_levels(cosigned, enough):
    policy = parse_policy(EXAMPLE.encode())
    assert policy.satisfied_by(cosigned.split()) is enough
    assert policy.least == 3
    assert policy.is_witnessed
    assert parse_policy(policy.render()) == policy


def test_no_quorum_is_said_in_so_many_words():
    policy = parse_policy(f"{LOG_LINE}quorum none\n".encode())
    assert policy.satisfied_by([])
    assert not policy.is_witnessed
    assert policy.least == 0


def test_names_are_octets():
    text = f"witness 银行 {V[0]}\nquorum 银行\n"
    policy = parse_policy(text.encode())
    assert policy.render().decode() == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "quorum nobody\n",
        "quorum none\nquorum none\n",
        "quorum none none\n",
        f"{LOG_LINE}{LOG_LINE}quorum none\n",
        f"log {V[0]}\nquorum none\n",  # a cosignature key cannot sign a log
        f"witness a {LOG.verifier.text()}\nquorum none\n",
        f"witness a {V[0]}\nwitness b {V[0]}\nquorum none\n",
        f"witness a {V[0]}\nwitness a {V[1]}\nquorum none\n",
        f"witness none {V[0]}\nquorum none\n",
        f"quorum a\nwitness a {V[0]}\n",
        f"group g 1 a\nwitness a {V[0]}\nquorum none\n",
        f"witness a {V[0]}\ngroup g 2 a\nquorum g\n",
        f"witness a {V[0]}\ngroup g 0 a\nquorum g\n",
        f"witness a {V[0]}\ngroup g all\nquorum g\n",
        f"witness a {V[0]}\ngroup g any none\nquorum g\n",
        f"witness a {V[0]}\ngroup g all a a\nquorum g\n",
        f"witness a {V[0]}\ngroup g all a\ngroup h all a\nquorum h\n",
        f"witness a {V[0]}\ngroup g any g\nquorum g\n",
        "trust none\n",
        "quorum none\r\n",
        "quorum none \x00\n",
        "log\nquorum none\n",
        "witness a\nquorum none\n",
    ],
)
def test_a_policy_that_does_not_hold_is_refused(text):
    with pytest.raises(PolicyProblem):
        parse_policy(text.encode())


@given(st.binary(max_size=200))
def test_any_bytes_are_a_policy_or_refused(data):
    try:
        policy = parse_policy(data)
    except PolicyProblem:
        return
    assert parse_policy(policy.render()) == policy
