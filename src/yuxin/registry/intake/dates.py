"""Dates and periods in the spellings that lists use; a missing part is never guessed."""

from __future__ import annotations

import calendar
import datetime as dt
import re
import unicodedata
from dataclasses import dataclass

from yuxin.registry.intake.verdict import Doubt, Doubtful, Reading, Sure

_NUMERALS = "〇一二三四五六七八九"
_DIGIT = {char: str(value) for value, char in enumerate(_NUMERALS)}
_DIGIT |= {"零": "0", "○": "0", "О": "0", "O": "0", "o": "0", "◯": "0", "Ｏ": "0", "两": "2"}
_DIGIT |= {char: str(value) for value, char in enumerate("零壹贰叁肆伍陆柒捌玖")}
_YEAR_CHARS = "0-9〇零○ОOo◯一二三四五六七八九"
_SMALL = "0-9〇零○一二三四五六七八九十廿卅"

_DATE = re.compile(
    rf"""
      (?P<y8>(?<!\d)(?:19|20)\d{{2}})(?P<m8>\d{{2}})(?P<d8>\d{{2}})(?!\d)
    | (?P<y>[{_YEAR_CHARS}]{{4}})年 (?:(?P<m>[{_SMALL}]{{1,3}})月(?:份)?
            (?:(?P<d>[{_SMALL}]{{1,3}})(?P<dw>[日号])?)? | (?P<dx>[{_SMALL}]{{1,3}})[日号])?
    | (?P<y2>(?<!\d)\d{{2}})年(?P<m2>\d{{1,2}})月(?:(?P<d2>\d{{1,2}})[日号]?)?
    | 年?(?P<m0>[{_SMALL}]{{1,3}})月(?P<d0>[{_SMALL}]{{1,3}})[日号]?
    | (?P<yi>(?<!\d)\d{{4}})\s*[-./]\s*(?P<mi>\d{{1,2}})(?:\s*[-./]\s*(?P<di>\d{{1,2}}))?(?!\d)
    | (?P<a>(?<!\d)\d{{1,2}})/(?P<b>\d{{1,2}})/(?P<ya>\d{{4}})(?!\d)
    | (?P<ys>(?<![\d.])\d{{2}})[.](?P<ms>\d{{1,2}})[.](?P<ds>\d{{1,2}})(?![\d.])
    """,
    re.VERBOSE,
)
_COMMON = re.compile(
    r"(?P<y>(?:19|20)\d\d)(?P<a>[-./]|(?=年))年?(?P<m>\d\d?)(?P<b>[-./]|(?=月))月?(?P<d>\d\d?)日?",
    re.ASCII,
)
_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
_NOISE = re.compile(
    r"(星期[一二三四五六日天]|周[一二三四五六日]|[上下]午|日期|"
    r"成立|注册|登记|于|[\s,，。.;；:：()（）*]|止|起)*"
)
_CLOCK = re.compile(r"[ T]*\b\d{1,2}[:：]\d\d([:：]\d\d(\.\d+)?)?\s*$")
_EARLIEST = dt.date(1949, 10, 1)


@dataclass(frozen=True, slots=True)
class Day:
    """A date as written: parts that are not written are 0."""

    year: int
    month: int
    day: int
    start: int
    end: int
    short_year: bool = False
    ambiguous: bool = False
    """Day and month can be exchanged."""

    def whole(self) -> dt.date | None:
        """The day, when all parts are there and it exists."""
        if not (self.year and self.month and self.day):
            return None
        try:
            return dt.date(self.year, self.month, self.day)
        except ValueError:
            return None

    def month_end(self) -> dt.date | None:
        """The last day of the month, when year and month are there and exist."""
        if self.year and 1 <= self.month <= 12:
            last = calendar.monthrange(self.year, self.month)[1]
            return dt.date(self.year, self.month, last)
        return None


def _number(text: str) -> int:
    """12, 十二, 二十四, 廿四, 三十一, 〇九."""
    text = text.replace("廿", "二十").replace("卅", "三十")
    if "十" in text:
        tens, _, units = text.partition("十")
        if "十" in units:
            return 99
        return int(_DIGIT.get(tens, tens) or 1) * 10 + (_digits(units) if units else 0)
    return _digits(text)


def _digits(text: str) -> int:
    return int("".join(_DIGIT.get(char, char) for char in text))


def find_days(text: str) -> list[Day]:
    """Every date written in a text, in order."""
    return [_day(match) for match in _DATE.finditer(text)]


def _day(match: re.Match[str]) -> Day:
    part = match.groupdict()
    start, end = match.span()
    if part["y8"]:
        return Day(int(part["y8"]), int(part["m8"]), int(part["d8"]), start, end)
    if part["y"]:
        day = part["d"]
        month = _number(part["m"]) if part["m"] else 0
        return Day(_digits(part["y"]), month, _number(day or part["dx"] or "0"), start, end)
    if part["y2"]:
        return Day(
            _century(part["y2"]), int(part["m2"]), int(part["d2"] or 0), start, end, short_year=True
        )
    if part["m0"]:
        return Day(0, _number(part["m0"]), _number(part["d0"]), start, end)
    if part["yi"]:
        return Day(int(part["yi"]), int(part["mi"]), int(part["di"] or 0), start, end)
    if part["ya"]:
        first, second = int(part["a"]), int(part["b"])
        if first > 12:
            first, second = second, first
        both = first != second and second <= 12
        return Day(int(part["ya"]), first, second, start, end, ambiguous=both)
    return Day(_century(part["ys"]), int(part["ms"]), int(part["ds"]), start, end, short_year=True)


def _century(two: str) -> int:
    return int(two) + (2000 if int(two) < 60 else 1900)


def tidy(text: str) -> str:
    """Half width, no inner spaces; Chinese marks are kept."""
    return unicodedata.normalize("NFKC", text).replace(" ", "").replace("\n", "")


def read_day(text: str, field: str, *, latest: dt.date | None) -> Reading:
    """Read a cell that should hold one day.

    `latest`: a later day is doubtful (a registration cannot lie ahead).
    """
    common = _COMMON.fullmatch(text)
    if common and common["a"] == common["b"]:
        plain = _plain_day(common, field, latest)
        if plain is not None:
            return plain
    iso = _ISO.fullmatch(text)
    clean = text if iso else tidy(_CLOCK.sub("", text))
    days = find_days(clean)
    if not days:
        return _no_day(text, clean, field)
    if len(days) > 1:
        facts = {"count": str(len(days))}
        return _doubt(field, Doubt.DATE, text, "dates_several", facts=facts)
    day = days[0]
    rest = clean[: day.start] + clean[day.end :]
    if rest and not _NOISE.fullmatch(rest):
        return _doubt(field, Doubt.DATE, text, "date_unreadable")
    problem = day_problem(day, text, field, latest=latest)
    if problem is not None:
        return Reading(doubts=(problem,))
    whole = day.whole()
    assert whole is not None
    return Reading(values=((field, whole.isoformat()),), notes=() if iso else ("date_read",))


def _plain_day(match: re.Match[str], field: str, latest: dt.date | None) -> Reading | None:
    """A whole day in one of the commonest spellings; None when anything about it is odd."""
    try:
        day = dt.date(int(match["y"]), int(match["m"]), int(match["d"]))
    except ValueError:
        return None
    if day < _EARLIEST or (latest is not None and day > latest):
        return None
    iso = day.isoformat()
    return Reading(((field, iso),), (), () if iso == match[0] else ("date_read",))


def _no_day(text: str, clean: str, field: str) -> Reading:
    if re.fullmatch(r"[2-5]\d{4}(\.\d+)?", clean):
        day = dt.date(1899, 12, 30) + dt.timedelta(days=int(clean[:5]))
        proposal = {field: day.isoformat()}
        return _doubt(field, Doubt.DATE, text, "date_serial", proposal, Sure.MEDIUM)
    return _doubt(field, Doubt.DATE, text, "date_unreadable")


def day_problem(
    day: Day, text: str, field: str, *, latest: dt.date | None, whole_from: str = ""
) -> Doubtful | None:
    """What keeps a written date from being a day, with the proposal if there is one.

    `whole_from`: "start" or "end" of a period: a bare month may be proposed as its first or last
    day.
    """
    if not day.year:
        return Doubtful(field, Doubt.YEAR_MISSING, text, "year_missing")
    if not day.month and day.day:
        return Doubtful(field, Doubt.DATE_PART, text, "month_missing")
    if not day.day:
        return _part(day, text, field, whole_from)
    whole = day.whole()
    if whole is None:
        return Doubtful(field, Doubt.DATE, text, "date_impossible")
    if day.ambiguous:
        swapped = dt.date(day.year, day.day, day.month)
        facts = {"first": whole.isoformat(), "second": swapped.isoformat()}
        return Doubtful(field, Doubt.DATE, text, "date_order", facts=facts)
    if day.short_year:
        proposal = {field: whole.isoformat()}
        return Doubtful(field, Doubt.DATE, text, "date_short_year", proposal, Sure.MEDIUM)
    if latest is not None and whole > latest:
        return Doubtful(field, Doubt.DATE, text, "date_future")
    if whole < _EARLIEST:
        return Doubtful(field, Doubt.DATE, text, "date_old")
    return None


def _part(day: Day, text: str, field: str, whole_from: str) -> Doubtful:
    end = day.month_end()
    if day.month and end is None:
        return Doubtful(field, Doubt.DATE, text, "date_impossible")
    if end is not None and whole_from == "end":
        proposal = {field: end.isoformat()}
        return Doubtful(field, Doubt.DATE_PART, text, "month_end", proposal, Sure.MEDIUM)
    if end is not None and whole_from == "start":
        proposal = {field: end.replace(day=1).isoformat()}
        return Doubtful(field, Doubt.DATE_PART, text, "month_start", proposal, Sure.MEDIUM)
    if whole_from == "end" and day.year:
        proposal = {field: dt.date(day.year, 12, 31).isoformat()}
        return Doubtful(field, Doubt.DATE_PART, text, "year_end", proposal, Sure.LOW)
    return Doubtful(field, Doubt.DATE_PART, text, "day_missing" if day.month else "month_missing")


def _doubt(
    field: str,
    kind: Doubt,
    text: str,
    reason: str,
    proposal: dict[str, str] | None = None,
    sure: Sure = Sure.NONE,
    *,
    facts: dict[str, str] | None = None,
) -> Reading:
    return Reading(doubts=(Doubtful(field, kind, text, reason, proposal, sure, facts or {}),))


# --- periods ----------------------------------------------------------------------------------

_SEE_LICENCE = re.compile(r"以.{0,10}(许可证|执照|批准|证书|核准).{0,6}为准")
_WITHOUT_END = re.compile(r"(长期|永久|无固定期限|无期限)")
_PERIOD_WORDS = re.compile(
    r"(许可证?|办学|《?民办学校办学许可证》?|有效|期限?|有限期|限|许可|自|从|由|起|始|为|至|到|止|截|"
    r"年检(合格)?有效|经营|日期|[-—–~～:：()（）*.。,，;；《》]|\s)*"
)
FROM, UNTIL = "licence_from", "licence_until"


def read_period(text: str, field: str = "licence_validity") -> Reading:
    """Read a cell that should hold the validity of a licence: from and until, or until."""
    clean = tidy(text)
    days = find_days(clean)
    if not days:
        if _SEE_LICENCE.search(clean):
            return Reading(notes=("see_licence",))
        if _WITHOUT_END.search(clean):
            return Reading(values=((UNTIL, ""),), notes=("no_end",))
        return _doubt(field, Doubt.VALIDITY, text, "validity_unreadable")
    rest = _WITHOUT_END.sub("", _outside(clean, days))
    if len(days) > 2 or not _PERIOD_WORDS.fullmatch(rest):
        return _doubt(field, Doubt.VALIDITY, text, "validity_unreadable")
    return _period(text, clean, days, field)


def _outside(text: str, days: list[Day]) -> str:
    kept, last = [], 0
    for day in days:
        kept.append(text[last : day.start])
        last = day.end
    return "".join([*kept, text[last:]])


def _period(text: str, clean: str, days: list[Day], field: str) -> Reading:
    open_end = bool(_WITHOUT_END.search(clean))
    if len(days) == 2:
        parts = [(days[0], FROM, "start"), (days[1], UNTIL, "end")]
    elif open_end or (re.match(r".{0,12}起", clean) and not re.search(r"[至到止]", clean)):
        parts = [(days[0], FROM, "start")]
    else:
        parts = [(days[0], UNTIL, "end")]
    values: dict[str, str] = {}
    doubts: list[Doubtful] = []
    for day, target, side in parts:
        problem = day_problem(day, text, target, latest=None, whole_from=side)
        whole = day.whole()
        if problem is not None:
            doubts.append(problem)
        elif whole is not None:
            values[target] = whole.isoformat()
    return _settle_period(text, clean, values, doubts, field, open_end=open_end)


def _settle_period(
    text: str,
    clean: str,
    values: dict[str, str],
    doubts: list[Doubtful],
    field: str,
    *,
    open_end: bool,
) -> Reading:
    if doubts:
        return Reading(doubts=(_joined(text, values, doubts, field),))
    if FROM in values and UNTIL in values and values[UNTIL] < values[FROM]:
        return _doubt(field, Doubt.VALIDITY, text, "validity_reversed")
    if "经营" in clean:
        blank = {FROM: "", UNTIL: ""}
        return _doubt(field, Doubt.VALIDITY, text, "validity_business", blank, Sure.MEDIUM)
    if clean.startswith("期限"):
        return _doubt(field, Doubt.VALIDITY, text, "validity_bare", values, Sure.MEDIUM)
    notes = ("no_end",) if open_end else ("date_read",)
    return Reading(values=tuple(values.items()), notes=notes)


def _joined(text: str, values: dict[str, str], doubts: list[Doubtful], field: str) -> Doubtful:
    """One doubt for the one cell, with both ends in the proposal when both have one."""
    weakest = max(doubts, key=lambda doubt: _ORDER[doubt.sure])
    if any(doubt.proposal is None for doubt in doubts):
        return Doubtful(field, weakest.kind, text, weakest.reason, None, Sure.NONE, weakest.facts)
    proposal = dict(values)
    for doubt in doubts:
        proposal |= doubt.proposal or {}
    return Doubtful(
        field, weakest.kind, text, weakest.reason, proposal, weakest.sure, weakest.facts
    )


_ORDER = {Sure.HIGH: 0, Sure.MEDIUM: 1, Sure.LOW: 2, Sure.NONE: 3}
