"""The bottom lines that national law draws: each at its first case, locked, and of its kind."""

import pytest

from tests.law.test_colour_examples import RULES, colour
from tests.rules.given import CITE
from yuxin.rules.colour import Colour
from yuxin.rules.folder import load_pack
from yuxin.rules.pack import Pack
from yuxin.rules.values import PackRefused

REGULATION = "中华人民共和国民办教育促进法实施条例"
HARD = [
    ("risk.L3.B", "address_substantiated", 1),
    ("risk.L4.B.change", "unapproved_changes", 1),
    ("risk.L4.B.lapse", "lapse_months", 6),
    ("risk.T1.B", "forbidden_time_substantiated", 1),
    ("risk.T3.B", "scope_substantiated", 1),
    ("risk.T6.B.unqualified", "unqualified_teachers", 1),
    ("risk.T6.B.in", "in_service_teachers", 1),
    ("risk.T6.B.blacklist", "blacklist_hits", 1),
    ("risk.T7.B.subject", "material_unrecorded_subject", 1),
    ("risk.T7.B.content", "material_negative_list", 1),
    ("risk.E5.B", "enrolments_suspended", 1),
    ("risk.A3.B", "liabilities_bps", 10001),
    ("risk.A8.B", "misuse_confirmed", 1),
    ("risk.F3.B", "collections_over_cap", 1),
    ("risk.F4.B", "subject_fee_bps", 10001),
    ("risk.S1.B", "hazards_major", 1),
    ("risk.S7.B", "abuse_substantiated", 1),
]


@pytest.mark.law(REGULATION, clause="第六十三条第九项", says="办学地址与许可不符")
@pytest.mark.law(REGULATION, clause="第六十三条第五项", says="校舍或教学设施有重大安全隐患")
@pytest.mark.law(REGULATION, clause="第十二条", says="六个月内变更")
@pytest.mark.law("民办教育促进法", clause="第六十二条第二项", says="擅自改变举办者")
@pytest.mark.law("民办教育促进法", clause="第五十六条第三项", says="资不抵债应当终止")
@pytest.mark.law("民办教育促进法", clause="第六十二条第八项", says="抽逃资金、挪用办学经费")
@pytest.mark.law("校外培训行政处罚暂行办法", clause="第十七条至第二十条", says="隐形变异培训")
@pytest.mark.law("校外培训机构从业人员管理办法（试行）", clause="条款号待核", says="不得聘用")
@pytest.mark.law("中小学生校外培训材料管理办法（试行）", clause="条款号待核", says="须备案")
@pytest.mark.law(
    "学科类校外培训机构营改非通知（2021年10月）",
    clause="条款号待核（转型完成前停止招生收费）",
    says="转型完成前停止招生收费",
)
@pytest.mark.law(
    "学科类校外培训收费监管通知（2021年9月）",
    clause="条款号待核（上浮不超过10%）",
    says="上浮不超过 10%",
)
@pytest.mark.law("未成年人保护法", clause="条款号待核（不得侵害未成年人）", says="不得侵害未成年人")
@pytest.mark.parametrize(("row", "fact", "value"), HARD)
def test_a_bottom_of_national_law_is_red_at_its_first_case_and_no_override_covers_it(
    row, fact, value
):
    result = colour(80, **{fact: value})
    assert row in result.fired_codes
    assert (result.colour, result.hard) == (Colour.RED, True)
    assert row not in colour(80, **{fact: value - 1}).fired_codes


@pytest.mark.parametrize(("row", "fact", "value"), HARD)
def test_no_place_may_loosen_it(row, fact, value):
    kept = next(each for each in RULES.indicators.rows if each.code == row)
    then = ", ".join(f"{key}: {said}" for key, said in kept.then.items())
    own = (
        "risk.indicators:\n  title: {zh: 测试, en: test}\n  unit: table\n  direction: open\n"
        "  values:\n    2025-01-02:\n      value:\n"
        f'        - {{row: {row}, when: [[{fact}, ">=", {value + 5}]], then: {{{then}}}, '
        "locked: true}\n"
        f"      {CITE}\n      mark: proposal\n"
    )
    files = [*load_pack().files, ("town", "risk.yaml", own.encode())]
    with pytest.raises(PackRefused):
        Pack.read(("national", "town"), files)
