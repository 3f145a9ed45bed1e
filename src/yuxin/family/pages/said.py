"""What a page says after an act: one sentence of a fixed list, named in the address."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from yuxin.look.values import NoticeKind, Text

SENTENCES: dict[str, tuple[NoticeKind, Text]] = {
    "signed": ("green", _("合同签好了。付款以后才开始上课。")),
    "confirmed": ("green", _("记下了：这节课上了。")),
    "disputed": ("green", _("记下了：这节课有问题，课费先冻结。别的课照常。")),
    "refund": ("green", _("退费申请交了。")),
    "child": ("green", _("孩子加好了。")),
    "code": ("info", _("验证码发到您手机了，5分钟内有效。")),
}


def said(request: HttpRequest) -> list[tuple[NoticeKind, Text]]:
    """The notices of a page that an act led to."""
    found = SENTENCES.get(request.GET.get("done", ""))
    return [found] if found else []
