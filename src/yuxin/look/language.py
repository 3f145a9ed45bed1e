"""Chinese first, English beside it: `?lang=en` chooses and a cookie remembers."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers

COOKIE = "lang"
YEAR = 365 * 24 * 3600
CODES = {"zh": "zh-hans", "en": "en"}
HTML = {"zh": "zh-CN", "en": "en"}
# zh: a language is called by its own name.
NAMES = {"zh": "中文", "en": "English"}


def language_of(request: HttpRequest) -> str:
    """`zh` or `en`: what the address asks for, else the cookie, else Chinese."""
    for wanted in (request.GET.get("lang"), request.COOKIES.get(COOKIE)):
        if wanted in CODES:
            return wanted
    return "zh"


def other_language_url(request: HttpRequest, language: str) -> str:
    """This very page in the other language, with its filters kept."""
    query = request.GET.copy()
    query["lang"] = language
    return f"{request.path}?{query.urlencode()}"


class LanguageMiddleware:
    """Sets the language of one request; the browser's own wish is not followed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Activate, answer, remember."""
        language = language_of(request)
        with translation.override(CODES[language]):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", HTML[language])
        if "immutable" not in response.headers.get("Cache-Control", ""):
            # What never changes speaks no language: shared caches may keep it for everybody.
            patch_vary_headers(response, ("Cookie",))
        if request.GET.get("lang") in CODES:
            response.set_cookie(
                COOKIE,
                language,
                max_age=YEAR,
                samesite="Lax",
                secure=settings.MODE == "production",
            )
        return response
