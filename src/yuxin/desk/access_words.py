"""Roles, lines and kinds of looks in the words of the desk."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from yuxin.kernel.actor import Role
from yuxin.look.field_words import CATEGORIES
from yuxin.look.values import Text

ROLES: Final[dict[str, Text]] = {
    Role.OFFICER.value: _("教育局监管员"),
    Role.HEAD.value: _("教育局负责人"),
    Role.WINDOW_CLERK.value: _("窗口人员"),
    Role.GRID_WORKER.value: _("镇街网格员"),
    Role.DEPARTMENT.value: _("部门人员"),
    Role.BANK.value: _("托管银行"),
    Role.INSURER.value: _("保险公司"),
    Role.ASSOCIATION.value: _("行业协会"),
    Role.INSTITUTION_HEAD.value: _("机构负责人"),
    Role.INSTITUTION_FINANCE.value: _("机构财务"),
    Role.INSTITUTION_TEACHER.value: _("机构教师"),
    Role.SCHOOL_HEAD.value: _("学校负责人"),
    Role.SCHOOL_ETHICS.value: _("学校师德专员"),
    Role.SCHOOL_AFTERCARE.value: _("课后服务负责人"),
    Role.TEACHER.value: _("教师"),
    Role.GUARDIAN.value: _("家长"),
    Role.SUPERVISOR.value: _("社会监督员"),
    Role.LEVEL_ABOVE.value: _("上级主管部门"),
    Role.ADMINISTRATOR.value: _("系统管理员"),
    Role.AUDITOR.value: _("审计人员"),
}
LINES: Final[dict[str, Text]] = {
    "ALL": _("全部类别"),
    **CATEGORIES,
    "SCHOOL": _("学校和幼儿园"),
}
LOOKS: Final[dict[str, Text]] = {
    "phone": _("电话号码"),
    "id_number": _("证件号码"),
    "list.exported": _("名单导出"),
}
STATES: Final[dict[str, Text]] = {"active": _("在用"), "shut": _("已停用"), "here": _("正在登录")}
