"""Leaves, commitments and the receipt: what each party can find out, and what it cannot."""

import json
import secrets
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yuxin.formats import leaf as leaves
from yuxin.formats.checkpoint import Checkpoint
from yuxin.formats.leaf import (
    CLEAR_ACTS,
    Head,
    LeafProblem,
    bulk_root,
    clear_leaf,
    commit,
    committed_leaf,
    fields_of,
    item_hashes,
    parse_leaf,
)
from yuxin.formats.receipt_file import (
    Check,
    Item,
    Receipt,
    ReceiptProblem,
    State,
    check_receipt,
    parse_receipt,
)
from yuxin.formats.signed_note import COSIGNATURE, ED25519, Note, SignerKey
from yuxin.formats.tlog_policy import parse_policy
from yuxin.formats.tlog_proof import TlogProof
from yuxin.kernel import canonical, merkle

AT = datetime(2026, 3, 2, 2, 2, 17, 123456, tzinfo=UTC)
HANDLE = "7f3a91c204bed8156a20f7e93c58b14d"
LOG = SignerKey("evidence.example/log/demo", ED25519, b"\x01" * 32)
W = [SignerKey(f"w{n}.example/w", COSIGNATURE, bytes([n] * 32)) for n in (2, 3, 4)]
POLICY = parse_policy(
    (
        f"log {LOG.verifier.text()}\n"
        + "".join(f"witness w{n} {key.verifier.text()}\n" for n, key in enumerate(W))
        + "group outside 2 w0 w1 w2\nquorum outside\n"
    ).encode()
)
BODY = {"amount_fen": 200000, "payee": "晴川画室", "contract": "HT-0417-2W6D"}


def head(sequence=1, previous=None, act="payment.received"):
    return Head(act, "HT-0417-2W6D", leaves.instant_text(AT), "contract/7", sequence, previous)


def receipt(*, item=None, shown=("head", "body.amount_fen"), witnesses=(0, 1), others=5):
    """Return a receipt over a real little tree, one of several items if asked."""
    record = commit(fields_of(head(), BODY), b"k" * 32)
    commitment, place = record.root, None
    if item is not None:
        roots = [secrets.token_bytes(32) for _ in range(20)]
        roots[item] = record.root
        commitment = bulk_root(roots)
        path = tuple(merkle.inclusion_path(item_hashes(roots), item))
        place = Item(item, len(roots), path)
    leaf = committed_leaf(commitment, HANDLE, AT)
    hashes = [merkle.leaf_hash(bytes([n])) for n in range(others)] + [merkle.leaf_hash(leaf)]
    text = Checkpoint(LOG.name, len(hashes), merkle.root(hashes)).text()
    lines = [LOG.sign(text), *(W[n].sign(text, timestamp=1772416980 + n) for n in witnesses)]
    path = tuple(merkle.inclusion_path(hashes, others))
    proof = TlogProof(others, path, Note(text, tuple(lines))).render()
    return Receipt(HANDLE, leaf, tuple(record.disclose(p) for p in shown), place, proof)


def states(given_receipt, policy=POLICY):
    checked = check_receipt(given_receipt, policy)
    return " ".join(checked.states[check].value for check in Check), checked


@pytest.mark.parametrize("item", [None, 0, 7, 19])
def test_a_receipt_holds_and_survives_its_file(item):
    one = receipt(item=item)
    again = parse_receipt(one.render())
    assert again == one
    words, checked = states(again)
    assert words == "holds holds holds holds not_yet"
    assert checked.ok
    assert [(w.name, w.at) for w in checked.witnesses] == [("w0", 1772416980), ("w1", 1772416981)]
    assert (checked.index, checked.size, checked.witnesses_needed) == (5, 6, 2)


def test_a_changed_sum_is_named_and_nothing_else_is_doubted():
    one = receipt()
    shown = tuple(replace(f, value=280000) if "amount" in f.path else f for f in one.fields)
    words, checked = states(replace(one, fields=shown))
    assert words == "fails holds holds holds not_yet"
    assert checked.wrong_fields == ("body.amount_fen",)
    assert not checked.ok


@pytest.mark.parametrize(
    "spoil",
    [
        lambda r: replace(r, entry="0" * 32),
        lambda r: replace(r, fields=()),
        lambda r: replace(r, fields=r.fields[1:]),  # without the head
        lambda r: replace(r, fields=r.fields + r.fields[:1]),
        lambda r: replace(r, item=Item(0, 1, ())),
        lambda r: replace(r, leaf=r.leaf[:-1]),
        lambda r: replace(r, fields=(replace(r.fields[0], value=1.5), *r.fields[1:])),
        lambda r: replace(r, fields=(replace(r.fields[0], path="head2"), *r.fields[1:])),
        lambda r: replace(r, fields=(replace(r.fields[0], index=2**40), *r.fields[1:])),
    ],
)
def test_fields_that_do_not_lead_to_the_leaf_fail(spoil):
    assert check_receipt(spoil(receipt()), POLICY).states[Check.FIELDS] is State.FAILS


def test_another_leaf_is_not_in_the_tree():
    one = receipt()
    other = replace(one, leaf=committed_leaf(b"c" * 32, HANDLE, AT))
    assert states(other)[0] == "fails fails holds holds not_yet"


def test_another_log_did_not_sign():
    stranger = SignerKey(LOG.name, ED25519, b"\x09" * 32).verifier.text()
    policy = parse_policy(f"log {stranger}\nquorum none\n".encode())
    assert states(receipt(), policy)[0] == "holds holds fails not_yet not_yet"


def test_the_log_key_of_another_origin_does_not_count():
    one = receipt()
    assert one.proof is not None
    elsewhere = one.proof.replace(f"\n\n{LOG.name}\n", "\n\nevidence.example/other\n")
    assert states(replace(one, proof=elsewhere))[1].states[Check.LOG_SIGNED] is State.FAILS


def test_one_witness_of_two_needed_is_not_enough():
    words, checked = states(receipt(witnesses=(2,)))
    assert words == "holds holds holds fails not_yet"
    assert len(checked.witnesses) == 1


def test_a_false_witness_line_fails_the_check():
    one = receipt()
    assert one.proof is not None
    line = W[1].sign("x\n", timestamp=1772416981).line()
    true_line = next(text for text in one.proof.split("\n") if "w3.example" in text)
    spoilt = one.proof.replace(f"{true_line}\n", line)
    assert states(replace(one, proof=spoilt))[0] == "holds holds holds fails not_yet"


def test_a_receipt_drawn_before_its_checkpoint_is_not_yet_in_the_tree():
    words, checked = states(replace(receipt(), proof=None))
    assert words == "holds not_yet not_yet not_yet not_yet"
    assert not checked.ok


def test_a_proof_that_is_none_fails_three():
    assert states(replace(receipt(), proof="nothing"))[0] == "holds fails fails fails not_yet"


def test_an_entry_in_clear_needs_no_fields():
    leaf = clear_leaf("rule.activated", {"sha256": "ab"}, HANDLE, AT)
    one = Receipt(HANDLE, leaf, (), None, None)
    assert check_receipt(one, POLICY).states[Check.FIELDS] is State.HOLDS
    assert (
        check_receipt(replace(one, fields=receipt().fields), POLICY).states[Check.FIELDS]
        is State.FAILS
    )


def spoilt_files():
    value = json.loads(receipt(item=3).render())
    for key in value:
        if key != "anchor":
            yield json.dumps({k: v for k, v in value.items() if k != key})
        if key not in ("anchor", "item", "proof"):
            yield json.dumps({**value, key: None})
        if key != "anchor":
            yield json.dumps({**value, key: 7 if key != "v" else 2})
    yield from ("", "[]", "null", "{", "[" * 100_000, '{"kind":"yuxin-receipt"}', "\ufeff{}")
    field = value["fields"][0]
    for part, wrong in [
        ("i", -1), ("i", True), ("i", 1.0), ("n", "1"), ("proof", "x"), ("proof", ["x"]),
        ("proof", [leaves.b64url(b"x" * 32)] * 64), ("salt", 1), ("path", None),
    ]:  # fmt: skip
        yield json.dumps({**value, "fields": [{**field, part: wrong}]})
    yield " " * 300_000


@pytest.mark.parametrize("text", list(spoilt_files()))
def test_what_is_no_receipt_is_refused(text):
    with pytest.raises(ReceiptProblem):
        parse_receipt(text.encode())


@given(st.binary(max_size=200))
def test_any_bytes_are_refused_as_a_receipt(data):
    with pytest.raises(ReceiptProblem):
        parse_receipt(data)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=5,
)


@settings(max_examples=60)
@given(
    st.dictionaries(st.text("abcdefghij._", min_size=1, max_size=6), json_values, max_size=9),
    st.binary(min_size=32, max_size=32),
)
def test_any_one_field_can_be_shown_and_leads_to_the_root(body, key):
    try:
        record = commit(fields_of(head(), body), key)
    except canonical.NotCanonical:
        return
    assert all(record.disclose(path).root() == record.root for path in record.fields)


def test_the_same_fields_under_another_key_share_no_hash():
    one = commit(fields_of(head(), BODY), b"1" * 32)
    other = commit(fields_of(head(), BODY), b"2" * 32)
    assert not set(one.hashes) & set(other.hashes)


def test_a_committed_leaf_says_exactly_four_things():
    value = json.loads(committed_leaf(b"c" * 32, HANDLE, AT))
    assert value == {
        "c": leaves.b64url(b"c" * 32),
        "r": HANDLE,
        "t": "2026-03-02T02:00:00Z",
        "v": 1,
    }


def test_the_hour_is_the_same_wherever_the_clock_stands():
    shanghai = AT.astimezone(timezone(timedelta(hours=8)))
    assert leaves.hour_of(shanghai) == leaves.hour_of(AT)


def test_leaves_of_any_two_acts_differ_in_random_parts_only():
    """Same length, same keys, same hour: nothing tells a penalty from a lesson."""
    short = commit(fields_of(head(act="a"), {}), secrets.token_bytes(32))
    long = commit(fields_of(head(9, b"p" * 32), BODY | {"x": "y" * 500}), secrets.token_bytes(32))
    one, other = (
        committed_leaf(record.root, secrets.token_hex(16), AT) for record in (short, long)
    )
    assert len(one) == len(other)
    bulk = committed_leaf(bulk_root([short.root, long.root]), secrets.token_hex(16), AT)
    assert len(bulk) == len(one)


def test_the_list_of_clear_acts_is_closed():
    assert {
        "rule.activated", "draw.frame", "draw.commit", "draw.reveal", "draw.result",
        "key.rotated", "count.sealed", "erasure.done", "publication.made", "publication.ended",
    } == CLEAR_ACTS  # fmt: skip
    with pytest.raises(LeafProblem):
        clear_leaf("payment.received", {}, HANDLE, AT)
    with pytest.raises(LeafProblem):
        clear_leaf("draw.frame", {"x": "y" * 2000}, HANDLE, AT)


def test_leaves_are_read_back():
    committed = parse_leaf(committed_leaf(b"c" * 32, HANDLE, AT))
    assert (committed.handle, committed.commitment) == (HANDLE, b"c" * 32)
    clear = parse_leaf(clear_leaf("key.rotated", {"new": "x"}, HANDLE, AT))
    assert (clear.act, clear.body, clear.commitment) == ("key.rotated", {"new": "x"}, None)


@pytest.mark.parametrize(
    "value",
    [
        [], {"v": 1}, {"c": "x", "r": HANDLE, "t": "", "v": 1},
        {"c": leaves.b64url(b"c" * 32), "r": "x", "t": "", "v": 1},
        {"c": leaves.b64url(b"c" * 32), "r": HANDLE, "t": "", "v": 2},
        {"c": leaves.b64url(b"c" * 32), "r": HANDLE, "t": "", "v": 1, "x": 1},
        {"c": leaves.b64url(b"c" * 32), "r": HANDLE, "t": 1, "v": 1},
        {"c": 1, "r": HANDLE, "t": "", "v": 1},
        {"act": "payment.received", "body": {}, "r": HANDLE, "t": "", "v": 1},
    ],
)  # fmt: skip
def test_any_other_leaf_is_refused(value):
    with pytest.raises(LeafProblem):
        parse_leaf(canonical.dumps(value))


def test_a_leaf_that_is_not_canonical_is_refused():
    with pytest.raises(LeafProblem):
        parse_leaf(committed_leaf(b"c" * 32, HANDLE, AT) + b" ")


def test_a_body_key_is_ascii():
    with pytest.raises(LeafProblem):
        fields_of(head(), {"金额": 1})


def test_a_handle_is_read_in_eight_groups():
    assert leaves.handle_text(HANDLE) == "7f3a 91c2 04be d815 6a20 f7e9 3c58 b14d"
