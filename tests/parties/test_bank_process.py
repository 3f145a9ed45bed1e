"""The real process: cashier, folders, notices; killed at any moment it neither loses nor doubles.

The suite plays a few kills; `KILLS=200` in the environment plays a long search.
"""

import http.client
import os
import random
import re
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from tests.parties.bank_given import (
    CODE,
    CUSTODY,
    SETTLEMENT,
    at,
    bank_key,
    instructions,
    new_bank,
    order,
    platform_key,
    refund,
    release,
)
from yuxin.formats import party_keys
from yuxin.formats.bank_files import BankFile, unseal
from yuxin.formats.bank_lines import FileKind, InLine, OutLine
from yuxin.formats.bank_messages import Notice, OrderStatus, open_message, seal_message
from yuxin.formats.exchange_folder import ANSWER_SUFFIX, Exchange

NOW = "2026-03-02T10:05:00+08:00"
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))
KILLS = int(os.environ.get("KILLS", "6"))


class NoticeDesk(ThreadingHTTPServer):
    """The platform's notify address, which fails now and then."""

    daemon_threads = True

    def __init__(self) -> None:
        self.got: list[Notice] = []
        self.calls = 0
        super().__init__(("127.0.0.1", 0), _NoticeHandler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/notices"


class _NoticeHandler(BaseHTTPRequestHandler):
    server: NoticeDesk

    def do_POST(self) -> None:
        token = self.rfile.read(int(self.headers["Content-Length"])).decode()
        notice = open_message(Notice, token, bank_key().public_key())
        self.server.calls += 1
        refused = self.server.calls % 3 == 1
        if not refused:
            self.server.got.append(notice)
        self.send_response(503 if refused else 204)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


@contextmanager
def notice_desk() -> Iterator[NoticeDesk]:
    desk = NoticeDesk()
    thread = threading.Thread(target=desk.serve_forever)
    thread.start()
    yield desk
    desk.shutdown()
    desk.server_close()
    thread.join()


@dataclass
class Started:
    """A bank process under test."""

    folder: Path
    notify: str = ""
    port: int = field(default_factory=lambda: free_port())
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "yuxin.parties.bank", "--folder", str(self.folder / "x")]
        command += ["--keys", str(self.folder), "--port", str(self.port), "--now", NOW]
        command += ["--pace", "0", "--poll", "0.01", "--notify", self.notify]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        self.process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
        wait_until(lambda: self.get("/healthz")[0] == 200)

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        assert self.process is not None
        self.process.terminate()
        return self.process.wait(timeout=20)

    def get(self, path: str) -> tuple[int, str]:
        return fetch(f"http://127.0.0.1:{self.port}{path}", None)

    def post(self, **fields: str) -> tuple[int, str]:
        return fetch(f"http://127.0.0.1:{self.port}/cashier", urlencode(fields).encode())


def free_port() -> int:
    """Below the ports that the kernel hands out: a client that knocks while the bank is dead
    could otherwise be connected to itself and keep the port."""
    while True:
        port = random.SystemRandom().randrange(20000, 30000)
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port


def fetch(url: str, body: bytes | None) -> tuple[int, str]:
    """Status and text; 0 when nobody answered."""
    try:
        with DIRECT.open(url, data=body, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as problem:
        with problem:
            return problem.code, problem.read().decode()
    except (OSError, http.client.HTTPException):
        return 0, ""


def wait_until(holds: object, seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not holds():  # type: ignore[operator]
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.02)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Keys and accounts of a bank that was opened before."""
    party_keys.save_private_key(bank_key(), tmp_path / "bank.pem")
    pem = party_keys.public_pem(platform_key().public_key())
    (tmp_path / "platform.pub").write_bytes(pem)
    new_bank(tmp_path / "bank.sqlite3").close()
    return tmp_path


@contextmanager
def running(folder: Path, notify: str = "") -> Iterator[Started]:
    bank = Started(folder, notify)
    bank.start()
    try:
        yield bank
    finally:
        bank.kill()


def token(number: str = "O-K-1", fen: int = 200000) -> str:
    return seal_message(order(number, fen), platform_key())


def files_of(folder: Path) -> list[BankFile]:
    """Everything that the bank sent, read strictly."""
    exchange = Exchange.of_platform(folder / "x")
    key = bank_key().public_key()
    return [unseal(sealed, key=key, bank=CODE) for sealed in exchange.arrived()]


def lines_of(folder: Path, kind: FileKind) -> list[object]:
    return [x for f in files_of(folder) if f.header.file is kind for x in f.lines]


def test_a_guardian_pays_on_the_page_and_platform_and_browser_are_told(folder: Path) -> None:
    with notice_desk() as desk, running(folder, desk.url) as bank:
        status, page = bank.get(f"/cashier?order={token()}")
        assert status == 200
        for said in ("晨光美术培训中心", "2,000.00", "演示", "付款", "取消", "少儿水彩 20 课时"):
            assert said in page
        assert "6217000099990001" not in page
        assert "Pay with" in bank.get(f"/cashier?order={token()}&lang=en")[1]

        status, page = bank.post(order=token(), act="pay", channel="ALIPAY")
        again = bank.post(order=token(), act="pay", channel="ALIPAY")

        assert status == again[0] == 200 and "付款成功" in page
        link = re.search(r'class="button" href="([^"]+)"', page)
        assert link is not None
        address = urlsplit(link[1].replace("&amp;", "&"))
        fields = parse_qs(address.query)
        notice = open_message(Notice, fields["notice"][0], bank_key().public_key())
        assert (fields["step"], notice.status) == (["2"], OrderStatus.PAID)
        wait_until(lambda: desk.got == [notice])
        wait_until(lambda: len(lines_of(folder, FileKind.IN)) == 1)
        assert bank.stop() == 0


def test_altered_expired_and_strange_requests_charge_nothing(folder: Path) -> None:
    with running(folder) as bank:
        altered = token()[:-8] + "AAAAAAAA"
        old = seal_message(order(expires_at=at("03-02 10:04")), platform_key())
        foreign = seal_message(order(), bank_key())

        assert bank.post(order=altered, act="pay")[0] == 403
        assert bank.post(order=foreign, act="pay")[0] == 403
        assert bank.post(order=old, act="pay")[0] == 410
        assert bank.post(order=token(), act="refund")[0] == 404
        assert bank.get("/elsewhere")[0] == 404
        assert bank.post(order="x" * 20000, act="pay")[0] == 413
        assert bank.post(order=token(), act="cancel")[0] == 200
        assert bank.post(order=token(), act="pay")[0] == 409
        assert "晨光" in bank.get("/books")[1]

    assert new_bank(folder / "bank.sqlite3").movements() == []


def test_instructions_go_by_folder_and_are_answered(folder: Path) -> None:
    with running(folder) as bank:
        bank.post(order=token(), act="pay")
        exchange = Exchange.of_platform(folder / "x")
        good = instructions(release("R-1", 10000))
        exchange.send(good)
        exchange.send(replace(instructions(release("R-2", 1), part=2), signature=b"x" * 384))
        answers = folder / "x" / "from-bank"
        wait_until(lambda: len(list(answers.glob(f"*{ANSWER_SUFFIX}"))) == 2)
        wait_until(lambda: len(lines_of(folder, FileKind.OUT)) == 1)

        told = {p.name: '"taken": true' in p.read_text() for p in answers.glob("*.answer")}

        assert told == {
            "REQ-DEMOBANK-20260302-0001.jsonl.answer": True,
            "REQ-DEMOBANK-20260302-0002.jsonl.answer": False,
        }
        wait_until(lambda: not list((folder / "x" / "to-bank").glob("*.jsonl")))
        assert (folder / "x" / "to-bank" / "refused" / "REQ-DEMOBANK-20260302-0002.jsonl").exists()
    assert new_bank(folder / "bank.sqlite3").balance(SETTLEMENT) == 10000


def test_without_the_platform_s_key_or_with_a_wrong_setting_it_says_so(folder: Path) -> None:
    command = [sys.executable, "-m", "yuxin.parties.bank", "--folder", str(folder / "x")]
    command += ["--keys", str(folder), "--faults", "quiet=1"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}

    ended = subprocess.run(command, env=environment, capture_output=True, check=False, timeout=30)

    assert ended.returncode == 2
    assert "quiet=1" in ended.stderr.decode()


def test_killed_at_any_moment_no_money_is_doubled_or_lost(folder: Path) -> None:
    chance = random.Random(os.environ.get("SEED", "1"))
    paid: dict[str, int] = {}
    sent: list[str] = []
    with notice_desk() as desk:
        bank = Started(folder, desk.url)
        bank.start()
        over = threading.Event()
        work = threading.Thread(target=play_the_world, args=(bank, over, paid, sent))
        work.start()
        try:
            for _ in range(KILLS):
                time.sleep(chance.uniform(0.05, 0.6))
                bank.kill()
                bank.start()
            work.join()
            wait_until(lambda: {n.order_id for n in desk.got} == set(paid), 60)
            wait_until(lambda: len(lines_of(folder, FileKind.OUT)) == len(sent), 60)
            wait_until(lambda: len(lines_of(folder, FileKind.IN)) == len(paid), 60)
        finally:
            over.set()
            work.join()
            bank.kill()

    books = new_bank(folder / "bank.sqlite3")
    assert books.audit() == []
    assert books.balance(CUSTODY) == sum(paid.values()) - 7 * len(sent)
    assert books.balance(SETTLEMENT) == 7 * len(sent)
    told = [x for x in lines_of(folder, FileKind.IN) if isinstance(x, InLine)]
    assert Counter(x.amount_fen for x in told) == Counter(paid.values())
    assert len({x.bank_serial for x in told}) == len(told)
    results = [x for x in lines_of(folder, FileKind.OUT) if isinstance(x, OutLine)]
    assert sorted(x.instruction_id for x in results) == sorted(sent)


def play_the_world(
    bank: Started, over: threading.Event, paid: dict[str, int], sent: list[str]
) -> None:
    """Guardians pay, each until the page says so; the platform sends instructions."""
    exchange = Exchange.of_platform(bank.folder / "x")
    for number in range(10 * KILLS):
        name, fen = f"O-{number}", 1000 + number
        signed = token(name, fen)
        while bank.post(order=signed, act="pay")[0] != 200:
            if over.wait(0.02):
                return
        paid[name] = fen
        if number % 3 == 0:
            line = release(f"R-{number}", 7)
            exchange.send(instructions(line, part=number + 1))
            sent.append(line.instruction_id)


def test_a_file_is_seen_only_when_it_is_whole(tmp_path: Path) -> None:
    sender, receiver = Exchange.of_platform(tmp_path), Exchange.of_bank(tmp_path)
    sealed = instructions(refund("F-1", 1, "U-1"))
    path = tmp_path / "to-bank" / sealed.name

    path.write_bytes(sealed.data)
    assert receiver.arrived() == []
    sender.send(sealed)
    assert receiver.arrived() == [sealed]
    receiver.handled(sealed.name, taken=True)
    receiver.handled(sealed.name, taken=True)

    assert receiver.arrived() == []
    assert (tmp_path / "to-bank" / "taken" / sealed.name).read_bytes() == sealed.data
