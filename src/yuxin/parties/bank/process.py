"""The bank as a process: folders, cashier and notices round one `Bank`."""

import http.client
import threading
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from yuxin.formats.exchange_folder import Exchange
from yuxin.kernel.clock import now
from yuxin.parties.bank.bank import Bank
from yuxin.parties.bank.cashier import CashierServer

_NOTICE_SECONDS = 10
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@dataclass
class BankProcess:
    """Runs a bank until it is told to stop; killed at any moment it goes on where it was."""

    bank: Bank
    folder: Path
    port: int
    clock: Callable[[], datetime]
    notify_url: str = ""
    poll_seconds: float = 0.5

    def __post_init__(self) -> None:
        self.stopping = threading.Event()
        self._last_part: datetime | None = None

    def run(self) -> None:
        """Serve the cashier and exchange files until `stop`."""
        server = CashierServer(self.port, self.bank, self.clock)
        threads = [threading.Thread(target=server.serve_forever)]
        if self.notify_url:
            threads.append(threading.Thread(target=self._notify_for_ever))
        for thread in threads:
            thread.start()
        print(f"bank {self.bank.code}: http://127.0.0.1:{server.server_port}/books", flush=True)
        try:
            exchange = Exchange.of_bank(self.folder)
            while not self.stopping.is_set():
                self.step(exchange)
                self.stopping.wait(self.poll_seconds)
        finally:
            self.stopping.set()
            server.shutdown()
            server.server_close()
            for thread in threads:
                thread.join()
            self.bank.close()

    def stop(self) -> None:
        """End `run` after the step in hand."""
        self.stopping.set()

    def step(self, exchange: Exchange) -> None:
        """Take what arrived, do what is due, send what is ready."""
        for sealed in exchange.arrived():
            answer = self.bank.take(sealed, self.clock())
            exchange.answer(sealed.name, taken=answer.taken, zh=answer.zh, en=answer.en)
            exchange.handled(sealed.name, taken=answer.taken)
        at = self.clock()
        self.bank.tick(at)
        pace = self.bank.books.terms.pace
        if pace is not None and (self._last_part is None or at - self._last_part >= pace):
            self.bank.publish(at)
            self._last_part = at
        for delivery in self.bank.outbox(self.clock()):
            exchange.send(delivery.file)
            self.bank.delivered(delivery)

    def _notify_for_ever(self) -> None:
        """Waits are real seconds, also where the bank's clock stands still.

        Should this thread fail, the process ends and is started again: a bank that goes on
        without telling anybody would be worse.
        """
        try:
            while not self.stopping.wait(self.poll_seconds):
                for order_id, token in self.bank.notices_due(now()):
                    accepted = post_notice(self.notify_url, token)
                    self.bank.notice_answered(order_id, now(), accepted=accepted)
                    if self.stopping.is_set():
                        return
        finally:
            self.stopping.set()


def post_notice(url: str, token: str) -> bool:
    """Whether the platform answered 2xx."""
    assert url.startswith(("http://", "https://"))
    request = urllib.request.Request(  # noqa: S310  the scheme is checked above
        url, data=token.encode(), headers={"Content-Type": "text/plain"}, method="POST"
    )
    try:
        with _DIRECT.open(request, timeout=_NOTICE_SECONDS) as answer:
            return bool(answer.status // 100 == 2)
    except (OSError, http.client.HTTPException):
        return False
