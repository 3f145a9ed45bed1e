"""Names of institutions: what is registered, brand or campus; and when two names agree."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

_COMPANY = re.compile(
    r"^.+?(?:[(](?:有限责任公司|股份有限公司|有限公司|个人独资|普通合伙|有限合伙|特殊普通合伙|合伙企业)[)]"
    r"|公司(?:[(](?:个人独资|普通合伙|有限合伙)[)])?)"
)
_BRANCH = re.compile(r"^[^()、,;/]{0,20}?(?:分公司|分校|分部|分院|分园|分中心)")
_SCHOOL = re.compile(
    r"^.+?(?:培训学校|培训中心|辅导中心|托管中心|服务中心|活动中心|学校|幼儿园|托儿所|托育园|培训部|"
    r"书院|学院|研究院|俱乐部|服务部|中心(?!校))"
)
_OPERATOR = re.compile(r"^.+?(?:教育机构|培训机构|机构|教育集团|教育|托管)")
_SITE_END = r"(?:教学点|培训点|办学点|教学区|校区|分校|分店|门店|分部|分馆|校部|店|馆|点)"
_SITE = re.compile(rf"^[^()]{{1,40}}{_SITE_END}(?:\[点\])?$")
_SITE_LAST = frozenset("点区校店馆部]")
_SITE_NUMBER = re.compile(r"^(?:第?[一二三四五六七八九十\d]+(?:校|分校|部|店|校区|教学点))$")
_BRAND = re.compile(r"^[(]([^()]{1,20})[)]")
_LIST_MARKS = re.compile(r"[、,;/]")
_AND = re.compile(r"[、,;/]|(?<=[点区校店馆部])[及和](?=[^()]{2,})")
_LEGAL_WORDS = re.compile(
    r"(有限责任公司|股份有限公司|有限公司|公司|个人独资|普通合伙|有限合伙|[()（）《》“”\"'·\-]|\s)"
)
_PLACE = re.compile(
    r"^(?:[\u4e00-\u9fff]{2,4}(?:省|自治区))?(?:[\u4e00-\u9fff]{2,4}?(?:市|州|盟))?"
    r"(?:[\u4e00-\u9fff]{1,4}?(?:区|县|旗|市))?"
)
_GENERIC = re.compile(
    r"(校外|民办|私立|教育|培训|咨询|信息|科技|文化|艺术|传播|发展|服务|管理|交流|课外|辅导|"
    r"学校|中心|机构|集团)"
)
_SPACES = re.compile(r"\s+")
_NOT_IN_KEY = re.compile(r"[^\w()*]|_")
_STATE_WORDS = frozenset({"已注销", "注销", "停业", "已停业", "筹", "筹设", "民办", "公办", "总部"})


class Parts(NamedTuple):
    """What one name cell holds."""

    name: str
    """The registered name, or the brand when no registered name is given."""
    registered: bool
    """Whether the name has the form of a registered one."""
    brand: str = ""
    former: str = ""
    sites: tuple[str, ...] = ()
    branch_of: str = ""
    """For a branch, the name that it begins with."""
    unsplit: bool = False
    """Several names seem to stand in the cell, and they cannot be told apart."""

    @property
    def several(self) -> bool:
        """Whether the cell holds more than one name."""
        return bool(self.brand or self.sites or self.former or self.unsplit)


def half_width(text: str) -> str:
    """Compatibility forms folded, so that brackets, digits and letters compare."""
    return unicodedata.normalize("NFKC", text)


@lru_cache(maxsize=65536)
def key(name: str) -> str:
    """What two spellings of one name have in common: width, brackets, spaces and case folded."""
    return _NOT_IN_KEY.sub("", half_width(name).upper())


@lru_cache(maxsize=65536)
def core(name: str) -> str:
    """The distinctive part: without place, legal form and the words that every name has."""
    bare = _LEGAL_WORDS.sub("", half_width(name)).upper()
    without_place = _PLACE.sub("", bare) or bare
    return _GENERIC.sub("", without_place) or without_place


def split(text: str) -> Parts:
    """Tell apart what stands in a name cell.

    Nothing is thrown away: registered name, branch, brand, former name and sites together hold
    every word of the cell, or the cell is reported as unsplit.
    """
    clean = _SPACES.sub("", half_width(text))
    if clean.find("公司") == len(clean) - 2 and "(" not in clean:
        return Parts(clean, registered=True)  # nearly every name
    head = _COMPANY.match(clean) or _SCHOOL.match(clean)
    if head is None:
        return _without_registered_name(clean)
    name, rest = clean[: head.end()], clean[head.end() :]
    if not rest:
        return Parts(name, registered=True)
    branch = _BRANCH.match(rest)
    parent = ""
    if branch:
        parent, name, rest = name, name + branch[0], rest[branch.end() :]
    return _rest(name, rest, parent, clean)


def _rest(name: str, rest: str, parent: str, clean: str) -> Parts:
    brand = former = ""
    sites: list[str] = []
    bracket = _BRAND.match(rest)
    if bracket:
        inside, rest = bracket[1], rest[bracket.end() :]
        if _SITE_NUMBER.match(inside) or _SITE.match(inside):
            sites.append(inside)
        elif inside.startswith(("原", "曾用名")):
            former = re.sub(r"^(原名?|曾用名)[:]?", "", inside)
        elif inside in _STATE_WORDS:
            return Parts(clean, registered=True, unsplit=True)
        else:
            brand = inside
    if rest:
        found = _sites(rest)
        if found is None:
            return _tail(name, rest, parent, brand, clean)
        sites += found
    return Parts(name, True, brand, former, tuple(sites), parent)


def _tail(name: str, rest: str, parent: str, brand: str, clean: str) -> Parts:
    """What follows a name and is no list of sites: part of the name, or not to be told apart."""
    if brand or re.search(r"[、,;/()]", rest):
        return Parts(clean, registered=True, unsplit=True)
    return Parts(name + rest, True, branch_of=parent)


def _sites(rest: str) -> list[str] | None:
    marks = rest.lstrip("、,;/-—·:")
    for divider in (_AND, _LIST_MARKS):  # 和 and 及 may also belong to a place name
        parts = [part for part in divider.split(marks) if part]
        if parts and all(_SITE.match(part) for part in parts):
            return parts
    return None


def is_site(text: str) -> bool:
    """Whether a text names a campus or teaching point rather than an address."""
    return (
        text[-1:] in _SITE_LAST
        and bool(_SITE.match(text))
        and not re.search(r"\d+[号室层楼栋]", text)
    )


def _without_registered_name(clean: str) -> Parts:
    pieces = [piece for piece in re.split(r"[、,;/]", clean) if piece]
    if len(pieces) > 1:
        if all(_SITE.match(piece) for piece in pieces[1:]):
            return Parts(pieces[0], registered=False, sites=tuple(pieces[1:]))
        return Parts(clean, registered=False, unsplit=True)
    operator = _OPERATOR.match(clean)
    if operator and _SITE.match(clean[operator.end() :] or ""):
        site = clean[operator.end() :]
        return Parts(operator[0], registered=False, sites=(site,))
    return Parts(clean, registered=False)
