"""What the reading of a row can end in, and the words for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as attribute
from enum import StrEnum
from types import MappingProxyType
from typing import Final, NamedTuple


class Verdict(StrEnum):
    """The end of a source row; the four counts add up to the rows."""

    ACCEPTED = "accepted"
    UNCHANGED = "unchanged"
    DOUBTFUL = "doubtful"
    REJECTED = "rejected"


class Sure(StrEnum):
    """How far a proposal can be trusted."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    NONE = "none"


class Line(StrEnum):
    """Lines of a sheet that are no rows."""

    EMPTY = "empty"
    TITLE = "title"
    HEADER = "header"
    SECTION = "section"
    TOTAL = "total"
    REMARK = "remark"


class Doubt(StrEnum):
    """Kinds of doubt, as an officer works through them."""

    CODE = "code"
    OLD_NUMBER = "old_number"
    MASKED = "masked"
    NO_CODE = "no_code"
    DATE = "date"
    YEAR_MISSING = "year_missing"
    DATE_PART = "date_part"
    UNIT = "unit"
    CURRENCY = "currency"
    AMOUNT = "amount"
    NAMES = "names"
    NAMESAKE = "namesake"
    SAME_CODE = "same_code"
    BRANCH = "branch"
    CATEGORY = "category"
    ADDRESS = "address"
    VALIDITY = "validity"
    FORMULA = "formula"
    PERSONAL = "personal"
    LAYOUT = "layout"
    LENGTH = "length"


DOUBT_WORDS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "code": ("代码校验", "Code check"),
        "old_number": ("旧注册号", "Old number"),
        "masked": ("内容被遮掩", "Masked"),
        "no_code": ("没有代码", "No code"),
        "date": ("日期有误", "Date"),
        "year_missing": ("年份缺失", "Year missing"),
        "date_part": ("日期不全", "Date incomplete"),
        "unit": ("单位不明", "Unit unknown"),
        "currency": ("外币", "Foreign currency"),
        "amount": ("金额有误", "Amount"),
        "names": ("机构教学点同格", "Several names"),
        "namesake": ("同名疑似", "Like another name"),
        "same_code": ("代码重复", "Code twice"),
        "branch": ("分支机构", "Branch"),
        "category": ("类别推测", "Category guessed"),
        "address": ("地址不全", "Address incomplete"),
        "validity": ("有效期不明", "Validity unclear"),
        "formula": ("公式没有值", "Formula without value"),
        "personal": ("疑似个人信息", "Personal data"),
        "layout": ("错位", "Out of place"),
        "length": ("过长", "Too long"),
    }
)

REASONS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "forbidden_letter_mended": (
            "代码不用字母 {letters}，改为形近数字后校验相符",
            "the code never has {letters}; with the digit it looks like, it checks",
        ),
        "one_reading_checks": (
            "校验不符；形近字或邻位互换的改法中只有一种相符",
            "it does not check; of the look-alikes and swaps, one alone does",
        ),
        "several_readings_check": (
            "校验不符；{count} 种改法都相符，不猜",
            "it does not check; {count} changes would, so none is proposed",
        ),
        "last_character_only": (
            "第 9–17 位自身校验相符，只有末位不符；按算法末位应为 {character}",
            "characters 9–17 check by themselves; only the last is off and would be {character}",
        ),
        "check_character": (
            "校验位不符，代码中有错字，须对照证照",
            "the check character does not fit: some character is wrong; compare with the licence",
        ),
        "code_length": (
            "有 {count} 位，应为 18 位",
            "it has {count} characters, not 18",
        ),
        "code_character": (
            "含有代码不用的字符",
            "it holds characters that the code never has",
        ),
        "code_region": (
            "第 3–8 位不是行政区划码",
            "characters 3 to 8 are no region code",
        ),
        "code_rounded": (
            "表格把代码存成了数字，末尾几位已丢失，须对照证照",
            "kept as a number, the code lost its last digits; compare with the licence",
        ),
        "old_number": (
            "15 位旧工商注册号，不能换算成 18 位代码；原值另存",
            "an old 15-digit number; no 18-character code follows from it; it is kept as such",
        ),
        "organisation_code": (
            "9 位组织机构代码，不能换算；原值另存",
            "a 9-character organisation code; it is kept as such",
        ),
        "masked_code": (
            "来源遮掩了代码；原样保留，不作为代码使用",
            "the source masks the code; it is kept as printed and not used as a code",
        ),
        "masked_text": (
            "来源遮掩了部分内容，不补写",
            "the source masks a part; nothing is filled in",
        ),
        "code_is_personal": (
            "像是居民身份证号，不保存",
            "it looks like a citizen's identity number; it is not stored",
        ),
        "no_code_new": (
            "来源没有代码，名录里也没有同名机构；只凭名称建档",
            "the source gives no code, no subject has this name; filed by name alone",
        ),
        "no_code_brand": (
            "来源没有代码，名称不像登记全称（可能是品牌或门店）",
            "no code, and the name does not look registered (a brand or a shop perhaps)",
        ),
        "year_missing": ("来源没有年份，不推定", "the source gives no year; none is assumed"),
        "month_missing": ("来源没有月份，不推定", "the source gives no month; none is assumed"),
        "day_missing": ("来源没有日，不推定", "the source gives no day; none is assumed"),
        "month_end": ("只写到月，建议按当月最后一日", "only a month is given; its last day"),
        "month_start": ("只写到月，建议按当月第一日", "only a month is given; its first day"),
        "year_end": ("只写到年，建议按年末", "only a year is given; its last day"),
        "date_impossible": ("没有这一天", "there is no such day"),
        "date_future": ("晚于导入当日", "later than the day of the import"),
        "date_old": ("早于 1949 年", "before 1949"),
        "date_order": ("可读成 {first} 或 {second}", "it can be read as {first} or {second}"),
        "date_short_year": ("年份只有两位", "the year has two digits only"),
        "date_serial": (
            "像是表格的日期序号，须核对",
            "it looks like a spreadsheet's serial number of a day",
        ),
        "date_unreadable": ("读不出日期", "no date can be read"),
        "dates_several": ("一格里有 {count} 个日期", "there are {count} dates in one cell"),
        "validity_reversed": ("止日早于起日", "it ends before it begins"),
        "validity_business": (
            "写的是“经营期限”，不一定是许可证有效期",
            "it says term of business, which need not be the licence's validity",
        ),
        "validity_bare": (
            "只写“期限”，没有说明是哪个期限",
            "it says term only, not of what",
        ),
        "validity_unreadable": ("读不出起止日期", "no period can be read"),
        "unit_from_heading": (
            "格内没有单位，表头写“{unit}”",
            "no unit in the cell; the heading says {unit}",
        ),
        "unit_missing": (
            "格内和表头都没有单位，不推定",
            "no unit in the cell nor in the heading; none is assumed",
        ),
        "currency": (
            "币种为{currency}，不折算；原文保留",
            "the currency is {currency}; it is not converted; the text is kept",
        ),
        "amount_large": (
            "超过十亿元，疑似把元写成了万元",
            "over one billion yuan; perhaps yuan were written as ten thousands",
        ),
        "amount_small": (
            "不足一千元，疑似漏写“万”",
            "under one thousand yuan; perhaps 万 was left out",
        ),
        "amount_zero": ("写着 0，疑似没有填写", "says 0; perhaps it was not given"),
        "amount_fraction": ("不足一分的零头", "there are fractions of a fen"),
        "amount_unreadable": ("读不出金额", "no amount can be read"),
        "names_split": (
            "一格内有登记名、品牌或教学点，拆开后如右",
            "registered name, brand or teaching point in one cell; split as proposed",
        ),
        "names_brand_site": (
            "没有登记名，只有品牌和校区",
            "no registered name: a brand and a campus",
        ),
        "names_unsplit": (
            "一格内像有几个名称，拆不开",
            "there seem to be several names in the cell; they cannot be told apart",
        ),
        "address_is_site": (
            "地址栏写的是教学点，不是地址",
            "the address column holds a teaching point, not an address",
        ),
        "name_masked": (
            "名称被遮掩，认不出机构",
            "the name is masked; the institution cannot be told",
        ),
        "same_name_other_code": (
            "与“{name}”同名，代码不同（{other}）；建议各自建档",
            "the same name as “{name}” with another code ({other}); two subjects",
        ),
        "same_code_other_name": (
            "代码与“{name}”相同，名称不同；建议视为同一机构",
            "the same code as “{name}” under another name; taken as one institution",
        ),
        "same_name_no_code": (
            "与已建档的“{name}”同名，来源没有代码；建议视为同一机构",
            "the same name as “{name}”, no code given; taken as one institution",
        ),
        "site_of": (
            "名称以“{name}”开头，其余像教学点；建议记为它的教学点",
            "it begins with “{name}” and goes on like a campus; a teaching point of it",
        ),
        "branch_of": (
            "“{name}”的分支机构，有自己的代码；建议建档并注明上级",
            "a branch of “{name}” with a code of its own; filed with its parent noted",
        ),
        "brand_of": (
            "与“{name}”的品牌或曾用名相同",
            "the same as a brand or former name of “{name}”",
        ),
        "like": (
            "与“{name}”相近（{score}%）：去掉地名和“有限公司”等字样后为“{core}”与“{other}”",
            "like “{name}” ({score}%): without place and legal form “{core}” and “{other}”",
        ),
        "earlier_row": ("与第 {row} 行相同", "the same as row {row}"),
        "earlier_row_differs": (
            "与第 {row} 行是同一机构，但“{what}”不同",
            "the same institution as row {row}, but “{what}” differs",
        ),
        "category_unspecific": (
            "来源只写“非学科类”，没有分艺术、科技、体育；只凭名称推测，须核证",
            "the source says non-subject only; guessed from the name, to be checked",
        ),
        "category_unknown": ("不认识的类别", "an unknown category"),
        "house_number_lost": (
            "“{part}”前缺门牌号，不补写",
            "the number before “{part}” is lost; nothing is filled in",
        ),
        "formula_unsaved": (
            "公式没有存下结果，请在 Excel 中打开保存后再导入",
            "the formula has no saved result; open and save the file in Excel",
        ),
        "error_value": ("公式出错：{text}", "the formula failed: {text}"),
        "out_of_step": (
            "竖排粘贴的一组有 {found} 格，应有 {expected} 格，不能确定哪格缺失",
            "a pasted group of {found} cells instead of {expected}; which one is lost is unknown",
        ),
        "too_long": ("有 {count} 字，上限 {limit} 字", "{count} characters, at most {limit}"),
        "no_name": ("没有机构名称，也没有代码", "neither a name nor a code"),
        "name_no_words": ("名称里没有文字", "the name holds no words"),
        "name_is_person": ("像是个人，不按机构建档", "it looks like a person, not an institution"),
    }
)

NOTES: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "blank_word": ("写着“{text}”，按未填", "says “{text}”; taken as not given"),
        "full_width": ("全角数字、字母改为半角", "full-width digits and letters made half-width"),
        "spaces": ("去掉多余空白", "stray spaces removed"),
        "capitals": ("代码改为大写", "the code put in capitals"),
        "yuan_assumed": ("未写币种，按人民币", "no currency given; taken as yuan"),
        "personal_removed": (
            "文中的电话或证件号没有保存",
            "a telephone or identity number in the text was not stored",
        ),
        "category_guess": (
            "类别注明是推测，没有采用",
            "the category is marked as a guess and was not taken",
        ),
        "source_statement": (
            "来源所述情况只作原文保留，不改变机构状态",
            "what the source states is kept as printed and changes nothing",
        ),
        "no_end": ("长期有效", "no end"),
        "see_licence": ("来源写“以许可证为准”，没有日期", "the source refers to the licence"),
        "merged": ("值来自合并单元格", "the value comes from a merged cell"),
        "branch": ("名称是分支机构，名录里没有上级", "a branch; its parent is not in the register"),
        "date_read": ("日期改为统一写法", "the date put in the common form"),
        "day_word_missing": ("日期末尾缺“日”字", "the word for day is missing"),
        "former_name": ("括号内为曾用名", "a former name in brackets"),
    }
)


@dataclass(frozen=True, slots=True)
class Doubtful:
    """One doubtful cell: what is written there, what it may mean, and why."""

    field: str
    kind: Doubt
    source: str
    reason: str
    proposal: Mapping[str, str] | None = None
    """Field -> value that accepting would write; empty text leaves a field blank."""
    sure: Sure = Sure.NONE
    facts: Mapping[str, str] = attribute(default_factory=dict)
    column: int = -1


class Reading(NamedTuple):
    """What one cell says."""

    values: tuple[tuple[str, str], ...] = ()
    doubts: tuple[Doubtful, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class Row:
    """One source row and what became of it."""

    sheet: int
    number: int
    """As the spreadsheet counts it, from 1."""
    cells: list[str]
    verdict: Verdict = Verdict.ACCEPTED
    values: dict[str, str] = attribute(default_factory=dict)
    doubts: list[Doubtful] = attribute(default_factory=list)
    notes: list[str] = attribute(default_factory=list)
    rejected: str = ""
    """Why, when rejected: a key of REASONS."""
    matched: str = ""
    """The code of the subject that the row speaks of, when it is known without doubt."""
    section: str = ""

    def settle(self) -> None:
        """Set the verdict from what was found; a rejection stands above a doubt."""
        if self.rejected:
            self.verdict = Verdict.REJECTED
        elif self.doubts:
            self.verdict = Verdict.DOUBTFUL


@dataclass(frozen=True, slots=True)
class OtherLine:
    """A line that is no row: listed, never counted among the rows."""

    sheet: int
    number: int
    kind: Line
    text: str


def say(words: Mapping[str, tuple[str, str]], key: str, language: str, **facts: str) -> str:
    """The sentence of a reason or note in one language."""
    zh, en = words[key]
    sentence = en if language.startswith("en") else zh
    return sentence.format_map(facts)
