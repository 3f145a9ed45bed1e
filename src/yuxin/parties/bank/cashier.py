"""The cashier over HTTP: a guardian's browser brings a signed order and pays it or cancels it."""

from collections.abc import Callable
from datetime import datetime
from html import escape
from http import HTTPStatus
from http.server import ThreadingHTTPServer
from urllib.parse import urlencode, urlsplit

from yuxin.formats.bank_lines import Channel
from yuxin.formats.bank_messages import Notice, Order
from yuxin.kernel.money import Fen, yuan
from yuxin.kernel.refusal import Refusal
from yuxin.parties.bank.bank import Bank
from yuxin.parties.bank.pages import order_page, page, refusal_page, result_page
from yuxin.parties.web import STYLE, Handler, form_fields

BODY_BYTES_MAX = 16 * 1024


class CashierServer(ThreadingHTTPServer):
    """Serves on this machine alone."""

    daemon_threads = True

    def __init__(self, port: int, bank: Bank, clock: Callable[[], datetime]) -> None:
        self.bank = bank
        self.clock = clock
        super().__init__(("127.0.0.1", port), _Handler)


class _Handler(Handler):
    server: CashierServer

    def do_GET(self) -> None:  # noqa: N802  the base class's name
        """The order, the books, the style, or the sign of life."""
        address = urlsplit(self.path)
        fields = form_fields(address.query)
        if address.path == "/healthz":
            self.reply(HTTPStatus.OK, "ok\n", "text/plain")
        elif address.path == "/style.css":
            self.reply(HTTPStatus.OK, STYLE, "text/css")
        elif address.path == "/books":
            self.reply(HTTPStatus.OK, _books_page(self.server.bank))
        elif address.path == "/cashier":
            self._answer(fields, act="")
        else:
            self.reply(HTTPStatus.NOT_FOUND, refusal_page("没有这一页。", "zh"))

    def do_POST(self) -> None:  # noqa: N802  the base class's name
        """Pay or cancel."""
        body = self.body(BODY_BYTES_MAX)
        if body is None:
            too_long = refusal_page("请求太长。", "zh")
            self.reply(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, too_long)
            return
        fields = form_fields(body)
        if urlsplit(self.path).path != "/cashier" or fields.get("act") not in ("pay", "cancel"):
            self.reply(HTTPStatus.NOT_FOUND, refusal_page("没有这一页。", "zh"))
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
            self.reply(HTTPStatus(problem.status), refusal_page(problem.say(language), language))
            return
        if notice is None:
            self.reply(HTTPStatus.OK, order_page(order, token, language))
        else:
            link = return_link(order, self.server.bank.sign_notice(notice))
            self.reply(HTTPStatus.OK, result_page(order, notice, link, language))

    def _act(self, order: Order, act: str, channel: str) -> Notice:
        bank, at = self.server.bank, self.server.clock()
        if act == "cancel":
            return bank.cancel(order, at)
        known = channel in {member.value for member in Channel}
        return bank.pay(order, at, Channel(channel) if known else Channel.UNIONPAY)


def return_link(order: Order, notice_token: str) -> str:
    """Where the browser goes back to, with the bank's signed notice."""
    joint = "&" if urlsplit(order.return_url).query else "?"
    return f"{order.return_url}{joint}{urlencode({'notice': notice_token})}"


def _books_page(bank: Bank) -> str:
    """What lies where, and the latest movements: for whoever plays the bank in the demo."""
    accounts = "".join(
        f"<tr><td>{a['acct']}</td><td>{escape(a['title'])}</td>"
        f'<td class="n">{yuan(Fen(a["balance_fen"]))}</td></tr>'
        for a in bank.accounts()
        if a["purpose"] != "OUTSIDE"
    )
    moves = "".join(
        f"<tr><td>{m['posted_at'][5:16].replace('T', ' ')}</td>"
        f"<td>{m['from_acct']} → {m['to_acct']}</td>"
        f'<td class="n">{yuan(Fen(m["amount_fen"]))}</td></tr>'
        for m in bank.movements(50)
    )
    body = f"""<h1>账户 Accounts</h1><table><tr><th>账号 No.</th><th>户名 Title</th>
<th class="n">余额 Balance</th></tr>{accounts}</table>
<h1>最近动账 Latest movements</h1><table><tr><th>时间 At</th><th>从→到 From → to</th>
<th class="n">元 Yuan</th></tr>{moves}</table>"""
    return page("账户 Accounts", body, "zh")
