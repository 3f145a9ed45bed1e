"""The menu tree of the workbench: every page that has a place in it, in the officials' words."""

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yuxin.look.frame import Frame, MenuGroup, MenuItem, menu_for
from yuxin.look.page import actor_of

GROUPS: tuple[MenuGroup, ...] = (
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
        sign_out_url=reverse("sign-out"),
    )
