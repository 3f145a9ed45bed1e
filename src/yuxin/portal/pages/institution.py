"""The public page of an institution: for somebody at its door with thirty seconds."""

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from yuxin.access.reading import reading
from yuxin.assessment import public as colours
from yuxin.assessment.alerts import public as alerts
from yuxin.assessment.alerts.public import PublicNotice
from yuxin.kernel.actor import Actor
from yuxin.kernel.clock import day_of, now
from yuxin.kernel.codes import print_subject_code
from yuxin.kernel.refusal import NotFound
from yuxin.look import field_words
from yuxin.look.language import language_of
from yuxin.look.page import EVERYBODY, page
from yuxin.policy.in_force import pack_on
from yuxin.portal import addresses, courses, facts, kept, words
from yuxin.portal.codes import may_be_a_name, no_such_code
from yuxin.registry import public as registry
from yuxin.registry.public import PublicInstitution, PublicLicence
from yuxin.rules.pack import Pack
from yuxin.tuition import public as tuition

_RULES = Actor.clock(())  # rules are nobody's secret, but their tables are no view of the portal


@page(roles=EVERYBODY)
def institution(request: HttpRequest, code: str) -> HttpResponse:
    """`/i/<code>`; any other name of the institution leads here.

    A page that is kept costs one small query; one that is made costs the same number of queries
    whatever the institution has.
    """
    at = now()
    if not may_be_a_name(code):
        return no_such_code(request, code)
    version = kept.version_of(code)
    if version is None:
        return _elsewhere(request, code)
    language = language_of(request)
    # An hour ends with every day of Shanghai, so the day is in it.
    key = (code, *version, language, int(at.timestamp()) // 3600)
    return kept.answer(request, kept.kept(key, lambda: _made(request, code, language, at)))


def _elsewhere(request: HttpRequest, code: str) -> HttpResponse:
    try:
        with reading(Actor.public()):
            canonical = registry.code_of(code)
    except NotFound:
        return no_such_code(request, code)
    return HttpResponseRedirect(reverse("portal:institution", args=[canonical]))


def _made(request: HttpRequest, code: str, language: str, at: datetime) -> bytes:
    with reading(_RULES):
        pack = pack_on(day_of(at))
    with reading(Actor.public()):
        context = _context(registry.institution(code), pack, at)
    # The page is kept for everybody: nothing of this visitor's address may stand in it.
    other = "zh" if language == "en" else "en"
    context["other_language_url"] = f"{request.path}?lang={other}"
    return render_to_string("portal/institution.html", context, request).encode()


def _context(found: PublicInstitution, pack: Pack | None, at: datetime) -> dict[str, Any]:
    day = day_of(at)
    licences = registry.licences(found.subject_id)
    kind = facts.status_kind(found.status, connected=found.connected)
    custody = registry.custody_account(found.subject_id)
    colour = colours.colours([found.subject_id]).get(found.subject_id)
    teaches = kind is None and found.status == "ACTIVE"
    offered, classes = tuition.courses(found.subject_id, day), tuition.classes(found.subject_id)
    return {
        **courses.shown(offered if teaches else [], classes, pack, day),
        "teaches": teaches,
        "colour": colour.colour.lower() if colour and kind is None else "",
        "colour_since": _("%s起") % words.full_date(colour.from_on) if colour else "",
        "warnings": [_warning(each) for each in alerts.warnings_of(found.subject_id)],
        "institution": found,
        "name": words.han(found.brand or found.name),
        "registered_name": words.han(found.name) if found.brand else "",
        "line": _line(found, licences),
        "kind": kind,
        "kind_since": _since(found, kind),
        "kind_note": _note(found, kind, licences, day),
        "as_of_text": _("截至%s，请看当天的。") % words.moment(at),
        "places": [words.han(site.address) for site in registry.sites(found.subject_id)]
        or ([words.han(found.address)] if found.address else []),
        "papers": facts.papers(found, licences, day),
        "custody": facts.custody(custody) if kind is None else [],
        "complaints": facts.complaints(found),
        "acts": _acts(found, kind),
        "printed_code": print_subject_code(found.code),
        "host": addresses.host(),
    }


def _warning(found: PublicNotice) -> dict[str, Any]:
    return {
        "words": words.han(found.words),
        "term": _("%(first)s至%(last)s")
        % {"first": words.full_date(found.from_on), "last": words.full_date(found.until_on)},
    }


def _line(found: PublicInstitution, licences: list[PublicLicence]) -> str:
    modes = {mode for licence in licences for mode in licence.modes}
    parts = (
        words.category(found.category),
        *(str(field_words.MODES[one]) for one in sorted(modes)),
    )
    return " · ".join(filter(None, parts))


def _since(found: PublicInstitution, kind: str | None) -> str:
    if kind == "grey":
        return _("还没有核过证照")
    if kind in ("ended", "unlicensed") and found.status_on is not None:
        return _("%s起") % words.full_date(found.status_on)
    return ""


def _note(
    found: PublicInstitution, kind: str | None, licences: list[PublicLicence], day: date
) -> str:
    if kind == "grey":
        told = words.month(found.entered_on)
        return _("只有公开的登记信息（%s录入）。不代表好，也不代表不好。") % told
    if kind == "ended":
        return _("不能再招生、收费。交过的钱还没有退的，请拨12345。")
    if kind == "unlicensed":
        return _("没有办学许可证，不能招生、收费。已经交了钱的，留好付款记录，拨12345。")
    if found.status == "ABSCONDED":
        return _("监管部门联系不上这家机构。已经交了钱的，留好付款记录，拨12345。")
    if found.status == "SUSPENDED":
        return _("现在停业，不招生、不收费。")
    return _licence_state(licences, day)


def _licence_state(licences: list[PublicLicence], day: date) -> str:
    ends = [one.valid_until for one in licences if one.kind == "OPERATING"]
    if not ends:
        return _("没有核过的办学许可证。")
    if None in ends:
        return _("办学许可证有效。")
    last = max(end for end in ends if end is not None)
    sentence = _("办学许可证有效，到%s。") if last >= day else _("办学许可证%s已过期。")
    return sentence % words.full_date(last)


def _acts(found: PublicInstitution, kind: str | None) -> list[tuple[str, str, str, str]]:
    rows = [
        ("flag", _("投诉或举报"), _("拨政务服务热线12345"), "tel:12345"),
        ("shield", _("检查一张凭证"), _("不用登录，不联网也能查"), reverse("receipt-check")),
        ("search", _("找别的机构"), "", reverse("portal:search")),
    ]
    if found.status in ("CLOSED", "ABSCONDED"):
        told = _("停业公告"), _("退费的进展"), reverse("portal:closings")
        rows.insert(0, ("warn", *told))
    if kind in (None, "grey"):
        paper = reverse("portal:notice", args=[found.code])
        rows.append(("print", _("打印公示牌"), _("贴在门口看得见的地方"), paper))
    return rows
