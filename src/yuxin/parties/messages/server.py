"""The gateway over HTTP: POST /messages from the platform, and pages that show each phone."""

import json
from collections.abc import Callable
from datetime import datetime
from html import escape
from http import HTTPStatus
from http.server import ThreadingHTTPServer
from typing import Any
from urllib.parse import urlencode, urlsplit

from yuxin.formats.signed_tokens import TOKEN_CHARACTERS_MAX
from yuxin.kernel.clock import SHANGHAI
from yuxin.kernel.refusal import Refusal
from yuxin.parties.messages.gateway import Gateway
from yuxin.parties.web import STYLE, Handler, form_fields, frame

_WORDS = {
    "zh": {
        "strip": "演示：模拟短信通道，没有真的发出",
        "place": "收到的消息",
        "phones": "手机与邮箱",
        "none": "还没有任何消息。平台发出第一条短信后会出现在这里。",
        "back": "全部手机",
        "FAILED": "没有送达：号码无法接通",
        "other": "English",
    },
    "en": {
        "strip": "Demo: simulated message gateway, nothing really goes out",
        "place": "Messages received",
        "phones": "Phones and mailboxes",
        "none": "No message yet. The first one that the platform sends will appear here.",
        "back": "All phones",
        "FAILED": "Not delivered: the number cannot be reached",
        "other": "中文",
    },
}
_CHANNELS = {"sms": "短信 SMS", "email": "邮件 E-mail", "wechat": "微信 WeChat"}


class GatewayServer(ThreadingHTTPServer):
    """Serves on this machine alone."""

    daemon_threads = True

    def __init__(self, port: int, gateway: Gateway, clock: Callable[[], datetime]) -> None:
        self.gateway = gateway
        self.clock = clock
        super().__init__(("127.0.0.1", port), _Handler)


class _Handler(Handler):
    server: GatewayServer

    def do_GET(self) -> None:  # noqa: N802  the base class's name
        """The phones, one phone, the style, or the sign of life."""
        address = urlsplit(self.path)
        fields = form_fields(address.query)
        language = "en" if fields.get("lang") == "en" else "zh"
        if address.path == "/healthz":
            self.reply(HTTPStatus.OK, "ok\n", "text/plain")
        elif address.path == "/style.css":
            self.reply(HTTPStatus.OK, STYLE, "text/css")
        elif address.path == "/":
            phone = fields.get("to", "")
            gateway = self.server.gateway
            page = (
                phone_page(phone, gateway.messages_of(phone), language)
                if phone
                else phones_page(gateway.phones(), language)
            )
            self.reply(HTTPStatus.OK, page)
        else:
            self.reply(HTTPStatus.NOT_FOUND, phones_page([], language))

    def do_POST(self) -> None:  # noqa: N802  the base class's name
        """One signed message."""
        token = self.body(TOKEN_CHARACTERS_MAX)
        if token is None or urlsplit(self.path).path != "/messages":
            status = HTTPStatus.NOT_FOUND if token else HTTPStatus.REQUEST_ENTITY_TOO_LARGE
            self.reply(status, "{}\n", "application/json")
            return
        try:
            answer = self.server.gateway.take(token, self.server.clock())
        except Refusal as problem:
            said = {"code": problem.code, "zh": problem.say("zh"), "en": problem.say("en")}
            self.reply(HTTPStatus(problem.status), _json(said), "application/json")
            return
        if not answer.heard:
            self.close_connection = True
            return
        said = {
            "message_id": answer.message_id,
            "status": answer.status.value,
            "reason": answer.reason,
        }
        self.reply(HTTPStatus.OK, _json(said), "application/json")


def phones_page(phones: list[Any], language: str) -> str:
    """All addresses that got something."""
    word = _WORDS[language]
    rows = "".join(
        f'<tr><td><a href="/?{urlencode({"to": p["address"], "lang": language})}">'
        f"{escape(p['address'])}</a></td>"
        f'<td class="n">{p["messages"]}</td><td class="n">{_time(p["latest_at"])}</td></tr>'
        for p in phones
    )
    table = f"<table>{rows}</table>" if rows else f"<p>{word['none']}</p>"
    return _frame(word["phones"], f"<h1>{word['phones']}</h1>{table}", language, "/")


def phone_page(address: str, messages: list[Any], language: str) -> str:
    """One phone, as its owner sees it."""
    word = _WORDS[language]
    shown = "".join(
        f'<article class="bubble"><p class="note">{_CHANNELS[m["channel"]]} · '
        f"{_time(m['received_at'])}</p><p>【{escape(m['signature'])}】{escape(m['text'])}</p>"
        + (f'<p role="alert">{word["FAILED"]}</p>' if m["status"] == "FAILED" else "")
        + "</article>"
        for m in messages
    )
    none = f"<p>{word['none']}</p>"
    body = (
        f"<h1>{escape(address)}</h1>{shown or none}"
        f'<p><a href="/?lang={language}">{word["back"]}</a></p>'
    )
    return _frame(address, body, language, f"/?{urlencode({'to': address})}")


def _frame(title: str, body: str, language: str, address: str) -> str:
    word = _WORDS[language]
    return frame(
        title,
        body,
        language,
        strip=word["strip"],
        place=word["place"],
        switch=(address, word["other"]),
    )


def _time(text: str) -> str:
    return f"{datetime.fromisoformat(text).astimezone(SHANGHAI):%m-%d %H:%M}"


def _json(said: dict[str, str]) -> str:
    return json.dumps(said, ensure_ascii=False) + "\n"
