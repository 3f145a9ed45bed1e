"""What a page says when it cannot do what was asked, in both faces.

First whether data changed, then what to do, then a number to quote. What does not exist and what
one may not see are one sentence.
"""

import logging
import secrets
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import get_language, gettext

from yuxin.kernel.refusal import NotFound, Refusal
from yuxin.look import words
from yuxin.look.language import HTML
from yuxin.look.values import Empty, Link

logger = logging.getLogger(__name__)

DESK_PREFIXES = ("/desk", "/sign-in")
MACHINE_PREFIXES = ("/api/", "/log/")
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def reference_number() -> str:
    """A short number that a person can read out over the telephone."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(8))
    return f"{letters[:4]}-{letters[4:]}"


def on_the_desk(request: HttpRequest) -> bool:
    """Whether an address belongs to the workbench rather than to the phone."""
    return request.path.startswith(DESK_PREFIXES)


def _answer(
    request: HttpRequest, state: Empty, status: int, *, reference: str = ""
) -> HttpResponse:
    if request.path.startswith(MACHINE_PREFIXES):
        problem = f"{state.title} {state.text} {reference}".strip()
        return HttpResponse(problem, status=status, content_type="text/plain; charset=utf-8")
    context: dict[str, Any] = {"state": state, "reference": reference}
    if request.headers.get("HX-Request"):
        return _message(context, status)
    desk = on_the_desk(request)
    context["face"] = "look/desk.html" if desk else "look/phone.html"
    return render(request, "look/error.html", context, status=status)


def _message(context: dict[str, Any], status: int) -> HttpResponse:
    """An answer for a form that htmx improved: said above the content, the form stays filled."""
    response = HttpResponse(render_to_string("look/parts/refusal.html", context), status=status)
    response["HX-Retarget"], response["HX-Reswap"] = "#messages", "innerHTML show:top"
    return response


def _home(request: HttpRequest) -> Link:
    if on_the_desk(request):
        return Link(gettext("回到工作台"), "/desk/")
    return Link(gettext("回到首页"), "/")


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """404: the one sentence for what does not exist and for what one may not see."""
    return _answer(request, _missing(request), 404)


def not_allowed(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """403: the same sentence."""
    return _answer(request, _missing(request), 403)


def _missing(request: HttpRequest) -> Empty:
    if on_the_desk(request):
        text = gettext("请核对编号或网址。需要权限的，由本单位管理员授予。")
    else:
        text = gettext("请核对网址，或输入公示牌上的 13 位编码。")
    return Empty(gettext("找不到，或您无权查看"), text, (_home(request),))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form that did not come from our page, or from a page that is too old."""
    logger.warning("form refused at %s: %s", request.path, reason)
    state = Empty(
        gettext("表单过期，没有提交"),
        gettext("数据没有改动。请返回上一页，刷新后重新提交。"),
        (_home(request),),
        "yellow",
    )
    return _answer(request, state, 403)


def signed_out(request: HttpRequest, sign_in_url: str) -> HttpResponse:
    """401 for a form that was sent after the session had ended."""
    state = Empty(
        gettext("登录已过期，没有提交"),
        gettext("数据没有改动。请登录后返回，重新提交。"),
        (Link(gettext("登录"), sign_in_url, primary=True),),
        "yellow",
    )
    return _answer(request, state, 401)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: what was sent cannot be read; 413: it is too large."""
    if isinstance(exception, RequestDataTooBig):
        return _answer(request, _too_large(request), 413)
    state = Empty(
        gettext("请求无法识别，数据没有改动"),
        gettext("请返回上一页，刷新后重新填写。上传文件的，请检查大小和格式。"),
        (_home(request),),
        "red",
    )
    return _answer(request, state, 400)


def _too_large(request: HttpRequest) -> Empty:
    return Empty(
        gettext("文件太大，没有上传，数据没有改动"),
        gettext("一次最多上传 32 MB。请拆成几个文件，逐个上传。"),
        (_home(request),),
        "red",
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """500: our fault. The page stands on nothing that may itself be broken."""
    reference = reference_number()
    logger.error("reference %s: %s %s", reference, request.method, request.path)
    if request.method in ("GET", "HEAD"):
        title = gettext("没有打开，数据没有改动")
        text = gettext("是系统的原因，服务暂时不可用，请稍后重试。")
    else:
        title = gettext("没有得到办理结果")
        text = gettext("是系统的原因。请返回原页面，用同一张表单再提交一次：不会重复办理。")
    html_lang = HTML["en" if words.english() else "zh"]
    context = {"title": title, "text": text, "reference": reference, "html_lang": html_lang}
    if request.headers.get("HX-Request"):
        state = Empty(title, text, kind="red")
        return _message({"state": state, "reference": reference}, 500)
    return HttpResponse(render_to_string("look/500.html", context), status=500)


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The page of a Refusal: nothing was written, why, and how to mend it."""
    if isinstance(refusal, NotFound):
        return not_found(request)
    state = Empty(
        gettext("没有办成，数据没有改动"),
        refusal.say(get_language() or "zh"),
        (_home(request),),
        "yellow",
    )
    return _answer(request, state, refusal.status)
