"""The fields that a list of institutions can carry, and the headings they go by."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Field(StrEnum):
    """What a column can be read as."""

    SEQ = "seq"
    REF = "ref"
    NAME = "name"
    BRAND = "brand"
    USCC = "uscc"
    OLD_NUMBER = "old_number"
    ENTITY_TYPE = "entity_type"
    PROVINCE = "province"
    CITY = "city"
    DISTRICT = "district"
    TOWN = "town"
    ADDRESS = "address"
    ESTABLISHED = "established_on"
    CAPITAL = "capital_fen"
    SCOPE = "business_scope"
    CATEGORY = "category"
    CATEGORY_BASIS = "category_basis"
    LICENCE_NO = "licence_no"
    LICENCE_VALIDITY = "licence_validity"
    LICENCE_FROM = "licence_from"
    LICENCE_UNTIL = "licence_until"
    AUTHORITY = "authority"
    STATEMENT = "statement"
    """What the source says happened: kept as printed, changes nothing."""
    PROVENANCE = "provenance"
    PERSONAL = "personal"
    """Names and numbers of persons: never read."""
    IGNORED = "ignored"


FIELD_WORDS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "seq": ("序号", "No."),
        "ref": ("来源编号", "Source's own number"),
        "name": ("机构名称", "Name"),
        "brand": ("品牌", "Brand"),
        "former_name": ("曾用名", "Former name"),
        "sites": ("教学点", "Teaching points"),
        "uscc": ("统一社会信用代码", "Unified social credit code"),
        "old_number": ("旧注册号", "Old registration number"),
        "masked_code": ("遮掩的代码", "Masked code"),
        "entity_type": ("主体类型", "Kind of entity"),
        "province": ("省份", "Province"),
        "city": ("城市", "City"),
        "district": ("区县", "District"),
        "town": ("镇街", "Town"),
        "address": ("地址", "Address"),
        "established_on": ("成立日期", "Established"),
        "capital_fen": ("注册资本", "Registered capital"),
        "business_scope": ("经营范围", "Business scope"),
        "category": ("类别", "Category"),
        "category_basis": ("类别依据", "Basis of the category"),
        "licence_no": ("办学许可证号", "Licence number"),
        "licence_validity": ("许可证有效期", "Licence validity"),
        "licence_from": ("有效期起", "Valid from"),
        "licence_until": ("有效期止", "Valid until"),
        "authority": ("审批机关", "Authority"),
        "statement": ("来源所述情况", "Statement of the source"),
        "provenance": ("出处", "Provenance"),
        "personal": ("个人信息（不读取）", "Personal data (not read)"),
        "ignored": ("不读取", "Not read"),
        "same_as": ("同一机构", "Same institution"),
        "parent": ("上级机构", "Parent"),
        "layout": ("整行", "Whole row"),
    }
)

_EXACT: Final[dict[Field, str]] = {
    Field.SEQ: "序号 编号 序 no no. 号",
    Field.REF: "ref id 来源编号 记录号",
    Field.NAME: "机构名称 名称 单位名称 企业名称 学校名称 培训机构名称 机构全称 机构 "
    "校外培训机构名称 办学机构 name 机构及教学点 培训机构 主体名称 市场主体名称 登记名称 "
    "institution 办学机构名称 民办学校名称",
    Field.BRAND: "品牌 品牌名称 商标 字号 brand 对外名称 门店名称 简称",
    Field.USCC: "统一社会信用代码 社会信用代码 信用代码 uscc 统一信用代码 "
    "统一社会信用代码/注册号 统一代码 机构代码 组织代码 代码",
    Field.OLD_NUMBER: "注册号 工商注册号 旧注册号 组织机构代码 营业执照号 营业执照注册号",
    Field.ENTITY_TYPE: "企业类型 主体类型 公司类型 机构类型 单位性质 法人类型 entity_type "
    "登记类型 性质 组织形式",
    Field.PROVINCE: "省份 省 所在省 province 省市",
    Field.CITY: "城市 市 所在市 地市 city 设区市",
    Field.DISTRICT: "区县 县区 县 区 所在区县 district 县市区 县(市、区) 所属区 行政区划 所属区域",
    Field.TOWN: "街道 乡镇 镇街 所属街道 街镇 乡镇街道 town",
    Field.ADDRESS: "地址 办学地址 办学地点 机构地址 注册地址 住所 经营场所 培训地点 培训地址 "
    "详细地址 address 教学地址 经营地址 场所地址 办公地址",
    Field.ESTABLISHED: "成立日期 注册日期 成立时间 设立日期 登记日期 established 注册时间 "
    "成立年月 开办日期",
    Field.CAPITAL: "注册资本 注册资金 开办资金 注册资本金 registered_capital_raw "
    "registered_capital 资本 资金数额",
    Field.SCOPE: "经营范围 业务范围 办学内容 培训内容 培训项目 business_scope 办学范围 许可内容",
    Field.CATEGORY: "机构类别 培训类别 类别 学科类别 subject_type 培训类型 办学类别 科目类别 分类",
    Field.CATEGORY_BASIS: "类别依据 subject_type_basis 分类依据",
    Field.LICENCE_NO: "办学许可证号 许可证号 许可证编号 办学许可证编号 licence_no license_no "
    "办学许可证 许可文号 证照编号",
    Field.LICENCE_VALIDITY: "许可证有效期 有效期 有效期限 办学许可证有效期 licence_validity_raw "
    "许可有效期 证照有效期",
    Field.LICENCE_FROM: "有效期起 有效期自 发证日期 许可日期 有效期开始 批准日期 发证时间",
    Field.LICENCE_UNTIL: "有效期止 有效期至 到期日期 截止日期 有效期结束 有效期限至",
    Field.AUTHORITY: "审批机关 发证机关 主管部门 审批部门 许可机关 登记机关 业务主管单位",
    Field.STATEMENT: "status reason list_type 违规情形 列入黑名单原因 查处时间 处理结果 状态 "
    "处理情况 存在问题 违规事实 年检结果 名单类型 情况说明 违规行为 整改情况 查处情况 处罚结果 "
    "列入原因 检查结果 问题",
    Field.PROVENANCE: "source source_url source_row source_date note 备注 来源 来源网址 说明 "
    "数据来源 source_line url 网址",
    Field.PERSONAL: "法定代表人 法人 法人代表 负责人 校长 联系人 联系电话 电话 手机 手机号 举办者 "
    "身份证号 身份证号码 联系方式 校长姓名 负责人电话 法人姓名 邮箱 法定代表人姓名 实际控制人 "
    "phone contact 姓名",
}
EXACT: Final[Mapping[str, Field]] = MappingProxyType(
    {word: field for field, words in _EXACT.items() for word in words.split()}
)
_CONTAINS: Final[tuple[tuple[str, Field], ...]] = (
    ("信用代码", Field.USCC),
    ("电话", Field.PERSONAL),
    ("手机", Field.PERSONAL),
    ("身份证", Field.PERSONAL),
    ("联系人", Field.PERSONAL),
    ("姓名", Field.PERSONAL),
    ("法定代表人", Field.PERSONAL),
    ("负责人", Field.PERSONAL),
    ("校长", Field.PERSONAL),
    ("举办者", Field.PERSONAL),
    ("许可证号", Field.LICENCE_NO),
    ("许可证编号", Field.LICENCE_NO),
    ("有效期至", Field.LICENCE_UNTIL),
    ("有效期", Field.LICENCE_VALIDITY),
    ("地址", Field.ADDRESS),
    ("地点", Field.ADDRESS),
    ("注册资", Field.CAPITAL),
    ("开办资金", Field.CAPITAL),
    ("成立日期", Field.ESTABLISHED),
    ("注册日期", Field.ESTABLISHED),
    ("经营范围", Field.SCOPE),
    ("机构名称", Field.NAME),
    ("学校名称", Field.NAME),
    ("企业名称", Field.NAME),
    ("单位名称", Field.NAME),
    ("机构全称", Field.NAME),
    ("违规", Field.STATEMENT),
    ("处理", Field.STATEMENT),
    ("备注", Field.PROVENANCE),
)

WRITTEN: Final = frozenset(
    {
        Field.NAME,
        Field.BRAND,
        Field.USCC,
        Field.OLD_NUMBER,
        Field.ENTITY_TYPE,
        Field.PROVINCE,
        Field.CITY,
        Field.DISTRICT,
        Field.TOWN,
        Field.ADDRESS,
        Field.ESTABLISHED,
        Field.CAPITAL,
        Field.SCOPE,
        Field.CATEGORY,
        Field.LICENCE_NO,
        Field.LICENCE_FROM,
        Field.LICENCE_UNTIL,
        Field.AUTHORITY,
    }
)

KEPT_IN_REGISTER: Final = frozenset(
    {
        "name",
        "brand",
        "sites",
        "uscc",
        "old_number",
        "address",
        "established_on",
        "capital_fen",
        "business_scope",
        "category",
        "licence_no",
        "licence_from",
        "licence_until",
        "authority",
    }
)
"""The values that a subject has; the others stay in the imported row."""

_UNIT = re.compile(
    r"单位[:：]?\s*(亿元|百万元|万元|千元|元)|[(（]\s*(亿元|百万元|万元|千元|元)\s*[)）]"
)


def heading_key(text: str) -> str:
    """A heading without width, spaces, line breaks, case and bracketed units."""
    folded = unicodedata.normalize("NFKC", text).lower()
    folded = re.sub(r"\s|\*", "", folded)
    return re.sub(r"[(](?:单位[:]?)?(?:亿元|百万元|万元|千元|元|必填|选填)[)]", "", folded)


def field_of_heading(text: str) -> tuple[Field, str] | None:
    """The field that a heading names, and the word that says so.

    A long text is no heading, whatever words it holds.
    """
    key = heading_key(text)
    if not key or len(key) > 30:
        return None
    if key in EXACT:
        return EXACT[key], key
    if len(key) <= 16:
        for word, field in _CONTAINS:
            if word in key:
                return field, word
    return None


def unit_in(text: str) -> str:
    """The unit of money that a heading or title line states, or nothing."""
    match = _UNIT.search(unicodedata.normalize("NFKC", text))
    return (match[1] or match[2]) if match else ""
