"""Reading one topic file into rules; whatever is not understood is refused by name."""

from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from hashlib import sha256
from typing import Any, Final, NoReturn

from yuxin.rules.values import (
    COMPARATORS,
    DIRECTIONS,
    MARKS,
    NUMBER_UNITS,
    UNITS,
    CalendarYear,
    Case,
    Cite,
    Condition,
    Content,
    Dated,
    PackRefused,
    Plain,
    Row,
    Rule,
    Topic,
)
from yuxin.rules.yamlfile import read_yaml

_RULE_FIELDS: Final = {"title", "unit", "direction", "values", "cases", "ask"}
_VALUE_FIELDS: Final = {"value", "cite", "mark", "approver"}
_ROW_FIELDS: Final = {"row", "when", "then", "zh", "en", "locked", "off", "cite", "mark"}


class Reader:
    """Plain data at a place in a file, so that every complaint can name both."""

    def __init__(self, file: str, place: str, data: Plain) -> None:
        self.file = file
        self.place = place
        self.data = data

    def refuse(self, zh: str, en: str) -> NoReturn:
        """Refuse the file at this place."""
        raise PackRefused(
            file=self.file, why_zh=f"{self.place} 处{zh}", why_en=f"at {self.place}, {en}"
        )

    def item(self, key: str | int, data: Plain) -> "Reader":
        """The same, one step deeper."""
        return Reader(self.file, f"{self.place}/{key}" if self.place else str(key), data)

    def mapping(self, fields: set[str] | None = None) -> dict[str, "Reader"]:
        """The entries by key; with `fields`, no others may stand here."""
        if not isinstance(self.data, dict):
            self.refuse("应为若干“键: 值”", "“key: value” entries are expected")
        unknown = {str(key) for key in self.data} - fields if fields else set()
        if unknown:
            names = "、".join(sorted(unknown))
            self.refuse(f"有不认识的项：{names}", f"these entries are not known: {names}")
        return {str(key): self.item(str(key), value) for key, value in self.data.items()}

    def items(self) -> list["Reader"]:
        """The elements of a list."""
        if not isinstance(self.data, list):
            self.refuse("应为列表", "a list is expected")
        return [self.item(number, value) for number, value in enumerate(self.data, 1)]

    def of_type(self, kind: type, zh: str, en: str) -> Any:
        """The data if it is exactly of that type."""
        if type(self.data) is not kind:
            self.refuse(f"应为{zh}", f"{en} is expected")
        return self.data

    def text(self) -> str:
        """A text."""
        return str(self.of_type(str, "文字", "a text"))

    def one_of(self, known: tuple[str, ...]) -> Any:
        """One of a few words."""
        if self.data not in known:
            names = "、".join(known)
            self.refuse(f"只能是：{names}", f"only these are possible: {names}")
        return self.data

    def day(self) -> date:
        """A day written 2026-03-01."""
        day: date = self.of_type(date, "形如 2026-03-01 的日期", "a date such as 2026-03-01")
        return day


def need(entries: Mapping[str, Reader], key: str, at: Reader) -> Reader:
    """The entry of that name, which must be there."""
    if key not in entries:
        at.refuse(f"缺少“{key}”", f"“{key}” is missing")
    return entries[key]


@lru_cache(maxsize=1024)
def read_topic(jurisdiction: str, path: str, data: bytes) -> Topic:
    """Read one topic file; its keys begin with the topic's name. The same bytes are read once.

    Raises: PackRefused.
    """
    file = f"{jurisdiction}/{path}"
    top = Reader(file, "", read_yaml(data, file))
    topic = path.split("/")[0].removesuffix(".yaml")
    rules = {}
    for key, entry in top.mapping().items():
        if not key.startswith(f"{topic}."):
            entry.refuse(f"应以“{topic}.”开头", f"the key must begin with “{topic}.”")
        rules[key] = _read_rule(key, entry)
    return Topic(jurisdiction, path, sha256(data).hexdigest(), data, rules)


def _read_rule(key: str, at: Reader) -> Rule:
    entries = at.mapping(_RULE_FIELDS)
    unit = need(entries, "unit", at).one_of(UNITS)
    values = [
        _read_dated(unit, since, entry)
        for since, entry in need(entries, "values", at).mapping().items()
    ]
    ask = _words(entries["ask"]) if "ask" in entries else {}
    if not values and not ask:
        at.refuse("没有值，也没有请求填写的说明", "there is neither a value nor a request for one")
    return Rule(
        key=key,
        title=_words(need(entries, "title", at)),
        unit=unit,
        direction=need(entries, "direction", at).one_of(DIRECTIONS),
        values=tuple(sorted(values, key=lambda value: value.since)),
        cases=tuple(_read_case(case) for case in entries["cases"].items())
        if "cases" in entries
        else (),
        ask=ask,
    )


def _words(at: Reader) -> dict[str, str]:
    entries = at.mapping({"zh", "en"})
    return {language: need(entries, language, at).text() for language in ("zh", "en")}


def _read_dated(unit: str, since: str, at: Reader) -> Dated:
    entries = at.mapping(_VALUE_FIELDS)
    mark = need(entries, "mark", at).one_of(MARKS)
    approver = entries["approver"].text() if "approver" in entries else ""
    if mark == "recalled" and not approver:
        at.refuse(
            "凭记忆写下的值须有具名批准人",
            "a value written from memory needs a named approver",
        )
    try:
        start = date.fromisoformat(since)
    except ValueError:
        at.refuse("生效日期应形如 2026-03-01", "the effective date must look like 2026-03-01")
    return Dated(
        since=start,
        content=_content(unit, need(entries, "value", at)),
        cite=_read_cite(need(entries, "cite", at)),
        mark=mark,
        approver=approver,
    )


def _read_cite(at: Reader) -> Cite:
    entries = at.mapping({"instrument", "clause", "checked_on"})
    return Cite(
        need(entries, "instrument", at).text(),
        need(entries, "clause", at).text(),
        need(entries, "checked_on", at).day(),
    )


def _content(unit: str, at: Reader) -> Content:
    if unit in NUMBER_UNITS:
        return int(at.of_type(int, "整数", "a whole number"))
    readers: dict[str, Callable[[Reader], Content]] = {
        "flag": lambda one: bool(one.of_type(bool, "true 或 false", "true or false")),
        "text": Reader.text,
        "table": _read_rows,
        "calendar": _read_calendar,
    }
    return readers[unit](at)


def _read_rows(at: Reader) -> tuple[Row, ...]:
    rows = tuple(_read_row(entry) for entry in at.items())
    codes = [row.code for row in rows]
    if len(set(codes)) < len(codes):
        at.refuse("有两行同名", "two rows have the same name")
    return rows


def _read_row(at: Reader) -> Row:
    entries = at.mapping(_ROW_FIELDS)
    code = need(entries, "row", at).text()
    if "off" in entries:
        if entries["off"].data is not True:
            entries["off"].refuse("只能是 true", "only true is possible")
        return Row(code, (), {}, off=True)
    then = need(entries, "then", at).mapping()
    for entry in then.values():
        if not isinstance(entry.data, int | str):
            entry.refuse(
                "应为整数、文字或 true/false", "a number, a text or true/false is expected"
            )
    return Row(
        code=code,
        when=tuple(_read_condition(entry) for entry in need(entries, "when", at).items()),
        then={key: entry.data for key, entry in then.items()},  # type: ignore[misc]
        zh=entries["zh"].text() if "zh" in entries else "",
        en=entries["en"].text() if "en" in entries else "",
        locked="locked" in entries
        and bool(entries["locked"].of_type(bool, "true 或 false", "true or false")),
        cite=_read_cite(entries["cite"]) if "cite" in entries else None,
        mark=entries["mark"].one_of(MARKS) if "mark" in entries else None,
    )


def _read_condition(at: Reader) -> Condition:
    parts = at.items()
    if len(parts) != 3:
        at.refuse("条件应为 [指标, 比较符, 值]", "a condition is [indicator, comparator, value]")
    indicator, comparator, value = parts
    sign = comparator.one_of(COMPARATORS)
    if sign == "in":
        return Condition(indicator.text(), sign, tuple(one.text() for one in value.items()))
    if sign not in ("=", "!="):
        return Condition(indicator.text(), sign, int(value.of_type(int, "整数", "a whole number")))
    if not isinstance(value.data, int | str):
        value.refuse("应为整数、文字或 true/false", "a number, a text or true/false is expected")
    return Condition(indicator.text(), sign, value.data)


def _read_calendar(at: Reader) -> CalendarYear:
    entries = at.mapping({"status", "holidays", "workdays"})
    holidays, workdays = (
        frozenset(entry.day() for entry in need(entries, name, at).items())
        for name in ("holidays", "workdays")
    )
    status = need(entries, "status", at).one_of(("notified", "provisional"))
    if holidays & workdays:
        at.refuse("有一天既放假又上班", "a day is both off and worked")
    return CalendarYear(status, holidays, workdays)


def _read_case(at: Reader) -> Case:
    entries = at.mapping({"on", "given", "expect"})
    given = {key: entry.data for key, entry in need(entries, "given", at).mapping().items()}
    expect = need(entries, "expect", at)
    return Case(
        on=need(entries, "on", at).day(),
        given=given,  # type: ignore[arg-type]
        expect=tuple(one.text() for one in expect.items())
        if isinstance(expect.data, list)
        else expect.data,  # type: ignore[arg-type]
    )
