"""What the public page says of an institution, as rows of label and value."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from yuxin.look.values import Fact, StatusKind
from yuxin.portal import words
from yuxin.registry.public import PublicCustody, PublicInstitution, PublicLicence

SOON_DAYS = 60  # as the warning line risk.L1: a licence in its last 60 days is said to end soon


def status_kind(status: str, *, connected: bool) -> StatusKind | None:
    """Licence state and connection. A colour comes from a judgement, never from here."""
    if status == "CLOSED":
        return "ended"
    if status in ("UNLICENSED", "REVOKED"):
        return "unlicensed"
    return None if connected else "grey"


def lines(parts: Iterable[Any]) -> SafeString:
    """Parts of a note below each other; empty ones are left out."""
    filled = [part for part in parts if part]
    return format_html_join(
        "", "{}<span>{}</span>", ((_break(at), part) for at, part in enumerate(filled))
    )


def _break(at: int) -> SafeString:
    return SafeString("<br>") if at else SafeString("")


def papers(found: PublicInstitution, licences: Sequence[PublicLicence], day: date) -> list[Fact]:
    """Licences and registration, the operating licence first."""
    kinds = [licence.kind for licence in licences]
    order = ("OPERATING", "REGISTRATION", "FIRE", "FOOD")
    ranked = sorted(licences, key=lambda one: order.index(one.kind) if one.kind in order else 9)
    facts = [_licence(one, day) for one in ranked]
    if "OPERATING" not in kinds:
        nothing = _("没有核过的许可证")
        facts.insert(0, Fact(_("办学许可"), nothing, _("不等于没有，请问主管部门。")))
    if found.uscc:
        facts.append(Fact(_("信用代码"), found.uscc, words.han(found.name), code=True))
    return facts


def _licence(licence: PublicLicence, day: date) -> Fact:
    until = licence.valid_until
    left = None if until is None else (until - day).days
    note = lines(
        (
            _("有效期到%s") % words.full_date(until) if until else "",
            words.scope(licence),
            words.han(licence.number) if licence.number else "",
            words.han(licence.issuer) if licence.issuer else "",
        )
    )
    label = words.licence_kind(licence.kind)
    if left is not None and left < 0:
        return Fact(label, _("已过期"), note, status="red")
    if left is not None and left <= SOON_DAYS:
        soon = ngettext("%(n)s天后到期", "%(n)s天后到期", left) % {"n": left}
        return Fact(label, soon, note, status="yellow")
    return Fact(label, _("有效"), note, status="green")


def custody(account: PublicCustody | None) -> list[Fact]:
    """The one account that tuition goes to, by its last four digits."""
    if account is None:
        return []
    return [
        Fact(_("户名"), words.han(account.account_title)),
        Fact(_("银行"), words.han(account.bank_name)),
        Fact(_("账号"), f"**** **** **** {account.number_last4}", code=True),
    ]


def complaints(found: PublicInstitution) -> list[Fact]:
    """Who answers for the institution, by telephone and by name."""
    facts = [Fact(_("热线"), "12345", _("政务服务热线，说机构名或公示牌编码。"), url="tel:12345")]
    if found.supervising:
        facts.append(Fact(_("监管部门"), words.han(found.supervising)))
    if found.approving and found.approving != found.supervising:
        facts.append(Fact(_("审批部门"), words.han(found.approving)))
    return facts
