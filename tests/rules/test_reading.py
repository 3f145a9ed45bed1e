"""A rule file means what it says, or is refused with file, place and reason."""

from datetime import date

import pytest

from yuxin.rules.instruments import read_instruments
from yuxin.rules.topic import read_topic
from yuxin.rules.values import CalendarYear, PackRefused

GOOD = """
prepay.x:
  title: {zh: 标题, en: Title}
  unit: UNIT
  direction: open
  values:
    2026-01-01:
      value: VALUE
      cite: {instrument: 某文, clause: 一, checked_on: 2026-11-22}
      mark: press
  cases:
    - {on: 2026-03-01, given: {count: 1}, expect: 1}
"""


def read(text, unit="count", value="1"):
    data = text.replace("UNIT", unit).replace("VALUE", value).encode()
    return read_topic("national", "prepay.yaml", data)


def content(unit, value):
    return read(GOOD, unit, value).rules["prepay.x"].values[0].content


def test_a_good_file_is_read_whole():
    topic = read(GOOD)
    rule = topic.rules["prepay.x"]
    assert rule.values[0].content == 1
    assert rule.cases[0].given == {"count": 1}
    assert rule.on(date(2025, 12, 31)) is None
    assert topic.data.startswith(b"\nprepay")


@pytest.mark.parametrize("text", ["on", "off", "yes", "20:30", "1.10", "1e3", "0x10", "010"])
def test_words_and_clock_times_stay_text(text):
    assert content("text", text) == text


def test_a_calendar_is_read():
    year = content("calendar", "{status: notified, holidays: [2026-01-01], workdays: []}")
    assert year == CalendarYear("notified", frozenset({date(2026, 1, 1)}), frozenset())


ROW = "{row: a, when: [[n, '>', 1], [k, in, [x]], [f, '=', true]], then: {to: RED}}"


def test_a_table_is_read():
    (row,) = content("table", f"[{ROW}]")
    assert [condition.value for condition in row.when] == [1, ("x",), True]
    assert not row.locked
    assert row.cite is None


def test_a_row_may_carry_its_own_source_and_sentences():
    extra = "zh: 中, en: E, locked: true, mark: read, cite: {instrument: 法, clause: 二, checked_on: 2026-11-22}"  # noqa: E501
    (row,) = content("table", f"[{ROW[:-1]}, {extra}}}]")
    assert (row.zh, row.en, row.locked, row.mark) == ("中", "E", True, "read")
    assert row.cite is not None
    assert row.cite.instrument == "法"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (("unit: UNIT", "unit: yards"), "unit"),
        (("  unit: UNIT\n", ""), "unit"),
        (("direction: open", "direction: down"), "direction"),
        (("title: {zh: 标题, en: Title}", "title: {zh: 标题}"), "en"),
        (("value: VALUE", "value: 1.5"), "whole number"),
        (("value: VALUE", "value: true"), "whole number"),
        (("value: VALUE", "value: '1'"), "whole number"),
        (("mark: press", "mark: surely"), "mark"),
        (("mark: press", "mark: recalled"), "approver"),
        (("2026-01-01:", "soon:"), "effective date"),
        (("checked_on: 2026-11-22", "checked_on: lately"), "date"),
        (("clause: 一", "claws: 一"), "claws"),
        (("clause: 一", "clause: 1"), "text"),
        (("prepay.x:", "other.x:"), "begin with"),
        (("given: {count: 1}", "given: 1"), "key: value"),
        (("cases:\n    -", "cases:\n    a:"), "list"),
        (("  values:\n", "  values: {}\n  ask2:\n"), "ask2"),
        (("direction: open", "direction: open\n  direction: open"), "twice"),
        (("{zh: 标题, en: Title}", "&a {zh: 标题, en: Title}\n  ask: *a"), "alias"),
        (("unit: UNIT", "unit: ["), "line"),
        (("2026-11-22", "2026-13-40"), "month"),
    ],
)
def test_what_is_not_understood_is_refused_with_its_place(change, why):
    with pytest.raises(PackRefused, match=why) as refused:
        read(GOOD.replace(*change))
    assert "national/prepay.yaml" in refused.value.say("zh")


@pytest.mark.parametrize(
    "value",
    [
        "1",
        "[{row: a}]",
        "[{row: a, when: [], then: {x: [1]}}]",
        "[{row: a, when: [], then: {x: 1}, colour: red}]",
        "[{row: a, when: [[n, '>']], then: {}}]",
        "[{row: a, when: [[n, '~', 1]], then: {}}]",
        "[{row: a, when: [[n, '>', x]], then: {}}]",
        "[{row: a, when: [[n, '=', [x]]], then: {}}]",
        "[{row: a, when: [[n, in, x]], then: {}}]",
        "[{row: a, off: false}]",
        f"[{ROW}, {ROW}]",
    ],
)
def test_a_crooked_table_is_refused(value):
    with pytest.raises(PackRefused):
        content("table", value)


@pytest.mark.parametrize(
    "value",
    [
        "{status: guessed, holidays: [], workdays: []}",
        "{status: notified, holidays: [1], workdays: []}",
        "{status: notified, holidays: []}",
        "{status: notified, holidays: [2026-01-01], workdays: [2026-01-01]}",
    ],
)
def test_a_crooked_calendar_is_refused(value):
    with pytest.raises(PackRefused):
        content("calendar", value)


def test_a_rule_without_value_must_ask_for_one():
    bare = "prepay.x:\n  title: {zh: 甲, en: A}\n  unit: day\n  direction: open\n  values: {}\n"
    with pytest.raises(PackRefused, match="neither"):
        read(bare)
    asked = read(bare + "  ask: {zh: 请填, en: Please}\n").rules["prepay.x"]
    assert asked.ask == {"zh": "请填", "en": "Please"}
    assert asked.cases == ()


def test_a_value_from_memory_needs_a_named_approver():
    approved = GOOD.replace("mark: press", "mark: recalled\n      approver: 张三")
    assert read(approved).rules["prepay.x"].values[0].approver == "张三"


def test_bytes_that_are_no_text_are_refused():
    with pytest.raises(PackRefused):
        read_topic("national", "prepay.yaml", b"\xff\xfe\x00")


def test_the_register_of_instruments_is_read_strictly():
    good = (
        "某文: {title: t, issuer: i, issued: '', in_force: '', mark: read, read: r, "
        "text_sha256: '', part_of_law: true}"
    )
    assert read_instruments(good.encode(), "instruments.yaml")["某文"].part_of_law
    for bad in ("x: 1", good.replace("read: r, ", ""), good.replace("true", "maybe")):
        with pytest.raises(PackRefused):
            read_instruments(bad.encode(), "instruments.yaml")
