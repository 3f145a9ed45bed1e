"""What every template may use: the mode, the languages, today, who is signed in, the frame."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from yuxin.kernel.clock import SHANGHAI, day_of
from yuxin.look.frame import frame_of
from yuxin.look.language import HTML, NAMES, language_of, other_language_url
from yuxin.look.moment import moment
from yuxin.look.page import actor_of


def look(request: HttpRequest) -> dict[str, Any]:
    """Context of every page. The frame is worked out only where a template asks for it."""
    actor = actor_of(request)
    language = language_of(request)
    other = "zh" if language == "en" else "en"
    at = moment(request)
    return {
        "demo": settings.MODE == "demo",
        "language": language,
        "html_lang": HTML[language],
        "other_language": HTML[other],
        "other_language_name": NAMES[other],
        "other_language_url": other_language_url(request, other),
        "today": day_of(at),
        "printed_at": f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}",
        "actor": actor,
        "signed_in": actor.account_id is not None,
        "frame": SimpleLazyObject(lambda: frame_of(request)),
    }
