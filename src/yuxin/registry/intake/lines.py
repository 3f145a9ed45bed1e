"""Lines of a sheet that are no rows: totals, remarks, sections, repeated headings."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from yuxin.registry.intake.fields import heading_key
from yuxin.registry.intake.verdict import Line

_TOTAL = re.compile(
    r"(本页|本表|全县|全市|全区)?(合计|总计|小计|共计|总数)[:：]?(共)?\d*(家|所|个|户|条|行|机构|教学点)*[。.]?"
)
_TOTAL_START = re.compile(r"(合计|总计|小计|共计)[:：]?")
_COUNT = re.compile(r"\d+")
_REMARK = re.compile(
    r"(备注|说明|填表说明|附注|注|填报说明|填表人|填报人|制表人|制表|审核人|审核|填报单位|填报时间|"
    r"填报日期|联系人|数据来源|单位)\s*[:：]"
)
_SECTION = re.compile(r"([一二三四五六七八九十]{1,3}[、.．]|[(（][一二三四五六七八九十]{1,3}[)）])")
_NAME_END = re.compile(r"(公司|学校|中心|幼儿园|教学点|校区|机构|托管|学院|书院)[)）]?$")


def classify(cells: Sequence[str], headings: Sequence[str], *, name_column: int) -> Line | None:
    """The kind of a line that is no row; None for a row.

    A line is only taken for something else when it says so itself: whatever may be an
    institution is a row.
    """
    found = [cell.strip() for cell in cells]
    distinct = {text for text in found if text}
    if not distinct:
        return Line.EMPTY
    if len(distinct) > 1:
        return _among_several(found, headings, name_column)
    text = unicodedata.normalize("NFKC", distinct.pop())
    if _TOTAL.fullmatch(text.replace(" ", "")):
        return Line.TOTAL
    if _REMARK.match(text):
        return Line.REMARK
    if _SECTION.match(text) and not _NAME_END.search(text):
        return Line.SECTION
    return None


def _among_several(found: Sequence[str], headings: Sequence[str], name_column: int) -> Line | None:
    first = next(text for text in found if text)
    if len(first) > 40:
        return None
    clean = first.replace(" ", "")
    if _TOTAL_START.match(clean) and (_TOTAL.fullmatch(clean) or first != _at(found, name_column)):
        return Line.TOTAL
    if _REMARK.match(first):
        return Line.REMARK
    same = sum(
        1
        for text, heading in zip(found, headings, strict=False)
        if text and heading and heading_key(text) == heading_key(heading)
    )
    if same >= 2 and same * 2 >= sum(1 for text in found if text):
        return Line.HEADER
    return None


def _at(found: Sequence[str], column: int) -> str:
    return found[column] if 0 <= column < len(found) else ""


def stated_count(text: str) -> int | None:
    """The number of institutions that a total line states."""
    match = _COUNT.search(unicodedata.normalize("NFKC", text))
    return int(match[0][:9]) if match else None
