"""The cashier over HTTP: a guardian's browser brings a signed order and pays it or cancels it."""

from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

from yuxin.formats.bank_lines import Channel
from yuxin.formats.bank_messages import Notice, Order
from yuxin.kernel.money import Fen, yuan
from yuxin.kernel.refusal import Refusal
from yuxin.parties.bank.bank import Bank
from yuxin.parties.bank.pages import (
    STYLE,
    order_page,
    page,
    refusal_page,
    result_page,
)

BODY_BYTES_MAX = 16 * 1024
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


class CashierServer(ThreadingHTTPServer):
    """Serves on this machine alone."""

    daemon_threads = True

    def __init__(self, port: int, bank: Bank, clock: Callable[[], datetime]) -> None:
        self.bank = bank
        self.clock = clock
        super().__init__(("127.0.0.1", port), _Handler)


class _Handler(BaseHTTPRequestHandler):
    server: CashierServer
    server_version = "yuxin-bank"
    sys_version = ""
    timeout = 30

    def do_GET(self) -> None:
        """The order, the books, the style, or the sign of life."""
        address = urlsplit(self.path)
        fields = _fields(address.query)
        if address.path == "/healthz":
            self._reply(HTTPStatus.OK, "ok\n", "text/plain")
        elif address.path == "/bank.css":
            self._reply(HTTPStatus.OK, STYLE, "text/css")
        elif address.path == "/books":
            self._reply(HTTPStatus.OK, _books_page(self.server.bank))
        elif address.path == "/cashier":
            self._answer(fields, act="")
        else:
            self._reply(HTTPStatus.NOT_FOUND, refusal_page("没有这一页。", "zh"))

    def do_POST(self) -> None:
        """Pay or cancel."""
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > BODY_BYTES_MAX:
            self.close_connection = True
            too_long = refusal_page("请求太长。", "zh")
            self._reply(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, too_long)
            return
        fields = _fields(self.rfile.read(int(length)).decode("ascii", "replace"))
        if urlsplit(self.path).path != "/cashier" or fields.get("act") not in ("pay", "cancel"):
            self._reply(HTTPStatus.NOT_FOUND, refusal_page("没有这一页。", "zh"))
            return
        self._answer(fields, act=fields["act"])

    def _answer(self, fields: dict[str, str], *, act: str) -> None:
        language = "en" if fields.get("lang") == "en" else "zh"
        token = fields.get("order", "")
        try:
            order, notice = self.server.bank.read_order(token, self.server.clock())
            if act:
                notice = self._act(order, act, fields.get("channel", ""))
        except Refusal as problem:
            self._reply(HTTPStatus(problem.status), refusal_page(problem.say(language), language))
            return
        if notice is None:
            self._reply(HTTPStatus.OK, order_page(order, token, language))
        else:
            link = return_link(order, self.server.bank.sign_notice(notice))
            self._reply(HTTPStatus.OK, result_page(order, notice, link, language))

    def _act(self, order: Order, act: str, channel: str) -> Notice:
        bank, at = self.server.bank, self.server.clock()
        if act == "cancel":
            return bank.cancel(order, at)
        known = channel in {member.value for member in Channel}
        return bank.pay(order, at, Channel(channel) if known else Channel.UNIONPAY)

    def _reply(self, status: HTTPStatus, text: str, kind: str = "text/html") -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        for name, value in _HEADERS.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the base class's name
        """Orders stand in the address: they are not logged."""


def return_link(order: Order, notice_token: str) -> str:
    """Where the browser goes back to, with the bank's signed notice."""
    joint = "&" if urlsplit(order.return_url).query else "?"
    return f"{order.return_url}{joint}{urlencode({'notice': notice_token})}"


def _fields(text: str) -> dict[str, str]:
    try:
        parsed = parse_qs(text, max_num_fields=10)
    except ValueError:
        return {}
    return {name: values[0] for name, values in parsed.items()}


def _books_page(bank: Bank) -> str:
    """What lies where, and the latest movements: for whoever plays the bank in the demo."""
    accounts = "".join(
        f"<tr><td>{a['acct']}</td><td>{a['title']}</td>"
        f'<td class="n">{yuan(Fen(a["balance_fen"]))}</td></tr>'
        for a in bank.accounts()
        if a["purpose"] != "OUTSIDE"
    )
    moves = "".join(
        f"<tr><td>{m['posted_at'][5:16]}</td><td>{m['from_acct']} → {m['to_acct']}</td>"
        f'<td class="n">{yuan(Fen(m["amount_fen"]))}</td></tr>'
        for m in bank.movements(50)
    )
    body = f"""<h1>账户 Accounts</h1><table><tr><th>账号 No.</th><th>户名 Title</th>
<th class="n">余额 Balance</th></tr>{accounts}</table>
<h1>最近动账 Latest movements</h1><table><tr><th>时间 At</th><th>从→到 From → to</th>
<th class="n">元 Yuan</th></tr>{moves}</table>"""
    return page("账户 Accounts", body, "zh")
