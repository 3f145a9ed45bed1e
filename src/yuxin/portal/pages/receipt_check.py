"""The page on which anybody checks a receipt, online or from a saved file."""

import json
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext

from yuxin.evidence import public
from yuxin.look.language import HTML, language_of
from yuxin.look.page import EVERYBODY, page

STYLES = ("look/tokens.css", "look/base.css", "look/phone.css")
SCRIPTS = ("portal/receipt_hash.js", "portal/receipt_check.js", "portal/receipt_page.js")


@page(roles=EVERYBODY)
def receipt_check(request: HttpRequest) -> HttpResponse:
    """The page, with the log's key and the witnesses' keys in it."""
    file = _saved_page(language_of(request), _policy())
    digest = sha256(file.encode()).hexdigest()
    return render(
        request,
        "portal/receipt_check.html",
        {
            "policy": _policy(),
            "acts": _acts(),
            "file_url": reverse("receipt-check-file"),
            "fingerprint": " ".join(digest[at : at + 4] for at in range(0, 64, 4)),
        },
    )


@page(roles=EVERYBODY)
def receipt_check_file(request: HttpRequest) -> HttpResponse:
    """The same as one file that works without network."""
    response = HttpResponse(_saved_page(language_of(request), _policy()))
    response["Content-Disposition"] = 'attachment; filename="yuxin-check-receipt.html"'
    return response


def _policy() -> str:
    return public.policy().render().decode()


def _acts() -> str:
    """How acts are called in words; others are shown by their name in the log."""
    words = {
        "contract.signed": gettext("签合同"),
        "payment.ordered": gettext("准备付学费"),
        "payment.received": gettext("付学费"),
        "roll.called": gettext("上课点名"),
        "lesson.confirmed": gettext("确认上课"),
        "lesson.deemed_confirmed": gettext("过期没答复，按已上课算"),
        "lesson.disputed": gettext("上课有异议"),
        "dispute.settled": gettext("异议有了结果"),
        "release.instructed": gettext("通知银行划给机构"),
        "refund.requested": gettext("申请退费"),
        "refund.instructed": gettext("通知银行退费"),
        "refund.redirected": gettext("改退费账户"),
    }
    return json.dumps(words, ensure_ascii=False)


@lru_cache(maxsize=8)
def _saved_page(language: str, policy: str) -> str:
    """The one file; the same for the same policy, so that its fingerprint can be printed."""
    return render_to_string(
        "portal/receipt_check_file.html",
        {
            "language": language,
            "html_lang": HTML[language],
            "demo": settings.MODE == "demo",
            "policy": policy,
            "acts": _acts(),
            "styles": "\n".join(map(_static, STYLES)),
            "scripts": "\n".join(map(_static, SCRIPTS)),
        },
    )


def _static(name: str) -> str:
    """The text of a static file, from where it is collected or from its package."""
    found = finders.find(name)
    path = Path(found) if isinstance(found, str) else Path(settings.STATIC_ROOT) / name
    return path.read_text("utf-8")
