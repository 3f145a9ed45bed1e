"""The sequencer as a real process: order, witnesses, kills, restores."""

import json
import random
import shutil
import signal
import time

import psycopg
import pytest

from tests.evidence.given_log import call
from yuxin.formats.checkpoint import parse_checkpoint
from yuxin.formats.signed_note import parse_note, verify_note
from yuxin.kernel import merkle


def write(acts, number, chain="contract:a"):
    """Write so many entries; return their numbers in order."""
    return [acts[0](call(), chain=chain, body={"n": n}).entry_id for n in range(number)]


def check_whole(log, entries):
    """Everything acknowledged is in the log exactly once, densely, under a signed root."""
    rows = log.rows("SELECT idx, id, leaf, leaf_hash FROM evidence.entry ORDER BY idx")
    assert [row[0] for row in rows] == list(range(len(rows)))
    assert sorted(row[1].hex for row in rows) == sorted(entries)
    assert all(merkle.leaf_hash(leaf) == leaf_hash for _, _, leaf, leaf_hash in rows)
    assert all(json.loads(leaf)["r"] == number.hex for _, number, leaf, _ in rows)
    waiting = log.rows("SELECT count(*) FROM evidence.outbox WHERE idx IS NULL")[0][0]
    assert waiting == 0
    note = parse_note(log.note().encode())
    checkpoint = parse_checkpoint(note.text)
    assert verify_note(note, [log.policy.logs[0].key])
    assert checkpoint.size == len(rows)
    assert checkpoint.root == merkle.root([row[3] for row in rows])
    for size, text in log.rows("SELECT size, note FROM evidence.checkpoint"):
        head = parse_checkpoint(parse_note(text.encode()).text)
        assert (head.size, head.root) == (size, merkle.root([row[3] for row in rows[:size]]))
    check_tiles(log, [row[3] for row in rows])


def check_tiles(log, hashes):
    tiles = {(level, n): (data, root) for level, n, data, root in log.rows(
        "SELECT level, n, data, root FROM evidence.tile")}  # fmt: skip
    level = 0
    while len(hashes) >= 256:
        above = []
        for n in range(len(hashes) // 256):
            part = hashes[n * 256 : n * 256 + 256]
            assert tiles.pop((level, n)) == (b"".join(part), merkle.root(part))
            above.append(merkle.root(part))
        hashes, level = above, level + 1
    assert not tiles


def test_an_empty_log_has_a_checkpoint_of_nothing(log):
    assert log.once()[0] == 0
    assert parse_checkpoint(parse_note(log.note().encode()).text).root == merkle.root([])


def test_entries_are_put_in_order_once_and_signed(log, acts):
    entries = write(acts, 5)
    assert log.once()[0] == 0
    check_whole(log, entries)
    assert log.once()[0] == 0  # again, with nothing to do
    entries += write(acts, 3)
    assert log.once()[0] == 0
    check_whole(log, entries)


def test_many_entries_fill_tiles_on_two_levels(log):
    """70,000 rows straight into the outbox: 273 full tiles below, one above."""
    with psycopg.connect(**log.folder.connection("owner")) as database:
        database.execute(
            'INSERT INTO evidence.outbox (id, leaf) SELECT g.id, convert_to(\'{"r":"\''
            " || replace(g.id::text, '-', '') || '\"}', 'UTF8')"
            " FROM (SELECT gen_random_uuid() AS id FROM generate_series(1, 70000)) g"
        )
    began = time.monotonic()
    assert log.once()[0] == 0
    assert time.monotonic() - began < 60
    check_whole(log, [row[0].hex for row in log.rows("SELECT id FROM evidence.outbox")])
    counts = dict(log.rows("SELECT level, count(*) FROM evidence.tile GROUP BY level"))
    assert counts == {0: 273, 1: 1}


def test_a_transaction_that_commits_late_is_not_lost(log, acts):
    """A row that began before the others and commits after them still gets its index."""
    with psycopg.connect(**log.folder.connection("owner")) as late:
        late.execute(
            "INSERT INTO evidence.outbox (id, tx_at, leaf) VALUES"
            " ('00000000-0000-0000-0000-00000000000a', '2020-01-01',"
            ' \'{"r":"0000000000000000000000000000000a"}\')'
        )
        entries = write(acts, 3)
        log.once()
        late.commit()
    log.once()
    check_whole(log, [*entries, "0000000000000000000000000000000a"])


def test_only_one_sequencer_runs(log, acts):
    write(acts, 1)
    first = log.sequencer()
    log.wait_published(1)
    status, said = log.once()
    assert status == 1
    assert "another sequencer" in said
    log.stop(first)


def test_without_a_witness_in_the_policy_it_publishes_and_says_so(log):
    log.once()
    assert not log.policy.is_witnessed
    assert len(parse_note(log.note().encode()).signatures) == 1


def test_nothing_is_published_before_the_quorum(witnessed_log, acts):
    log = witnessed_log
    entries = write(acts, 3)
    log.witness("bank")
    sequencer = log.sequencer()
    time.sleep(1.5)
    assert log.published() is None
    assert log.rows("SELECT state FROM evidence.sequencer_state") == [("waiting",)]
    log.witness("market")
    log.wait_published(3)
    note = parse_note(log.note().encode())
    names = {v.key.name for v in verify_note(note, [w.key for w in log.policy.witnesses])}
    assert len(names) == 2
    log.stop(sequencer)
    check_whole(log, entries)


def test_a_witness_that_was_away_catches_up(witnessed_log, acts):
    log = witnessed_log
    for name in ("bank", "market"):
        log.witness(name)
    entries = write(acts, 3)
    log.once()
    consumers = log.witness("consumers")
    entries += write(acts, 4)
    log.once()
    assert len(parse_note(log.note().encode()).signatures) == 4
    log.stop(consumers)
    entries += write(acts, 1)
    log.once()
    assert len(parse_note(log.note().encode()).signatures) == 3
    log.witness("consumers")
    entries += write(acts, 300)
    log.once()
    assert len(parse_note(log.note().encode()).signatures) == 4
    check_whole(log, entries)


def test_a_database_restored_from_a_backup_halts_the_log(log, acts):
    write(acts, 5)
    log.once()
    with psycopg.connect(**log.folder.connection("owner"), autocommit=True) as database:
        for table in ("entry", "checkpoint", "outbox"):
            database.execute(f"ALTER TABLE evidence.{table} DISABLE TRIGGER ALL".encode())
        database.execute("DELETE FROM evidence.entry WHERE idx >= 3")
        database.execute("DELETE FROM evidence.checkpoint")
        database.execute("DELETE FROM evidence.outbox WHERE idx >= 3")
    write(acts, 1)
    status, said = log.once()
    assert status == 1
    assert "older backup" in said
    write(acts, 5)  # more entries than were signed do not make it the same history
    with psycopg.connect(**log.folder.connection("owner"), autocommit=True) as database:
        database.execute("ALTER TABLE evidence.entry ENABLE TRIGGER ALL")
    assert log.once()[0] == 1
    assert log.published() is None


def test_an_entry_changed_under_the_log_halts_it(log, acts):
    write(acts, 5)
    log.once()
    with psycopg.connect(**log.folder.connection("owner"), autocommit=True) as database:
        database.execute("ALTER TABLE evidence.entry DISABLE TRIGGER ALL")
        database.execute("UPDATE evidence.entry SET leaf_hash = sha256('x') WHERE idx = 2")
    status, said = log.once()
    assert status == 1
    assert "not the one that was signed" in said


def test_a_lost_checkpoint_store_halts_the_log(log, acts):
    write(acts, 5)
    log.once()
    (log.folder.root / "evidence" / "checkpoints.sqlite").unlink()
    status, said = log.once()
    assert status == 1
    assert "store was lost" in said


def test_a_witness_that_holds_another_history_halts_the_log(witnessed_log, acts):
    """The log starts anew under the same key: the witnesses remember."""
    log = witnessed_log
    for name in ("bank", "market", "consumers"):
        log.witness(name)
    write(acts, 5)
    log.once()
    with psycopg.connect(**log.folder.connection("owner"), autocommit=True) as database:
        for table in ("entry", "checkpoint", "outbox"):
            database.execute(f"ALTER TABLE evidence.{table} DISABLE TRIGGER ALL".encode())
            database.execute(f"DELETE FROM evidence.{table}".encode())
    (log.folder.root / "evidence" / "checkpoints.sqlite").unlink()
    write(acts, 3)
    status, said = log.once()
    assert status == 1
    assert "holds 5 entries" in said
    (log.folder.root / "evidence" / "checkpoints.sqlite").unlink()
    write(acts, 6)
    status, said = log.once()
    assert status == 1
    assert "another history" in said
    assert log.published() is None
    assert log.rows("SELECT state FROM evidence.sequencer_state") == [("halted",)]


@pytest.mark.parametrize("seed", [1, 2])
def test_killed_at_any_moment_it_loses_and_doubles_nothing(witnessed_log, acts, seed):
    """Real SIGKILLs of sequencer and witnesses while entries are written."""
    log, chance = witnessed_log, random.Random(seed)
    entries: list[str] = []
    witnesses = {name: log.witness(name) for name in ("bank", "market", "consumers")}
    for round_ in range(8):
        sequencer = log.sequencer()
        until = time.monotonic() + chance.uniform(0.5, 1.3)
        while time.monotonic() < until:
            entries += write(acts, 7, chain=f"contract:{chance.randrange(5)}")
        log.stop(sequencer, signal.SIGKILL)
        if round_ % 3 == 1:
            name = chance.choice(list(witnesses))
            log.stop(witnesses[name], signal.SIGKILL)
            witnesses[name] = log.witness(name)
    status, said = log.once()
    assert status == 0, said
    check_whole(log, entries)
    notes = [parse_note(text.encode()) for (text,) in log.rows(
        "SELECT note FROM evidence.checkpoint")]  # fmt: skip
    keys = {w.key: w.name for w in log.policy.witnesses}
    for note in notes:
        assert log.policy.satisfied_by({keys[v.key] for v in verify_note(note, keys)})


def test_the_log_goes_on_with_a_copy_of_its_witness_state(witnessed_log, acts):
    """A witness restored from its own backup is behind: it is brought up from there."""
    log = witnessed_log
    bank = log.witness("bank")
    log.witness("market")
    entries = write(acts, 3)
    log.once()
    log.stop(bank)
    state = log.folder.root / "witnesses" / "bank"
    shutil.copytree(state, state.with_name("bank-backup"))
    bank = log.witness("bank")
    entries += write(acts, 300)
    log.once()
    log.stop(bank)
    log.witness("bank", state="bank-backup")
    entries += write(acts, 2)
    assert log.once()[0] == 0
    check_whole(log, entries)
