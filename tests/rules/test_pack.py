"""A pack answers for a day, names its source, fails closed, and never lets a layer loosen."""

from datetime import date

import pytest

from yuxin.rules.folder import jurisdictions, load_instruments, load_pack
from yuxin.rules.pack import Pack
from yuxin.rules.values import PackRefused, RuleMissing

DAY = date(2026, 3, 1)
VALUE = """
    {since}:
      value: {value}
      cite: {{instrument: 育信建议值, clause: x, checked_on: 2026-11-22}}
      mark: proposal
"""


def topic(value, *, key="prepay.lessons_max", unit="lesson", direction="ceiling", since=DAY):
    return (
        f"{key}:\n  title: {{zh: 上限, en: Cap}}\n  unit: {unit}\n  direction: {direction}\n"
        f"  values:{VALUE.format(since=since, value=value)}"
    ).encode()


def pack_of(*layers):
    """A pack whose layers, from the nation down, hold one topic file each."""
    names = ["national", "province", "city", "county"][: len(layers)]
    files = [(name, "prepay.yaml", data) for name, data in zip(names, layers, strict=True) if data]
    return Pack.read(names, files)


def table(*rows):
    return "[" + ", ".join(rows) + "]"


def row(limit, *, comparator=">=", locked="true", colour="RED", code="x.B", more=""):
    return (
        f"{{row: {code}, when: [[count, '{comparator}', {limit}]{more}], "
        f"then: {{colour: {colour}}}, locked: {locked}}}"
    )


def test_the_national_pack_says_value_source_and_mark():
    value = load_pack().on("prepay.lessons_max", DAY)
    assert (value.integer, value.unit, value.mark) == (60, "lesson", "press")
    assert value.since == date(2021, 11, 1)
    assert value.cite.instrument in load_instruments()
    assert value.is_law
    assert value.jurisdiction == "national"
    assert len(value.sha256) == 64
    assert value.title["zh"]


def test_values_have_the_type_of_their_unit():
    pack = load_pack()
    assert pack.on("prepay.supervision_mode", DAY).text == "CUSTODY_PER_LESSON"
    assert pack.on("prepay.loans_allowed", DAY).flag is False
    assert not pack.on("prepay.supervision_mode", DAY).is_law
    assert pack.on("prepay.amount_max_binds", DAY).rows[0].then["binds"] is True


def test_a_value_holds_until_the_next_one_starts():
    later = VALUE.format(since=date(2026, 6, 1), value=40).encode()
    pack = pack_of(topic(60) + later)
    assert pack.on("prepay.lessons_max", date(2026, 5, 31)).integer == 60
    assert pack.on("prepay.lessons_max", date(2026, 6, 1)).integer == 40


def test_without_a_value_in_force_nothing_goes_on_and_key_day_and_place_are_named():
    with pytest.raises(RuleMissing) as refused:
        pack_of(topic(60)).on("prepay.lessons_max", date(2026, 2, 28))
    for language in ("zh", "en"):
        said = refused.value.say(language)
        assert "prepay.lessons_max" in said
        assert "2026-02-28" in said
        assert "national" in said


def test_a_value_that_a_bureau_must_fill_is_asked_for_in_its_own_words():
    pack = load_pack()
    assert not pack.has("prepay.advance_bps", DAY)
    with pytest.raises(RuleMissing) as refused:
        pack.on("prepay.advance_bps", DAY)
    assert "成本预拨" in refused.value.say("zh")
    with pytest.raises(RuleMissing):
        pack.on("prepay.never_heard_of", DAY)


def test_the_lowest_layer_that_has_a_value_decides():
    pack = pack_of(topic(60), None, topic(40))
    value = pack.on("prepay.lessons_max", DAY)
    assert (value.integer, value.jurisdiction, pack.jurisdiction) == (40, "city", "city")


@pytest.mark.parametrize(
    ("direction", "upper", "tighter", "looser"),
    [("ceiling", 60, 40, 61), ("floor", 5, 10, 4), ("fixed", 7, 7, 8)],
)
def test_a_lower_layer_may_only_tighten(direction, upper, tighter, looser):
    pack_of(topic(upper, direction=direction), topic(tighter, direction=direction))
    with pytest.raises(PackRefused) as refused:
        pack_of(topic(upper, direction=direction), topic(looser, direction=direction))
    said = refused.value.say("zh")
    assert "province/prepay.yaml" in said
    assert "prepay.lessons_max" in said


def test_an_open_value_is_free():
    pack = pack_of(topic(15, direction="open"), topic(7, direction="open"))
    assert pack.on("prepay.lessons_max", DAY).integer == 7


def test_a_county_is_held_to_the_nation_even_past_a_silent_city():
    with pytest.raises(PackRefused):
        pack_of(topic(60), None, None, topic(61))


def test_a_later_national_value_also_binds():
    with pytest.raises(PackRefused, match="2026-06-01"):
        pack_of(topic(60) + VALUE.format(since=date(2026, 6, 1), value=30).encode(), topic(40))


def test_a_lower_value_before_the_national_one_is_not_compared():
    early = topic(90, since=date(2026, 1, 1)) + VALUE.format(since=DAY, value=50).encode()
    assert pack_of(topic(60), early).on("prepay.lessons_max", date(2026, 2, 1)).integer == 90


def test_a_unit_may_not_change():
    with pytest.raises(PackRefused, match="unit"):
        pack_of(topic(60), topic(40, unit="month"))


def test_one_key_stands_in_one_file_of_a_layer():
    files = [("national", f"prepay/{name}.yaml", topic(60)) for name in "ab"]
    with pytest.raises(PackRefused, match="two files"):
        Pack.read(["national"], files)


def test_the_address_of_a_pack_is_its_exact_bytes():
    pack = load_pack()
    assert Pack.read(pack.layers, pack.files).sha256 == pack.sha256
    assert pack_of(topic(60)).sha256 != pack_of(topic(60) + b"\n").sha256
    assert pack_of(topic(60)).sha256 != pack_of(topic(60), None).sha256


def test_keys_are_listed():
    assert pack_of(topic(60)).keys() == ["prepay.lessons_max"]
    assert "national" in jurisdictions()


def tables(upper, lower):
    return pack_of(
        topic(upper, unit="table", direction="open"), topic(lower, unit="table", direction="open")
    )


def test_a_lower_table_replaces_rows_by_name_and_adds_its_own():
    pack = tables(table(row(5), row(9, code="x.C")), table(row(3), row(1, code="x.D")))
    rows = pack.on("prepay.lessons_max", DAY).rows
    assert [(one.code, one.when[0].value) for one in rows] == [("x.B", 3), ("x.C", 9), ("x.D", 1)]


def test_an_unlocked_row_may_be_loosened_or_put_out():
    upper = table(row(5, locked="false"))
    assert tables(upper, table(row(9))).on("prepay.lessons_max", DAY).rows[0].when[0].value == 9
    assert tables(upper, table("{row: x.B, off: true}")).on("prepay.lessons_max", DAY).rows == ()


@pytest.mark.parametrize(
    ("upper", "tighter"),
    [
        (row(5), row(4)),
        (row(5, comparator="<"), row(6, comparator="<")),
        (row(5, more=", [kind, '=', a]"), row(5)),
        (row(5, more=", [kind, in, [a]]"), row(5, more=", [kind, in, [a, b]]")),
        (row(5, more=", [kind, '=', a]"), row(5, more=", [kind, '=', a]")),
        (row(5, more=", [kind, '=', 7]"), row(5, more=", [kind, '=', 7]")),
    ],
)
def test_a_locked_row_may_fire_more_often(upper, tighter):
    tables(table(upper), table(tighter))


@pytest.mark.parametrize(
    ("upper", "looser"),
    [
        (row(5), row(6)),
        (row(5, comparator="<"), row(4, comparator="<")),
        (row(5), row(5, comparator=">")),
        (row(5), row(5, colour="YELLOW")),
        (row(5), row(5, locked="false")),
        (row(5), row(5, more=", [kind, '=', a]")),
        (row(5, more=", [kind, in, [a, b]]"), row(5, more=", [kind, in, [a]]")),
        (row(5, more=", [kind, '=', a]"), row(5, more=", [kind, '=', b]")),
        (row(5), "{row: x.B, off: true}"),
    ],
)
def test_a_locked_row_may_not_be_loosened(upper, looser):
    with pytest.raises(PackRefused, match=r"x\.B"):
        tables(table(upper), table(looser))


def test_the_demo_county_fills_what_the_nation_leaves_open_and_keeps_the_rest():
    pack = load_pack(["national", "demo"])
    assert pack.on("risk.public_shown", DAY).flag is True
    assert pack.on("prepay.refund_due_counts", DAY).text == "WORKING_DAY"
    assert pack.on("prepay.lessons_max", DAY).jurisdiction == "national"
    assert load_pack().on("risk.public_shown", DAY).flag is False
