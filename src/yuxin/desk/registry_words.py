"""The registry's codes and fields in the words of the desk."""

from typing import Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yuxin.look.field_words import CATEGORIES, LICENCES, MODES, STAGES, STATUSES
from yuxin.look.values import Text

KINDS: Final[dict[str, Text]] = {
    "TRAINING_INSTITUTION": _("校外培训机构"),
    "PRIVATE_SCHOOL": _("民办学校"),
    "PUBLIC_SCHOOL": _("公办学校"),
    "KINDERGARTEN": _("幼儿园"),
    "GOVERNMENT_UNIT": _("政府部门"),
    "SOCIAL_ORGANISATION": _("社会组织"),
    "CARE_CENTRE": _("托管机构"),
    "UNLICENSED_SITE": _("无证点位"),
}
REGISTRATIONS: Final[dict[str, Text]] = {
    "ENTERPRISE": _("企业（营业执照）"),
    "INDIVIDUAL": _("个体工商户（营业执照）"),
    "PRIVATE_NON_ENTERPRISE": _("民办非企业单位"),
    "PUBLIC_INSTITUTION": _("事业单位"),
    "ORGAN": _("机关"),
    "ASSOCIATION": _("社会团体"),
    "OTHER": pgettext_lazy("registration", "其他"),
}
CUSTODY_STATES: Final[dict[str, Text]] = {
    "OPENED": _("已开户"),
    "FILED": _("已备案"),
    "VERIFIED": _("已核验"),
    "PAYMENT_ENABLED": _("已开通支付"),
}
CONTROLLER_ROLES: Final[dict[str, Text]] = {
    "ORGANISER": _("举办者"),
    "ACTUAL_CONTROLLER": _("实际控制人"),
    "LEGAL_REPRESENTATIVE": _("法定代表人"),
    "SHAREHOLDER": _("股东"),
}
POST_ROLES: Final[dict[str, Text]] = {
    "TEACHING": _("教学"),
    "RESEARCH": _("教研"),
    "OTHER": pgettext_lazy("post", "其他"),
}
FEEDS: Final[dict[str, Text]] = {
    "CONTRACTS": _("合同和收费"),
    "BANK": _("银行专户"),
    "LESSONS": _("点名和消课"),
    "STAFF": _("从业人员"),
    "NATIONAL_PLATFORM": _("全国平台"),
}
COLOURS: Final[dict[str, Text]] = {"GREEN": _("绿码"), "YELLOW": _("黄码"), "RED": _("红码")}
YES_NO: Final[dict[str, Text]] = {"yes": _("已接入"), "no": _("未接入")}

ASPECTS: Final[dict[str, Text]] = {
    "name": _("名称"),
    "identity": _("登记信息"),
    "status": _("状态"),
    "category": _("类别"),
    "place": _("住所"),
    "authority": _("审批与监管部门"),
    "custody": _("预收费专户"),
    "connection": _("接入"),
    "brand": _("品牌"),
    "controller": _("举办者与控制人"),
    "licence": _("许可证照"),
    "site": _("教学点"),
    "room": _("教室"),
    "post": _("从业人员"),
}
FIELDS: Final[dict[str, Text]] = {
    "registered_name": _("登记名称"),
    "brand": _("招牌名"),
    "uscc": _("统一社会信用代码"),
    "old_numbers": _("旧注册号"),
    "registration_kind": _("登记类型"),
    "established_on": _("成立日期"),
    "capital_fen": _("注册资金（开办资金）"),
    "legal_representative": _("法定代表人"),
    "business_scope": _("业务范围"),
    "status": _("状态"),
    "category": _("类别"),
    "basis": _("认定依据"),
    "area_code": _("区域"),
    "address": _("地址"),
    "approving": _("审批部门"),
    "supervising": _("监管部门"),
    "bank_name": _("开户银行"),
    "account_title": _("户名"),
    "number_last4": _("账号尾号"),
    "settlement_last4": _("自有账户尾号"),
    "agreement_number": _("三方协议号"),
    "state": _("进度"),
    "connected": _("接入"),
    "licence_number": _("核对的证照"),
    "feeds": _("核对的数据来源"),
    "share_bps": _("持股比例"),
    "kind": _("证照种类"),
    "number": _("证照编号"),
    "issuer": _("发证机关"),
    "categories": _("许可类别"),
    "stages": _("许可学段"),
    "modes": _("许可方式"),
    "site_codes": _("限定教学点"),
    "valid_until": _("有效期至"),
    "name": _("名称"),
    "area_dm2": _("面积"),
    "lease_until": _("场地租期至"),
    "capacity": _("核定人数"),
    "title": _("岗位"),
    "full_time": _("专职"),
    "qualification": _("资格"),
    "qualification_until": _("资格有效期至"),
    "checked_on": _("准入查询"),
    "role": _("身份"),
}
CHOICES: Final[dict[str, dict[str, Text]]] = {
    "registration_kind": REGISTRATIONS,
    "status": STATUSES,
    "category": CATEGORIES,
    "categories": CATEGORIES,
    "stages": STAGES,
    "modes": MODES,
    "feeds": FEEDS,
    "state": CUSTODY_STATES,
}
CHOICES_OF: Final[dict[tuple[str, str], dict[str, Text]]] = {
    ("licence", "kind"): LICENCES,
    ("controller", "role"): CONTROLLER_ROLES,
    ("post", "role"): POST_ROLES,
}


def choices(aspect: str, field: str) -> dict[str, Text] | None:
    """The words of a field with choices, None where it has none."""
    return CHOICES_OF.get((aspect, field)) or CHOICES.get(field)
