"""Words of the public side: values that the registry stores in code, names as they were told."""

import re
from datetime import date, datetime

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from yuxin.kernel.clock import SHANGHAI
from yuxin.look.field_words import CATEGORIES, LICENCES, MODES, STAGES
from yuxin.look.words import english
from yuxin.registry.public import PublicLicence

# Marks that turn the direction of writing, and characters without width: a name that holds them
# would be read as another one.
_UNSEEN = re.compile("[\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\x00-\x1f\x7f]")
# A mobile number or an identity number that somebody wrote into a name or an address.
_IDENTITY = re.compile(r"(?<!\d)(\d{6})\d{8}(\d{3}[\dXx])(?![\dXx])")
_MOBILE = re.compile(r"(?<!\d)(1[3-9]\d)[ -]?\d{4}[ -]?(\d{4})(?!\d)")


def shown(text: str) -> str:
    """A told text as it may be shown to anybody: no unseen marks, no person's numbers."""
    kept = _UNSEEN.sub("", text)
    return _MOBILE.sub(r"\1****\2", _IDENTITY.sub(r"\1********\2", kept))


def han(text: str) -> SafeString:
    """A told text in its own language and direction, safe to stand in any page."""
    return format_html('<bdi lang="zh-CN">{}</bdi>', shown(text))


def category(code: str) -> str:
    """The word of a category; an unknown one has none."""
    return str(CATEGORIES.get(code, ""))


def licence_kind(code: str) -> str:
    """The word of a kind of licence."""
    return str(LICENCES.get(code, _("证照")))


def scope(licence: PublicLicence) -> str:
    """What a licence allows: categories, stages, modes."""
    words = (
        *(str(CATEGORIES[each]) for each in licence.categories),
        *(str(STAGES[each]) for each in licence.stages),
        *(str(MODES[each]) for each in licence.modes),
    )
    return " · ".join(words)


def full_date(day: date) -> str:
    """A day with its year: 2026年3月27日, in English 27 March 2026."""
    if english():
        return f"{day.day} {day:%B} {day.year}"
    return _("%(year)d年%(month)d月%(day)d日") % {
        "year": day.year,
        "month": day.month,
        "day": day.day,
    }


def month(day: date) -> str:
    """A month with its year."""
    if english():
        return f"{day:%B} {day.year}"
    return _("%(year)d年%(month)d月") % {"year": day.year, "month": day.month}


def moment(at: datetime) -> str:
    """A day and the hour in China."""
    local = at.astimezone(SHANGHAI)
    return _("%(day)s%(clock)s") % {"day": full_date(local.date()), "clock": f"{local:%H:%M}"}


def units(centiunits: int) -> str:
    """Hundredths of a lesson as people write them: 20, 1.5."""
    whole, part = divmod(centiunits, 100)
    return f"{whole}.{part:02d}".rstrip("0") if part else str(whole)
