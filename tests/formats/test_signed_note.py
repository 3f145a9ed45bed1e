"""Notes, keys and cosignatures to the byte of the published standards."""

import base64
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yuxin.formats.signed_note import (
    COSIGNATURE,
    ED25519,
    NoteProblem,
    Signature,
    SignatureProblem,
    SignerKey,
    VerifierKey,
    parse_note,
    parse_signature,
    parse_vkey,
    verify_note,
)

VKEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
NOTE = (
    "This is an example message.\n\n"
    "\u2014 example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3"
    "mFXmRKuwHjG1Yu72IneyaQM=\n"
).encode()
POEM = (
    "Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\n"
    "ed è subito sera.\n\n"
    "\u2014 quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKON"
    "rMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n"
).encode()

LOG = SignerKey("log.example/a", ED25519, bytes(range(32)))
WITNESS = SignerKey("witness.example/w", COSIGNATURE, bytes(range(1, 33)))
TEXT = "log.example/a\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"


def test_the_example_of_the_standard_verifies():
    key = parse_vkey(VKEY)
    assert key.text() == VKEY
    (found,) = verify_note(parse_note(NOTE), [key])
    assert (found.key, found.timestamp) == (key, None)


@pytest.mark.parametrize("data", [NOTE, POEM])
def test_a_note_is_written_back_as_it_was_read(data):
    assert parse_note(data).render().encode() == data


def test_the_text_may_hold_empty_lines_and_ends_at_the_last_one():
    assert parse_note(POEM).text.endswith("raggio di sole:\n\ned è subito sera.\n")


def test_one_changed_letter_is_found():
    with pytest.raises(SignatureProblem):
        verify_note(parse_note(NOTE.replace(b"example message", b"exemple message")), [VKEY_KEY])


VKEY_KEY = parse_vkey(VKEY)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"text\n",
        b"text\n\n",
        NOTE[:-1],
        NOTE.replace(b"\n\n", b"\r\n\r\n"),
        NOTE.replace(b"message", b"mes\tsage"),
        NOTE.replace("\u2014".encode(), b"-"),
        NOTE.replace(b"aQM=", b"aQM"),
        NOTE.replace(b"aQM=", b"aQN="),  # the same bytes in a second spelling
        NOTE.replace(b"example.com/foo ", b"example.com+foo "),
        NOTE.replace(b"example.com/foo ", b" "),
        NOTE + b"more\n",
        NOTE.replace(b"This", b"\xff"),
        b"text\n\n" + b"\xe2\x80\x94 a AAAA\n",
    ],
)
def test_what_is_no_note_is_refused(data):
    with pytest.raises(NoteProblem):
        parse_note(data)


def test_sixteen_signatures_are_read_and_a_flood_of_them_is_not():
    line = LOG.sign(TEXT).line()
    assert len(parse_note(f"{TEXT}\n{line * 16}".encode()).signatures) == 16
    with pytest.raises(NoteProblem):
        parse_note(f"{TEXT}\n{line * 1000}".encode())


def test_lines_of_unknown_keys_are_ignored_even_when_name_or_id_is_known():
    good = LOG.sign(TEXT)
    same_name = Signature(LOG.name, b"\x00\x01\x02\x03", b"x" * 64)
    same_id = Signature("other.example", good.key_id, b"x" * 64)
    post_quantum = Signature("witness.example/w", b"\xaa\xbb\xcc\xdd", b"y" * 2428)
    lines = "".join(s.line() for s in (same_name, same_id, post_quantum, good))
    note = parse_note(f"{TEXT}\n{lines}".encode())
    assert [v.signature for v in verify_note(note, [LOG.verifier])] == [good]
    with pytest.raises(SignatureProblem, match="no known key"):
        verify_note(note, [WITNESS.verifier])


def test_a_false_line_of_a_known_key_spoils_the_note():
    false = Signature(LOG.name, LOG.verifier.id, b"x" * 64)
    note = parse_note(f"{TEXT}\n{LOG.sign(TEXT).line()}{false.line()}".encode())
    with pytest.raises(SignatureProblem, match="does not hold"):
        verify_note(note, [LOG.verifier])


def test_a_cosignature_signs_two_lines_and_the_text():
    line = WITNESS.sign(TEXT, timestamp=1679315147)
    assert line.value[:8] == (1679315147).to_bytes(8, "big")
    assert len(line.value) == 72
    assert WITNESS.verifier.check(TEXT, line) == 1679315147
    moved = Signature(line.name, line.key_id, (1679315148).to_bytes(8, "big") + line.value[8:])
    with pytest.raises(SignatureProblem):
        WITNESS.verifier.check(TEXT, moved)


@pytest.mark.parametrize("value", [b"", b"x" * 64, b"\x00" * 72, b"\xff" * 72])
def test_a_cosignature_without_time_or_of_another_length_does_not_hold(value):
    with pytest.raises(SignatureProblem):
        WITNESS.verifier.check(TEXT, Signature(WITNESS.name, WITNESS.verifier.id, value))


def test_the_key_id_is_that_of_the_standard():
    public = WITNESS.verifier.public
    expected = hashlib.sha256(b"witness.example/w\n\x04" + public).digest()[:4]
    assert WITNESS.verifier.id == expected
    kind_and_key = base64.b64encode(b"\x04" + public).decode()
    assert WITNESS.verifier.text() == f"witness.example/w+{expected.hex()}+{kind_and_key}"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "example.com/foo",
        VKEY.replace("530d903a", "530d903b"),
        VKEY.replace("530d903a", "530D903A"),
        VKEY.replace("example.com/foo", "example.com/fou"),
        VKEY[:-4],
        "+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        VKEY + "\n",
    ],
)
def test_a_false_vkey_is_refused(text):
    with pytest.raises(NoteProblem):
        parse_vkey(text)


def test_a_key_of_an_unknown_type_is_refused():
    with pytest.raises(NoteProblem):
        parse_vkey(VerifierKey("a", 0x02, b"k" * 32).text())


def test_a_secret_is_not_shown():
    assert LOG.seed.hex() not in repr(LOG)
    assert str(LOG.seed) not in repr(LOG)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_note_or_refused(data):
    try:
        note = parse_note(data)
    except NoteProblem:
        return
    assert note.render().encode() == data


@given(st.text(max_size=60))
def test_any_line_is_a_signature_or_refused(text):
    try:
        signature = parse_signature(text)
    except NoteProblem:
        return
    assert signature.line() == f"{text}\n"
