"""The log over HTTP, read by a program that knows nothing of us."""

import json
import threading
import urllib.error
import urllib.request
import uuid
from wsgiref.simple_server import WSGIRequestHandler, make_server

import psycopg
import pytest
from django.conf import settings as django_settings
from django.core.wsgi import get_wsgi_application
from django.db import connections

from tests.evidence import stranger
from tests.evidence.given_log import OFFICER, call
from yuxin.access.reading import reading
from yuxin.evidence.queries import ReceiptErased, places, receipt_for
from yuxin.evidence.services import key_store
from yuxin.formats.receipt_file import Check, State, check_receipt, parse_receipt
from yuxin.kernel.actor import Actor, Role
from yuxin.kernel.refusal import NotFound

BODY = {"amount_fen": 200000, "payee": "晴川画室", "contract": "HT-0417-2W6D"}


class Quiet(WSGIRequestHandler):
    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture
def portal(witnessed_log, settings):
    """The real pages over a socket, on the database of the log; three witnesses running."""
    settings.EVIDENCE_ROOT = witnessed_log.folder.root / "evidence"
    for name in ("bank", "market", "consumers"):
        witnessed_log.witness(name)
    application = get_wsgi_application()

    def closing(environ, start_response):
        try:
            return application(environ, start_response)
        finally:
            connections.close_all()

    server = make_server("127.0.0.1", 0, closing, handler_class=Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/log"
    server.shutdown()
    thread.join()
    server.server_close()


def fill(log, number):
    """Put leaves of our form straight into the outbox."""
    with psycopg.connect(**log.folder.connection("owner")) as database:
        database.execute(
            'INSERT INTO evidence.outbox (id, leaf) SELECT g.id, convert_to(\'{"c":"\''
            " || repeat('A', 43) || '\",\"r\":\"' || replace(g.id::text, '-', '') ||"
            ' \'","t":"2026-03-02T02:00:00Z","v":1}\', \'UTF8\')'
            " FROM (SELECT gen_random_uuid() AS id FROM generate_series(1, %s)) g",
            [number],
        )


def test_a_stranger_finds_every_tile_entry_and_signature_in_order(witnessed_log, portal):
    policy = stranger.Policy(stranger.Log(portal).get("policy")[0])
    for more in (0, 1, 1, 253, 1, 1, 300):
        fill(witnessed_log, more)
        assert witnessed_log.once()[0] == 0
        stranger.walk(stranger.Log(portal), policy)


def test_a_stranger_reads_two_full_levels(witnessed_log, portal):
    fill(witnessed_log, 66_000)
    assert witnessed_log.once()[0] == 0
    policy = stranger.Policy(stranger.Log(portal).get("policy")[0])
    size, _ = stranger.walk(stranger.Log(portal), policy)
    assert size == 66_000


def test_partial_tiles_of_every_published_size_stay(witnessed_log, portal):
    log = stranger.Log(portal)
    for more in (3, 5, 300):
        fill(witnessed_log, more)
        witnessed_log.once()
    whole = log.get("tile/0/000")[0]
    for width in (3, 8, 255):
        assert log.get(f"tile/0/000.p/{width}")[0] == whole[: width * 32]
    assert log.get("tile/1/000.p/1")[0] == stranger.mth(
        [whole[at : at + 32] for at in range(0, 8192, 32)]
    )
    for path in ("tile/0/002", "tile/0/001.p/53", "tile/1/000.p/2", "tile/2/000.p/1", "tile/0/0",
                 "tile/0/000.p/256", "tile/data/000", "tile/8/0/000", "tile/64/000",
                 "tile/entries/002"):  # fmt: skip
        log.missing(path)


def test_what_no_witness_has_seen_is_not_shown(witnessed_log, portal):
    fill(witnessed_log, 5)
    witnessed_log.once()
    for child in list(witnessed_log.processes):
        if child.poll() is None:
            witnessed_log.stop(child)
    fill(witnessed_log, 5)
    witnessed_log.once()
    log = stranger.Log(portal)
    assert witnessed_log.rows("SELECT count(*) FROM evidence.entry") == [(10,)]
    assert stranger.read_checkpoint(stranger.read_note(log.get("checkpoint")[0])[0])[1] == 5
    log.missing("tile/0/000.p/10")
    log.missing("tile/entries/000.p/6")


def test_headers_let_anybody_read_and_caches_keep_what_never_changes(witnessed_log, portal):
    fill(witnessed_log, 300)
    witnessed_log.once()
    log = stranger.Log(portal)
    for path, caching in [
        ("checkpoint", "public, max-age=2"),
        ("tile/0/000", "public, max-age=31536000, immutable"),
        ("tile/entries/001.p/44", "public, max-age=31536000, immutable"),
    ]:
        headers = log.get(path)[1]
        assert headers["Cache-Control"] == caching
        assert headers["Access-Control-Allow-Origin"] == "*"
        assert "Set-Cookie" not in headers
        assert "immutable" not in caching or "Cookie" not in headers.get("Vary", "")
    assert log.get("tile/entries/000", zipped=True)[1]["Content-Encoding"] == "gzip"
    assert log.get("tile/entries/000")[1]["Content-Encoding"] is None
    assert log.get("vkey")[0].decode() == f"{witnessed_log.policy.logs[0].key.text()}\n"


def one_receipt(entry_id, actor=OFFICER, **options):
    with reading(actor):
        return receipt_for(actor, entry_id, **options)


def test_a_stranger_checks_the_proof_of_a_receipt(witnessed_log, portal, acts):
    one, many = acts
    fill(witnessed_log, 270)
    single = one(call(), chain="contract:a", body=BODY).entry_id
    bulk = many(
        call(), items=[(f"{n:02}", f"contract:{n}", f"contract:{n}", BODY) for n in range(20)]
    ).entry_id
    waiting = one_receipt(single)
    assert waiting.proof is None
    witnessed_log.once()
    policy = stranger.Policy(stranger.Log(portal).get("policy")[0])
    _, leaves = stranger.walk(stranger.Log(portal), policy)
    files = [
        one_receipt(single),
        one_receipt(single, fields=["body.amount_fen"]),
        *(one_receipt(bulk, item_key=f"{n:02}") for n in (0, 7, 19)),
    ]
    for file in files:
        value = json.loads(file.render())
        index = stranger.check_proof(policy, value["leaf"].encode(), value["proof"].encode())
        assert leaves[index] == value["leaf"].encode()
        checked = check_receipt(parse_receipt(file.render()), witnessed_log.policy)
        assert checked.ok
        assert checked.states[Check.WITNESSED] is State.HOLDS
    assert [f.path for f in files[0].fields] == [
        "body.amount_fen", "body.contract", "body.payee", "head"
    ]  # fmt: skip
    assert [f.path for f in files[1].fields] == ["body.amount_fen", "head"]
    assert b"\xe6\x99\xb4" not in files[1].render()  # what was not asked for is not shown
    with reading(OFFICER):
        assert places(OFFICER, [single, bulk]).keys() == {single, bulk}
    with pytest.raises(stranger.Wrong):
        stranger.check_proof(policy, b"another leaf", files[0].proof.encode())


def test_a_receipt_is_for_who_acted_or_who_may_see_the_chain(committing, acts):
    entry = acts[0](call(), chain="contract:a", body=BODY).entry_id
    guardian = Actor(8, "陈静", frozenset({Role.GUARDIAN}), person_ids=(5,))
    assert one_receipt(entry).entry == entry
    assert one_receipt(entry, guardian, chains=["contract:a"]).entry == entry
    for chains in ([], ["contract:b"]):
        with pytest.raises(NotFound):
            one_receipt(entry, guardian, chains=chains)
    for number in (uuid.uuid4().hex, "x", ""):
        with pytest.raises(NotFound):
            one_receipt(number)
    with pytest.raises(NotFound):
        one_receipt(entry, fields=["body.nothing"])


def test_after_erasure_no_receipt_is_made_and_old_ones_still_hold(witnessed_log, portal, acts):
    entry = acts[0](call(), chain="contract:gone", body=BODY).entry_id
    witnessed_log.once()
    old = one_receipt(entry).render()
    key_store(django_settings.KEYS_ROOT).destroy("contract:gone")
    with pytest.raises(ReceiptErased):
        one_receipt(entry)
    assert check_receipt(parse_receipt(old), witnessed_log.policy).ok
    stranger.walk(stranger.Log(portal), stranger.Policy(stranger.Log(portal).get("policy")[0]))


def test_the_receipt_address_asks_for_a_sign_in(portal):
    address = portal.removesuffix("/log") + f"/receipts/{uuid.uuid4().hex}.json"

    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_):
            return None

    with pytest.raises(urllib.error.HTTPError) as answer:
        urllib.request.build_opener(Stay).open(address, timeout=10)
    assert answer.value.code in (302, 403)
    answer.value.close()
