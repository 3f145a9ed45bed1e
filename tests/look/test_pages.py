"""The outer door of a page: declared roles, methods, sentences, headers, languages."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.urls import path

from yuxin.kernel.actor import EVERYBODY, Actor, Role
from yuxin.kernel.refusal import Conflict, NotFound
from yuxin.look.page import page, rule_of


@page(roles={Role.OFFICER}, methods=("GET", "POST"))
def officers(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("inside")


@page(roles=EVERYBODY)
def everybody(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("open")


@page(roles=EVERYBODY)
def conflicting(_request: HttpRequest) -> HttpResponse:
    raise Conflict


@page(roles=EVERYBODY)
def missing(_request: HttpRequest) -> HttpResponse:
    raise NotFound


@page(roles=EVERYBODY)
def broken(_request: HttpRequest) -> HttpResponse:
    raise RuntimeError


def undeclared(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("leak")


urlpatterns = [
    path("open", everybody),
    path("conflict", conflicting),
    path("desk/missing", missing),
    path("broken", broken),
    path("undeclared", undeclared),
]
handler400 = "yuxin.look.errors.bad_request"
handler403 = "yuxin.look.errors.not_allowed"
handler404 = "yuxin.look.errors.not_found"
handler500 = "yuxin.look.errors.server_error"
SENTENCE = "找不到，或您无权查看"
WITHOUT_ACTOR = [
    "yuxin.look.headers.SecurityHeadersMiddleware",
    "yuxin.look.language.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "yuxin.look.page.PageMiddleware",
]


@pytest.fixture
def visitor() -> Client:
    with override_settings(
        ROOT_URLCONF=__name__, MIDDLEWARE=WITHOUT_ACTOR, ALLOWED_HOSTS=["testserver"]
    ):
        yield Client(raise_request_exception=False)


def _asked_by(rf: RequestFactory, actor: Actor, method: str = "get") -> HttpRequest:
    request = getattr(rf, method)("/desk/tasks?a=1")
    request.actor = actor
    return request


OFFICER = Actor(1, "沈亦舟", frozenset({Role.OFFICER}))
TEACHER = Actor(2, "何静姝", frozenset({Role.TEACHER}))


def test_a_page_opens_to_its_roles_only(rf: RequestFactory) -> None:
    assert officers(_asked_by(rf, OFFICER)).status_code == 200
    refused = officers(_asked_by(rf, TEACHER))
    assert refused.status_code == 403
    assert SENTENCE in refused.content.decode()  # type: ignore[attr-defined]


def test_somebody_who_did_not_sign_in_is_sent_to_sign_in_and_back(rf: RequestFactory) -> None:
    sent = officers(_asked_by(rf, Actor.public()))
    assert sent.status_code == 302
    assert sent["Location"] == "/sign-in?next=%2Fdesk%2Ftasks%3Fa%3D1"


def test_a_form_sent_after_the_session_ended_says_that_nothing_was_done(
    rf: RequestFactory,
) -> None:
    told = officers(_asked_by(rf, Actor.public(), "post"))
    assert told.status_code == 401
    assert "没有提交" in told.content.decode()  # type: ignore[attr-defined]


def test_a_method_that_is_not_declared_is_refused(rf: RequestFactory) -> None:
    assert officers(_asked_by(rf, OFFICER, "delete")).status_code == 405
    assert officers(_asked_by(rf, OFFICER, "head")).status_code == 200


def test_a_view_without_a_rule_is_refused(visitor: Client) -> None:
    answer = visitor.get("/undeclared")
    assert answer.status_code == 403
    assert "leak" not in answer.content.decode()
    assert rule_of(undeclared) is None


def test_what_is_not_there_and_what_one_may_not_see_are_one_sentence(visitor: Client) -> None:
    for address in ("/nowhere", "/undeclared", "/desk/missing", "/desk/nowhere"):
        assert SENTENCE in visitor.get(address).content.decode()


def test_a_refusal_says_first_that_nothing_changed_then_how_to_mend_it(visitor: Client) -> None:
    answer = visitor.get("/conflict")
    assert answer.status_code == 409
    assert "没有办成，数据没有改动" in answer.content.decode()
    assert "请刷新后在最新内容上重新填写" in answer.content.decode()


def test_an_improved_form_gets_the_refusal_as_a_message(visitor: Client) -> None:
    answer = visitor.get("/conflict", headers={"HX-Request": "true"})
    assert answer["HX-Retarget"] == "#messages"
    assert "<html" not in answer.content.decode()


@pytest.mark.filterwarnings("ignore")
def test_our_own_fault_gives_a_number_to_quote_and_no_details(visitor: Client) -> None:
    answer = visitor.get("/broken")
    assert answer.status_code == 500
    text = answer.content.decode()
    assert "报修时请报此号" in text
    assert "RuntimeError" not in text
    assert '<html lang="zh-CN">' in text
    assert '<html lang="en">' in visitor.get("/broken?lang=en").content.decode()


@pytest.mark.filterwarnings("ignore")
def test_our_own_fault_is_a_message_above_an_improved_form(visitor: Client) -> None:
    answer = visitor.get("/broken", headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Retarget"]) == (500, "#messages")
    assert "<html" not in answer.content.decode()


def test_every_answer_carries_the_headers(visitor: Client) -> None:
    for address in ("/open", "/nowhere", "/undeclared"):
        answer = visitor.get(address)
        policy = answer["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert answer["X-Content-Type-Options"] == "nosniff"


def test_chinese_comes_first_whatever_the_browser_prefers(visitor: Client) -> None:
    answer = visitor.get("/nowhere", headers={"Accept-Language": "en-GB"})
    assert '<html lang="zh-CN">' in answer.content.decode()


def test_a_chosen_language_is_remembered(visitor: Client) -> None:
    first = visitor.get("/nowhere?lang=en&page=2")
    assert '<html lang="en">' in first.content.decode()
    assert "?lang=zh&amp;page=2" in first.content.decode()
    assert '<html lang="en">' in visitor.get("/nowhere").content.decode()
    assert '<html lang="zh-CN">' in visitor.get("/nowhere?lang=zh").content.decode()
    assert '<html lang="zh-CN">' in visitor.get("/nowhere?lang=xx").content.decode()
