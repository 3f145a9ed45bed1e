"""What reconciliation is called on pages."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yuxin.tuition.breaks.models import Break

Text = str | Promise
CAUSES: Final[Mapping[str, Text]] = {
    "platform_only": gettext_lazy("平台多"),
    "bank_only": gettext_lazy("银行多"),
    "amount_diff": gettext_lazy("金额不符"),
    "status_diff": gettext_lazy("状态不符"),
    "duplicate": gettext_lazy("重复入账"),
    "date_diff": gettext_lazy("日期不一"),
    "bal_diff": gettext_lazy("余额不符"),
    "file_missing": gettext_lazy("缺文件"),
    "books_diff": gettext_lazy("分户不符"),
    "no_papers": gettext_lazy("缺凭据"),
    "unconfirmed": gettext_lazy("划转缺确认"),
}
STANDINGS: Final[Mapping[str, Text]] = {
    "unowned": gettext_lazy("无人认领"),
    "owned": gettext_lazy("有责任人"),
    "matched": gettext_lazy("已对上"),
    "explained": gettext_lazy("已说明"),
    "returned": gettext_lazy("已退回"),
}
BRIDGE: Final[Mapping[str, Text]] = {
    "in_transit": gettext_lazy("在途：家长已付，银行还没有逐笔报"),
    "ordered": gettext_lazy("已发指令，银行还没有报结果"),
    "returned": gettext_lazy("退票在途"),
    "unbooked": gettext_lazy("有差错、没有入账的流水"),
    "carried": gettext_lazy("以前各日余额不符，结转"),
    "balance": gettext_lazy("余额不符，来历不明"),
}


def situation(one: Break) -> str:
    """A break in a line: what it concerns."""
    named = {
        "balance": _("银行期末与账簿不等"),
        "sum": _("期初加收减付不等于期末"),
        "opening": _("期初不等于上日期末"),
    }
    if one.reference in named:
        return named[one.reference]
    if one.line is not None:
        return _("银行流水 %(serial)s") % {"serial": one.line.bank_serial}
    if one.cause == "platform_only":
        return _("合同或指令 %(code)s，银行没有报") % {"code": one.reference}
    return _("合同 %(code)s") % {"code": one.reference.partition(":")[0] or "–"}
