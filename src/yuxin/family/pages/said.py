"""What a page says after an act: one sentence of a fixed list, named in the address."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from yuxin.look.values import NoticeKind, Text

SENTENCES: dict[str, tuple[NoticeKind, Text]] = {
    "signed": ("green", _("您签好了。机构也签了以后就可以付款。")),
    "confirmed": ("green", _("记下了：这节课上了。")),
    "disputed": ("green", _("记下了：这节课有问题，课费先冻结。别的课照常。")),
    "accepted": ("green", _("记下了：您同意这个方案。等机构答复。")),
    "agreed": ("green", _("双方都同意，钱已经按方案分好。")),
    "refused": ("green", _("记下了：您不同意。调解员会再提方案，或者交监管部门决定。")),
    "withdrawn": ("green", _("记下了：您撤回了异议，这节课算上过。")),
    "refund": ("green", _("退费申请交了。")),
    "visit": ("green", _("到店码开通了。到店时打开这一页给老师扫。")),
    "debt_yes": ("green", _("记下了：收到了机构退的钱。")),
    "cover_claim": ("green", _("报案了，等保险公司答复。")),
    "debt_no": ("yellow", _("记下了：没收到。机构还欠着，教育局也看得到。")),
    "cancelled": ("green", _("合同取消了，没有收费，名额让出来了。")),
    "supplement": ("green", _("补充协议签好了，从现在起照它办。")),
    "declined": ("green", _("记下了，您不签。原合同照旧。")),
    "particulars": ("green", _("记下了，以后的合同会写上。")),
    "child": ("green", _("孩子加好了。")),
    "code": ("info", _("验证码发到您手机了，5分钟内有效。")),
}


def said(request: HttpRequest) -> list[tuple[NoticeKind, Text]]:
    """The notices of a page that an act led to."""
    found = SENTENCES.get(request.GET.get("done", ""))
    return [found] if found else []
