"""A policy that lets money out of keeping is refused before approval, with a counter-example."""

from datetime import date

import pytest

from tests.rules.given import pack_with, rule
from yuxin.rules.folder import load_pack
from yuxin.rules.policy_check import PolicyUnsafe, findings, require_safe
from yuxin.rules.values import PackRefused

DAY = date(2026, 3, 1)


def stages(*pairs: tuple[int, int]) -> str:
    """A table of stages: progress and what it releases."""
    rows = "".join(
        f"\n        - {{row: prepay.stages.s{n}, when: [[progress_bps, '>=', {at}]],"
        f" then: {{release_bps: {out}}}, zh: 阶段, en: stage}}"
        for n, (at, out) in enumerate(pairs)
    )
    off = "".join(
        f"\n        - {{row: prepay.stages.{name}, when: [], then: {{}}, off: true}}"
        for name in ("first", "second", "last")
    )
    return rule("prepay.stages", "table", rows + off)


def test_the_demo_county_and_the_nation_are_safe():
    assert findings(load_pack(), DAY) == []
    assert findings(load_pack(("national", "demo")), DAY) == []


@pytest.mark.law("育信 funds-rules", clause="2.3", says="cumulative_release_bps <= progress_bps")
def test_a_stage_ahead_of_teaching_is_named_with_the_sums():
    pack = pack_with(stages((2000, 3000), (6666, 3000), (10_000, 4000)))
    (found,) = findings(pack, DAY)
    assert found.key == "prepay.stages"
    assert "第 1 阶段授课 20% 时累计拨付 30%" in found.zh
    assert "只上了 400.00 元的课，却已拨付 600.00 元" in found.zh
    assert "家庭少 200.00 元" in found.zh
    with pytest.raises(PolicyUnsafe, match=r"400\.00 is taught and 600\.00 is out"):
        require_safe(pack, DAY)


def test_stages_that_do_not_come_to_the_whole_are_refused():
    (found,) = findings(pack_with(stages((5000, 4000), (10_000, 5000))), DAY)
    assert "90%" in found.zh


@pytest.mark.law("育信 funds-rules", clause="2.4", says="Mode C cannot be combined")
def test_an_advance_cannot_go_with_a_balance_of_all_undelivered():
    pack = pack_with(rule("prepay.min_balance_rule", "text", "FULL_UNDELIVERED"))
    found = findings(pack, DAY)
    assert {each.key for each in found} == {"prepay.min_balance_rule"}
    said = next(each.zh for each in found if "CUSTODY_ADVANCE" in each.zh)
    assert "先拨 600.00 元，专户只剩 1,400.00 元" in said


def test_an_allowed_mode_without_its_values_is_refused_with_what_to_fill_in():
    allow = (
        "\n        - {row: prepay.modes_allowed.x, when: [[mode, in, [CUSTODY_ADVANCE]]],"
        " then: {allowed: true}, zh: 准, en: yes}"
    )
    pack = pack_with(rule("prepay.modes_allowed", "table", allow), layers=("national",))
    (found,) = findings(pack, DAY)
    assert found.key == "prepay.advance_bps"
    assert "成本预拨只在本地规则包写明比例、限额和依据后方可使用" in found.zh


@pytest.mark.law("育信 funds-rules", clause="8", says="refund days ≥ 1 and calendar named")
def test_refunds_take_a_day_and_name_their_calendar():
    none = pack_with(rule("prepay.refund_due_before_start_days", "day", "0"))
    assert [each.key for each in findings(none, DAY)] == ["prepay.refund_due_before_start_days"]
    bare = pack_with(rule("prepay.refund_due_after_start_days", "day", "10"), layers=("national",))
    assert [each.key for each in findings(bare, DAY)] == ["prepay.refund_due_counts"]


@pytest.mark.law("育信 funds-rules", clause="8", says="caps not looser than national")
def test_a_cap_looser_than_the_nations_is_no_pack():
    with pytest.raises(PackRefused, match="61"):
        pack_with(rule("prepay.lessons_max", "lesson", "61", direction="ceiling"))


def test_a_word_nobody_knows_and_a_mode_not_yet_run_are_refused():
    wrong = pack_with(rule("prepay.supervision_mode", "text", "CUSTODY_MAYBE"))
    assert "CUSTODY_MAYBE" in findings(wrong, DAY)[0].zh
    later = pack_with(rule("prepay.supervision_mode", "text", "PAY_AFTER"))
    assert "还不能办理“PAY_AFTER”" in findings(later, DAY)[0].zh
