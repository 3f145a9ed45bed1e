"""The menu tree of the workbench: every page that has a place in it, in the officials' words."""

from dataclasses import replace
from typing import Final

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yuxin.desk import access_words as words
from yuxin.desk.pages.institutions import READERS
from yuxin.kernel.actor import Actor, Role
from yuxin.kernel.clock import SHANGHAI
from yuxin.look.frame import Frame, MenuGroup, MenuItem, menu_for
from yuxin.look.page import actor_of
from yuxin.look.signed_in import session_of
from yuxin.look.values import Link

GROUPS: tuple[MenuGroup, ...] = (
    MenuGroup(
        "today",
        _("今日"),
        (
            MenuItem(_("待办"), "desk:home"),
            MenuItem(_("办理事项"), "desk:proceedings"),
            MenuItem(_("全县一览"), "desk:leader"),
        ),
        open=True,
    ),
    MenuGroup(
        "subjects",
        _("机构"),
        (
            MenuItem(_("机构名录"), "desk:institutions"),
            MenuItem(_("导入"), "desk:imports"),
        ),
        open=True,
    ),
    MenuGroup(
        "teaching",
        _("教学"),
        (
            MenuItem(_("课程"), "desk:courses"),
            MenuItem(_("班级和点名"), "desk:classes"),
            MenuItem(_("到店核销"), "desk:visits"),
            MenuItem(_("沉默不算的课"), "desk:silence"),
        ),
        open=True,
    ),
    MenuGroup(
        "contracts",
        _("合同和发票"),
        (
            MenuItem(_("合同台账"), "desk:contracts"),
            MenuItem(_("待签合同"), "desk:countersign"),
            MenuItem(_("补充协议"), "desk:supplements"),
            MenuItem(_("存量合同"), "desk:running"),
            MenuItem(_("存量未覆盖"), "desk:running-uncovered"),
            MenuItem(_("镜像合同"), "desk:mirror"),
            MenuItem(_("发票、合同、购课人"), "desk:three-way"),
            MenuItem(_("收费合计和指导价"), "desk:charges"),
        ),
    ),
    MenuGroup(
        "funds",
        _("资金"),
        (
            MenuItem(_("我的钱"), "desk:money"),
            MenuItem(_("钱在不在"), "desk:money-there"),
            MenuItem(_("今晚各机构资金"), "desk:tonight"),
            MenuItem(_("监管运行数据"), "desk:figures"),
            MenuItem(_("一笔钱的来去"), "desk:trace"),
            MenuItem(_("预拨敞口"), "desk:exposure"),
        ),
        open=True,
    ),
    MenuGroup(
        "refunds",
        _("退费和争议"),
        (
            MenuItem(_("退费"), "desk:refunds"),
            MenuItem(_("课时争议"), "desk:disputes"),
            MenuItem(_("机构应补的退费"), "desk:debts"),
        ),
        open=True,
    ),
    MenuGroup(
        "bank",
        _("专户和银行"),
        (
            MenuItem(_("预收费专户"), "desk:own-account"),
            MenuItem(_("专户三率"), "desk:custody-accounts"),
            MenuItem(_("银行对账"), "desk:reconciliation"),
            MenuItem(_("对账差错"), "desk:breaks"),
            MenuItem(_("银行指令"), "desk:instructions"),
            MenuItem(_("银行服务"), "desk:bank-service"),
            MenuItem(_("托管银行遴选"), "desk:bank-selections"),
        ),
    ),
    MenuGroup(
        "risk",
        _("风险"),
        (
            MenuItem(_("预警"), "desk:alerts"),
            MenuItem(_("账户外收费线索"), "desk:clues"),
            MenuItem(_("停业处置"), "desk:closings"),
            MenuItem(_("接收学员"), "desk:places"),
            MenuItem(_("保证金"), "desk:deposits"),
            MenuItem(_("学费保险产品"), "desk:products"),
            MenuItem(_("保险报案"), "desk:cover-claims"),
        ),
        open=True,
    ),
    MenuGroup(
        "system",
        _("系统"),
        (
            MenuItem(_("账号和授权"), "desk:accounts"),
            MenuItem(_("规则包"), "desk:rules"),
            MenuItem(_("监管方式"), "desk:policy"),
            MenuItem(_("区域"), "desk:areas"),
            MenuItem(_("托管银行"), "desk:banks"),
            MenuItem(_("镜像来源"), "desk:mirror-sources"),
            MenuItem(_("查看记录"), "desk:looks"),
            MenuItem(_("特权时段"), "desk:privileged"),
            MenuItem(_("我的页面"), "desk:me"),
        ),
    ),
)
OPEN_ALL_MAX: Final = 16  # pages; a menu no longer than this stands open as a whole


def frame(request: HttpRequest) -> Frame:
    """What stands around a page of the workbench for the person who asks."""
    actor = actor_of(request)
    if actor.account_id is None:
        return Frame(sign_in_url=settings.SIGN_IN_URL)
    return Frame(
        menu=_menu(actor, request.path),
        bureau_name=_("校外培训信用监管"),
        home_url="/desk/",
        search_url=reverse("desk:search") if actor.roles & READERS else "",
        sign_out_url=reverse("sign-out"),
        actor_post=_post(request),
        account_menu=(Link(_("我的页面"), reverse("desk:me")),),
    )


def _menu(actor: Actor, path: str) -> list[MenuGroup]:
    """Who opens few pages sees them all; a long menu keeps open what the day is made of."""
    groups = menu_for(GROUPS, actor=actor, path=path)
    if sum(len(group.entries) for group in groups) > OPEN_ALL_MAX:
        return groups
    return [replace(group, open=True) for group in groups]


def _post(request: HttpRequest) -> str:
    """In which role somebody acts, and until when a privileged period is open."""
    actor, who = actor_of(request), session_of(request)
    said = [str(words.ROLES[role.value]) for role in Role if role in actor.roles][:1]
    if who is not None and who.privileged_until is not None:
        time = f"{who.privileged_until.astimezone(SHANGHAI):%H:%M}"
        said.append(gettext("特权至 %(time)s") % {"time": time})
    return " · ".join(said)
