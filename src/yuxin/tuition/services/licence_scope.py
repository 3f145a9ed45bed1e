"""Whether a course lies within a licence: category, stage, mode, site, term."""

from collections.abc import Sequence
from datetime import date

from yuxin.kernel.refusal import Refusal
from yuxin.registry.models import LicenceValue, SiteValue
from yuxin.tuition.services.courses import CourseDraft


class BeyondLicence(Refusal):
    """What is offered is not on any licence in force."""

    code = "beyond_licence"
    status = 422
    zh = "{what_zh}不在办学许可范围内：{why_zh}。请先办理许可变更，或改为许可范围内的{what_zh}。"
    en = "The {what_en} is beyond the licence: {why_en}. Change the licence first or the {what_en}."


def require_within(
    draft: CourseDraft,
    *,
    licences: Sequence[LicenceValue],
    sites: Sequence[SiteValue],
    day: date,
) -> None:
    """Refuse a course that no licence in force covers, naming the first thing that is beyond.

    A licence is expired from the day after its last day; the course's last lesson must lie within
    it. Raises: BeyondLicence.
    """
    valid = [each for each in licences if not each.valid_until or each.valid_until >= day]
    if not valid:
        raise _beyond("licence", "许可证", "没有有效的办学许可证", "there is none in force")
    checks = (
        ("category", "类别", draft.category, "categories"),
        ("stage", "学段", draft.stage, "stages"),
        ("mode", "形式", draft.mode, "modes"),
    )
    for name, zh, wanted, attribute in checks:
        kept = [each for each in valid if wanted in getattr(each, attribute)]
        if not kept:
            have = "、".join(sorted({word for each in valid for word in getattr(each, attribute)}))
            raise _beyond(name, zh, f"许可的是{have or '无'}", f"it allows {have or 'none'}")
        valid = kept
    valid = _of_site(draft, valid, sites)
    if all(each.valid_until and each.valid_until < draft.last_on for each in valid):
        last = max(each.valid_until for each in valid if each.valid_until)
        raise _beyond(
            "last_on",
            "末课日期",
            f"许可证{last.isoformat()}到期，早于末课",
            f"it ends on {last.isoformat()}, before the last lesson",
        )


def _of_site(
    draft: CourseDraft, licences: Sequence[LicenceValue], sites: Sequence[SiteValue]
) -> list[LicenceValue]:
    """The licences that allow the site: their terms are not lent to one another."""
    if draft.mode == "ONLINE":
        return list(licences)
    site = next((each for each in sites if each.site_id == draft.site_id), None)
    if site is None:
        raise _beyond("site_id", "教学点", "没有登记这个教学点", "this site is not registered")
    code = site.site.code
    kept = [each for each in licences if not each.site_codes or code in each.site_codes]
    if not kept:
        raise _beyond(
            "site_id", "教学点", "许可证没有列出这个教学点", "the licence omits this site"
        )
    return kept


def _beyond(field: str, what_zh: str, why_zh: str, why_en: str) -> BeyondLicence:
    what_en = {"site_id": "site", "last_on": "last lesson"}.get(field, field)
    return BeyondLicence(
        field=field, what_zh=what_zh, what_en=what_en, why_zh=why_zh, why_en=why_en
    )
