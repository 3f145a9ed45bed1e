"""The menu tree of the workbench: every page that has a place in it, in the officials' words."""

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yuxin.desk.pages.institutions import READERS
from yuxin.look.frame import Frame, MenuGroup, MenuItem, menu_for
from yuxin.look.page import actor_of

GROUPS: tuple[MenuGroup, ...] = (
    MenuGroup("today", _("今日"), (MenuItem(_("待办"), "desk:home"),), open=True),
    MenuGroup("subjects", _("机构"), (MenuItem(_("机构名录"), "desk:institutions"),), open=True),
    MenuGroup("risk", _("风险"), (MenuItem(_("码色预警"), "desk:alerts"),), open=True),
    MenuGroup("data", _("数据"), (MenuItem(_("导入"), "desk:imports"),), open=True),
)


def frame(request: HttpRequest) -> Frame:
    """What stands around a page of the workbench for the person who asks."""
    actor = actor_of(request)
    if actor.account_id is None:
        return Frame(sign_in_url=settings.SIGN_IN_URL)
    return Frame(
        menu=menu_for(GROUPS, actor=actor, path=request.path),
        bureau_name=_("校外培训信用监管"),
        home_url="/desk/",
        search_url=reverse("desk:search") if actor.roles & READERS else "",
        sign_out_url=reverse("sign-out"),
    )
