"""Clues of payments outside custody in the words that bureau and family share."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from yuxin.look.values import Text

MEANS: Final[dict[str, Text]] = {
    "TRANSFER": _("银行转账"),
    "WECHAT": _("微信"),
    "ALIPAY": _("支付宝"),
    "CASH": _("现金"),
    "LOAN": _("贷款或分期"),
    "OTHER": _("其他"),
}
COMPARISONS: Final[dict[str, Text]] = {
    "SUPERVISED": _("就是监管账户"),
    "OTHER": _("不是监管账户"),
    "UNKNOWN": _("没有账号可比"),
}
FOUND: Final[dict[str, Text]] = {
    "SUBSTANTIATED": _("查实"),
    "UNFOUNDED": _("不属实"),
    "INSIDE": _("款项已在监管账户"),
}
