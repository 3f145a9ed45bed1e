"""The pattern page: every component in all its states, for developers; demo mode only."""

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from yuxin.look import errors
from yuxin.look.frame import Choice, Frame, MenuGroup, MenuItem, Scope
from yuxin.look.page import EVERYBODY, page
from yuxin.look.pages import samples


def _frame() -> Frame:
    here = MenuItem(_("样张"), "", "/desk/patterns", current=True, count=37, hot=True)
    other = MenuItem(_("手机样张"), "", "/desk/patterns?face=phone", count=8)
    return Frame(
        menu=(
            MenuGroup("today", _("今日"), (here, other), open=True),
            MenuGroup("money", _("资金"), (other,)),
        ),
        scope=Scope(
            _("示例县（全县）"),
            (Choice(_("示例县（全县）"), "?", True), Choice(_("河口镇"), "?area=1", depth=1)),
            (Choice(_("全部"), "?", True), Choice(_("艺术"), "?line=arts")),
        ),
        bureau_name=_("示例县教育局"),
        search_url="/desk/patterns",
    )


@page(roles=EVERYBODY)
def patterns(request: HttpRequest) -> HttpResponseBase:
    """Show the components of one face; in production there is no such page."""
    if settings.MODE != "demo":
        return errors.not_found(request)
    face = request.GET.get("face", "")
    context = {**samples.everything(), "frame": _frame()}
    if face == "print":
        return render(request, "look/patterns_print.html", context)
    if face == "phone":
        return render(request, "look/patterns_phone.html", context | {"back_url": "/"})
    return samples.TABLE.answer(
        request,
        samples.rows(),
        "look/patterns_desk.html",
        context,
        views=context["views"],
        bulk_url="/desk/patterns",
    )
