"""The field's words for what the registry stores in code: one word for all faces."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from yuxin.look.values import Text

CATEGORIES: Final[dict[str, Text]] = {
    "SUBJECT": _("学科类"),
    "ARTS": _("文化艺术类"),
    "SCITECH": _("科技类"),
    "SPORTS": _("体育类"),
    "OTHER": _("其他类"),
}
STAGES: Final[dict[str, Text]] = {
    "PRESCHOOL": _("学龄前"),
    "COMPULSORY": _("义务教育"),
    "SENIOR": _("高中"),
}
MODES: Final[dict[str, Text]] = {"OFFLINE": _("线下"), "ONLINE": _("线上")}
STATUSES: Final[dict[str, Text]] = {
    "ACTIVE": _("在办"),
    "SUSPENDED": _("停业"),
    "CLOSED": _("已终止"),
    "REVOKED": _("许可证已吊销"),
    "ABSCONDED": _("失去联系"),
    "UNLICENSED": _("无许可证"),
    "UNKNOWN": _("没有核过"),
}
LICENCES: Final[dict[str, Text]] = {
    "OPERATING": _("办学许可证"),
    "REGISTRATION": _("登记证照"),
    "FIRE": _("消防手续"),
    "FOOD": _("食品经营许可证"),
    "OTHER": _("其他许可"),
}
