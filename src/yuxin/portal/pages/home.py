"""The front door of the public side."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from yuxin.access.reading import reading
from yuxin.kernel.actor import Actor
from yuxin.look.page import EVERYBODY, page
from yuxin.registry import public as registry
from yuxin.registry.public import PublicChoice


@page(roles=EVERYBODY)
def home(request: HttpRequest) -> HttpResponse:
    """`/`: a search box, what this is, the ways on."""
    with reading(Actor.public()):
        counts = registry.counted(PublicChoice())
    said = {"all": f"{counts.all:,}", "connected": f"{counts.connected:,}"}
    sentences = (
        _("学费先进托管专户，上过一节，才划给机构一节。"),
        _("没上的课，按您付的价钱退，从专户退回您的账户。"),
        _("每一笔都记在存证本里，改不了，您自己就能查。"),
        _("颜色只说现在的风险，不评教得好不好。"),
    )
    acts = (
        ("next", _("登录"), _("家长、机构、银行和工作人员"), reverse("sign-in")),
        (
            "doc",
            _("机构名录"),
            _("共%(all)s家，已接入%(connected)s家") % said,
            reverse("portal:institutions"),
        ),
        ("flag", _("监管提示"), _("核实后向公众提示的机构"), reverse("portal:warnings")),
        ("warn", _("停业公告"), _("停业机构的退费进展"), reverse("portal:closings")),
        ("shield", _("检查一张凭证"), _("不用登录，不联网也能查"), reverse("receipt-check")),
        ("eye", _("存证本的签名"), _("给核对的人和程序用"), reverse("log-checkpoint")),
        ("flag", _("投诉或举报"), _("拨政务服务热线12345"), "tel:12345"),
    )
    return render(request, "portal/home.html", {"sentences": sentences, "acts": acts})
