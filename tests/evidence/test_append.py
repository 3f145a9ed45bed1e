"""Writing entries: what the leaf says, what opens it, and what nobody may change."""

import base64
import json
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import psycopg
import pytest
from django.db import DatabaseError, connection, connections, transaction

from tests.evidence.given_log import AT, OFFICER, call
from yuxin.access.context import opened
from yuxin.evidence import services as evidence
from yuxin.formats import leaf as leaves
from yuxin.kernel import merkle
from yuxin.kernel.act import Act
from yuxin.policy.in_force import rules_in_force

BODY = {"amount_fen": 200000, "payee": "晴川画室"}


@contextmanager
def owner(cluster):
    """A connection as owner to the database under test, for looking and for trying to cheat."""
    name = connection.settings_dict["NAME"]
    with psycopg.connect(**cluster.login("owner", name)) as database:
        yield database


def test_the_leaf_of_every_act_says_exactly_c_r_t_v(committing, acts):
    """From the tiles alone: no institution, no contract, no act, no exact time."""
    one, many = acts
    one(call(), chain="contract:a", body=BODY)
    many(call(), items=[(str(n), f"contract:{n}", f"contract:{n}", BODY) for n in range(30)])
    with owner(committing) as database:
        rows = database.execute("SELECT id, leaf FROM evidence.outbox").fetchall()
    assert len(rows) == 2
    for number, leaf in rows:
        said = json.loads(leaf)
        assert set(said) == {"c", "r", "t", "v"}
        assert said["r"] == number.hex
        assert said["t"] == "2026-03-02T02:00:00Z"
        assert len(base64.urlsafe_b64decode(said["c"] + "=")) == 32
    lengths = {len(leaf) for _, leaf in rows}
    assert len(lengths) == 1


def test_handles_and_commitments_of_the_same_act_share_nothing(committing, acts):
    one, _ = acts
    for chain in ("contract:a", "contract:a", "contract:b"):
        one(call(), chain=chain, body=BODY)
    with owner(committing) as database:
        said = [
            json.loads(leaf)
            for (leaf,) in database.execute("SELECT leaf FROM evidence.outbox").fetchall()
        ]
    assert len({leaf["r"] for leaf in said}) == len({leaf["c"] for leaf in said}) == 3


def test_a_chain_numbers_its_items_and_names_the_one_before(committing, acts):
    one, many = acts
    one(call(), chain="contract:a", body=BODY)
    many(
        call(),
        items=[
            ("k2", "contract:a", "a", BODY),
            ("k1", "contract:a", "a", BODY),
            ("k3", "contract:b", "b", BODY),
        ],
    )
    one(call(), chain="contract:a", body=BODY)
    with owner(committing) as database:
        rows = database.execute(
            "SELECT s, p, c, item_key, fields FROM evidence.item WHERE chain = 'contract:a'"
            " ORDER BY s"
        ).fetchall()
        head = database.execute(
            "SELECT s, p FROM evidence.chain WHERE name = 'contract:a'"
        ).fetchone()
    assert [(s, key) for s, _, _, key, _ in rows] == [(1, None), (2, "k1"), (3, "k2"), (4, None)]
    assert [p for _, p, _, _, _ in rows] == [None, *(c for _, _, c, _, _ in rows[:-1])]
    assert head == (4, rows[-1][2])
    heads = [json.loads(fields)["head"] for *_, fields in rows]
    assert [h["s"] for h in heads] == [1, 2, 3, 4]
    assert heads[3]["p"] == leaves.b64url(rows[2][2])
    assert {h["act"] for h in heads} == {"test.one", "test.many"}
    assert heads[0]["t"] == "2026-03-02T02:02:17.123456Z"


def test_a_bulk_act_leaves_one_leaf_over_its_items(committing, acts):
    _, many = acts
    receipt = many(call(), items=[(f"{n:04}", f"c:{n}", f"c:{n}", {"n": n}) for n in range(1000)])
    with owner(committing) as database:
        ((leaf,),) = database.execute("SELECT leaf FROM evidence.outbox").fetchall()
        roots = [c for (c,) in database.execute("SELECT c FROM evidence.item ORDER BY item_key")]
    said = leaves.parse_leaf(leaf)
    assert said.handle == receipt.entry_id
    assert said.commitment == merkle.root([merkle.leaf_hash(root) for root in roots])


def test_the_record_key_opens_the_commitment_and_only_through_the_subject_key(committing, acts):
    one, _ = acts
    receipt = one(call(), chain="contract:erase-me", body=BODY)
    with owner(committing) as database:
        key_id, wrapped, fields, c = database.execute(
            "SELECT key_id, wrapped_key, fields, c FROM evidence.item WHERE entry_id = %s",
            [uuid.UUID(receipt.entry_id)],
        ).fetchone()
    store = evidence.key_store(committing.folder.keys)
    key = store.unwrap(key_id, wrapped)
    assert leaves.commit(json.loads(fields), key).root == c
    assert store.destroy("contract:erase-me") == key_id
    with pytest.raises(LookupError):
        store.unwrap(key_id, wrapped)


def test_the_number_of_items_and_their_keys_are_guarded(committing, acts):
    _, many = acts
    with pytest.raises(AssertionError):
        many(call(), items=[])
    with pytest.raises(AssertionError):
        many(call(), items=[("k", "a", "a", {}), ("k", "b", "b", {})])
    with pytest.raises(AssertionError):
        many(call(), items=[(str(n), "a", "a", {}) for n in range(1001)])


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO evidence.outbox (id, leaf) VALUES (gen_random_uuid(), 'x')",
        "INSERT INTO evidence.entry VALUES (0, gen_random_uuid(), 'x', sha256('x'))",
        "INSERT INTO evidence.checkpoint (size, note) VALUES (0, 'x')",
        "UPDATE evidence.outbox SET leaf = 'x'",
        "UPDATE evidence.outbox SET idx = 1",
        "DELETE FROM evidence.outbox",
        "TRUNCATE evidence.outbox",
        "SELECT * FROM evidence.item",
        "UPDATE evidence.item SET fields = ''",
        "SELECT * FROM evidence.chain",
        "SELECT * FROM evidence.operation_request",
    ],
)
def test_the_application_reaches_the_log_through_its_functions_only(committing, acts, statement):
    acts[0](call(), chain="contract:a", body=BODY)
    with (
        opened("operation"),
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


COLUMNS = {
    "outbox": "tx_at",
    "item": "fields",
    "entry": "leaf",
    "tile": "data",
    "checkpoint": "note",
}
CHANGES = [
    *(f"UPDATE evidence.{table} SET {column} = DEFAULT" for table, column in COLUMNS.items()),
    *(f"DELETE FROM evidence.{table}" for table in (*COLUMNS, "chain")),
    *(f"TRUNCATE evidence.{table}" for table in (*COLUMNS, "chain")),
]


@pytest.mark.parametrize("statement", CHANGES)
def test_not_even_the_owner_changes_what_was_written(committing, acts, statement):
    acts[0](call(), chain="contract:a", body=BODY)
    with owner(committing) as database, pytest.raises(psycopg.Error, match="written_once"):
        database.execute(statement.encode())


def append(**changed):
    """Call evidence.append with right values but for some; returns the error's text."""
    number = changed.pop("number", uuid.uuid4())
    values = {
        "id": number,
        "leaf": leaves.committed_leaf(b"c" * 32, number.hex, AT),
        "account": 7,
        "keys": [None],
        "chains": ["contract:new"],
        "s": [1],
        "p": [None],
        "c": [b"c" * 32],
        "key_ids": [uuid.uuid4()],
        "wrapped": [b"w"],
        "fields": ["{}"],
    } | changed
    with opened("operation"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT evidence.chain_heads(%s)", [["contract:new"]])
        marks = ", ".join(["%s"] * len(values))
        cursor.execute(f"SELECT evidence.append({marks})", list(values.values()))


def test_the_database_takes_an_entry_that_continues_its_chain(committing):
    append()
    append(s=[2], p=[b"c" * 32])


@pytest.mark.parametrize(
    "changed",
    [
        {"s": [2], "p": [b"c" * 32]},
        {"s": [1], "p": [b"c" * 32]},
        {"chains": ["contract:never-locked"]},
        {"keys": [], "chains": [], "s": [], "p": [], "c": [], "key_ids": [], "wrapped": [],
         "fields": []},
        {"leaf": b"{}"},
        {"leaf": leaves.committed_leaf(b"c" * 32, uuid.uuid4().hex, AT)},
    ],
)  # fmt: skip
def test_the_database_refuses_a_broken_chain_or_leaf_by_itself(committing, changed):
    with pytest.raises(DatabaseError):
        append(**changed)


def test_a_leaf_with_a_word_more_is_refused_by_the_database(committing):
    number = uuid.uuid4()
    leaf = json.loads(leaves.committed_leaf(b"c" * 32, number.hex, AT)) | {"act": "x"}
    with pytest.raises(DatabaseError, match="too_much"):
        append(number=number, leaf=json.dumps(leaf).encode())


def test_acts_at_once_on_one_chain_wait_for_each_other(committing, acts):
    one, many = acts

    def act(n):
        try:
            if n % 3:
                one(call(), chain="contract:hot", body={"n": n})
            else:
                items = [(c, f"contract:{c}", c, {"n": n}) for c in ("cold", "hot", "warm")]
                many(call(), items=items[:: -1 if n % 2 else 1])
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        for future in [pool.submit(act, n) for n in range(60)]:
            future.result()
    with owner(committing) as database:
        numbers = [
            s
            for (s,) in database.execute(
                "SELECT s FROM evidence.item WHERE chain = 'contract:hot' ORDER BY s"
            )
        ]
    assert numbers == list(range(1, 61))


def test_an_act_in_clear_is_on_the_list(committing):

    with opened("operation"), transaction.atomic():
        act = Act(OFFICER, AT, uuid.uuid4(), "rule.activated", rules_in_force(AT))
        entry = evidence.append_clear(act, {"sha256": "ab"})
    with owner(committing) as database:
        ((leaf,),) = database.execute("SELECT leaf FROM evidence.outbox").fetchall()
    assert json.loads(leaf) == {
        "act": "rule.activated",
        "body": {"sha256": "ab"},
        "r": entry.id,
        "t": "2026-03-02T02:00:00Z",
        "v": 1,
    }
    other = json.loads(leaf) | {"act": "penalty.imposed", "r": uuid.uuid4().hex}
    with (
        opened("operation"),
        pytest.raises(DatabaseError, match="in_clear"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "SELECT evidence.append_clear(%s, %s)",
            [uuid.UUID(other["r"]), json.dumps(other).encode()],
        )
