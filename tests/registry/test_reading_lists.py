"""Whole lists: every line is a row with a verdict or listed as no row, and the counts add up.

The sheets are fictional and built like those that bureaus send.
"""

import contextlib
import csv
import datetime as dt
import io
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc

from tests.formats.test_sheets import xlsx
from yuxin.formats.sheets import SheetRefused, read
from yuxin.registry.intake.check import NoHeadings, check
from yuxin.registry.intake.fields import Field
from yuxin.registry.intake.matching import Directory, Known
from yuxin.registry.intake.names import key, split
from yuxin.registry.intake.verdict import Line, Verdict

TODAY = dt.date(2026, 11, 23)
SHARED = Path(__file__).parents[3] / "shared" / "data"


def code(number):
    body = f"91999901MA{number:07d}"
    return body + uscc.calc_check_digit(body)


def checked(data, **more):
    outcome = check(read(data), today=TODAY, **more)
    counts = outcome.counts()
    assert sum(counts[verdict.value] for verdict in Verdict) == counts["rows"]
    return outcome


def text(*rows):
    target = io.StringIO()
    csv.writer(target).writerows(rows)
    return target.getvalue().encode()


def reasons(outcome, row=0):
    return [doubt.reason for doubt in outcome.rows[row].doubts]


def numbers(outcome, kind):
    return [line.number for line in outcome.lines if line.kind is kind]


def test_a_clean_list_is_accepted_whole():
    outcome = checked(
        text(
            ["机构名称", "统一社会信用代码", "地址", "注册资本", "成立日期"],
            ["示例县东湖培训学校有限公司", code(1), "东湖路9号", "50万元", "2019-04-06"],
            ["示例县北塘艺术培训有限公司", code(2), "北塘街22号", "N/A", "2020年1月2日"],
        )
    )
    assert outcome.counts() == {
        "rows": 2,
        "accepted": 2,
        "unchanged": 0,
        "doubtful": 0,
        "rejected": 0,
    }
    assert outcome.rows[0].values == {
        "name": "示例县东湖培训学校有限公司",
        "uscc": code(1),
        "address": "东湖路9号",
        "capital_fen": "50000000",
        "established_on": "2019-04-06",
    }
    assert "blank_word:N/A" in outcome.rows[1].notes


def test_two_level_headings_merged_cells_title_total_and_remark_lines():
    outcome = checked(
        xlsx(
            [
                ["附件1"],
                ["示例县机构汇总表"],
                ["填报单位(盖章):     单位:万元"],
                ["序 号", "镇街", "机 构 名 称", "登记信息", None, "地址"],
                [None, None, None, "统一社会\n信用代码", "注册资金", None],
                [1, "东湖镇", "示例县甲培训学校有限公司", code(1), "50", "东湖路１号"],
                [2, None, "示例县乙培训学校有限公司", code(2), "30(万元)", "东湖路2号"],
                [3, "北塘镇", "示例县丙培训学校有限公司", "371099000012345", "N/A", "北塘街3号"],
                ["合计:3家"],
                ["备注:数据截至2026年10月"],
            ],
            merges=[
                "A1:F1",
                "A2:F2",
                "A3:F3",
                "A4:A5",
                "B4:B5",
                "C4:C5",
                "D4:E4",
                "F4:F5",
                "B6:B7",
                "A9:F9",
                "A10:F10",
            ],
        )
    )
    assert [(row.number, row.verdict.value) for row in outcome.rows] == [
        (6, "doubtful"),
        (7, "accepted"),
        (8, "doubtful"),
    ]
    assert reasons(outcome, 0) == ["unit_from_heading"]
    assert outcome.rows[0].values["address"] == "东湖路1号"
    assert outcome.rows[1].values["town"] == "东湖镇"
    assert reasons(outcome, 2) == ["old_number"]
    assert numbers(outcome, Line.TITLE) == [1, 2, 3]
    assert numbers(outcome, Line.HEADER) == [4, 5]
    assert numbers(outcome, Line.TOTAL) == [9]
    assert numbers(outcome, Line.REMARK) == [10]
    assert outcome.notices[0][0] == "total_agrees"


def test_a_total_that_differs_from_the_rows_is_said():
    outcome = checked(text(["名称", "代码"], ["示例县甲学校", code(1)], ["合计：2家", ""]))
    assert [notice for notice, _ in outcome.notices] == ["total_differs"]


def test_a_list_pasted_down_one_column_is_unfolded():
    lines = ["违法违规办学机构名单", "一、证照齐全", "序号", "机构名称", "办学地点", "查处时间"]
    lines += ["1", "示例县甲培训学校", "东湖村号", "年2月9日"]
    lines += ["2", "示例县乙培训学校", "北塘街2号", "年1月5日"]
    lines += ["二、无证无照", "1", "示例县丙托管", "年3月1日"]
    outcome = checked(xlsx([[line] for line in lines]))
    assert [row.number for row in outcome.rows] == [7, 11, 16]
    assert reasons(outcome) == ["no_code_new", "house_number_lost"]
    assert outcome.rows[1].values["name"] == "示例县乙培训学校"
    assert reasons(outcome, 2) == ["out_of_step"]
    assert outcome.rows[2].section == "二、无证无照"
    assert numbers(outcome, Line.SECTION) == [15]
    assert numbers(outcome, Line.HEADER) == [3, 4, 5, 6]


def test_registered_name_brand_and_teaching_points_in_one_cell_are_proposed_apart():
    outcome = checked(
        text(
            ["违规情形", "序号", "机构及教学点"],
            ["无证", 1, "示例县东湖教育科技有限公司(小荷英语)城关区文庙教学点"],
            ["无证", 2, "示例县北塘培训学校有限公司(北塘英语)广安校区、双井校区"],
            ["无证", 1, "示例县东湖教育科技有限公司和平里校区"],
        )
    )
    assert [row.doubts[0].proposal for row in outcome.rows] == [
        {"name": "示例县东湖教育科技有限公司", "brand": "小荷英语", "sites": "城关区文庙教学点"},
        {"name": "示例县北塘培训学校有限公司", "brand": "北塘英语", "sites": "广安校区；双井校区"},
        {"name": "示例县东湖教育科技有限公司", "sites": "和平里校区", "same_as": "row:0:2"},
    ]
    assert [notice for notice, _ in outcome.notices] == ["numbers_restart"]


@pytest.mark.parametrize(
    "name",
    [
        "示例县甲艺术培训中心(有限公司)",
        "示例（东湖）培训学校有限公司",
        "示例县乙学校(有限责任公司)",
    ],
)
def test_brackets_of_place_and_legal_form_are_part_of_a_registered_name(name):
    assert not split(name).several


def test_a_section_in_brackets_is_a_campus_and_a_former_name_is_one():
    assert split("示例县甲学校(二校)").sites == ("二校",)
    assert split("示例县甲学校(原东湖学校)").former == "东湖学校"
    assert split("小荷舞蹈/东湖店/北塘店").sites == ("东湖店", "北塘店")
    assert split("甲学校、乙学校").unsplit


def test_a_campus_with_a_code_of_its_own_is_registered_under_its_whole_name():
    rows = [
        ["名称", "代码"],
        ["示例县甲培训有限公司", code(1)],
        ["示例县甲培训有限公司东湖校区", code(2)],
    ]
    outcome = checked(text(*rows))
    assert outcome.rows[1].values["name"] == "示例县甲培训有限公司东湖校区"
    assert outcome.rows[1].doubts[0].proposal == {"parent": "row:0:2"}


def test_columns_of_persons_are_not_read_and_not_kept():
    outcome = checked(
        text(
            ["机构名称", "统一社会信用代码", "法定代表人", "联系电话", "备注"],
            [
                "示例县甲学校有限公司",
                code(1),
                "张三丰",
                "13800138000",
                "另一电话 13900139000、１３９１１１３９１１１",
            ],
        )
    )
    row = outcome.rows[0]
    assert (
        "张三丰" not in str(row)
        and "138001" not in str(row)
        and "139001" not in str(row)
        and "１３９１１" not in str(row)
    )
    assert row.verdict is Verdict.ACCEPTED


def test_a_row_without_name_and_code_is_rejected_with_the_reason():
    outcome = checked(text(["名称", "代码", "地址"], ["", "", "东湖路9号"], ["123", "", "x"]))
    assert [row.rejected for row in outcome.rows] == ["no_name", "name_no_words"]


def test_a_person_is_not_filed_as_an_institution():
    outcome = checked(text(["名称", "地址"], ["王某某", "东湖路9号"], ["自然人", "某地"]))
    assert [row.rejected for row in outcome.rows] == ["name_is_person"] * 2


def test_repeated_headings_and_empty_lines_are_no_rows():
    outcome = checked(
        text(["名称", "代码"], ["甲学校", code(1)], ["", ""], ["名称", "代码"], ["乙学校", code(2)])
    )
    assert [row.number for row in outcome.rows] == [2, 5]
    assert numbers(outcome, Line.HEADER) == [1, 4]
    assert numbers(outcome, Line.EMPTY) == [3]


def test_the_same_row_twice_is_unchanged_and_a_differing_one_is_doubtful():
    row = ["甲学校有限公司", code(1), "东湖路9号"]
    other = ["甲学校有限公司", code(1), "北塘街1号"]
    outcome = checked(text(["名称", "代码", "地址"], row, row, other))
    assert [row.verdict.value for row in outcome.rows] == ["accepted", "unchanged", "doubtful"]
    assert outcome.rows[2].doubts[0].facts["what"] == "地址"


def known(**values):
    return Known("ABC", values["name"], values.get("uscc", ""), (), values)


def test_what_the_register_holds_already_is_unchanged():
    directory = Directory([known(name="甲学校有限公司", uscc=code(1), address="东湖路9号")])
    rows = text(["名称", "代码", "地址"], ["甲学校有限公司", code(1), "东湖路9号"])
    outcome = checked(rows, directory=directory)
    assert (outcome.rows[0].verdict, outcome.rows[0].matched) == (Verdict.UNCHANGED, "ABC")


def test_a_changed_value_of_a_known_subject_is_accepted_as_a_change():
    directory = Directory([known(name="甲学校有限公司", uscc=code(1), address="东湖路9号")])
    rows = text(["名称", "代码", "地址"], ["甲学校有限公司", code(1), "东湖路10号"])
    outcome = checked(rows, directory=directory)
    assert (outcome.rows[0].verdict, outcome.rows[0].matched) == (Verdict.ACCEPTED, "ABC")


def test_a_like_name_is_a_proposal_for_a_person_and_explained():
    directory = Directory([known(name="示例县小荷花少儿舞蹈培训学校有限公司", uscc=code(1))])
    outcome = checked(
        text(["名称", "地址"], ["小荷花少儿舞蹈学校", "东湖路9号"]), directory=directory
    )
    doubt = outcome.rows[0].doubts[0]
    assert (doubt.reason, doubt.proposal) == ("like", {"same_as": "ABC"})
    assert doubt.facts["core"] and doubt.facts["other"] and int(doubt.facts["score"]) >= 82
    assert outcome.rows[0].matched == ""


@pytest.mark.parametrize(
    ("row", "reason", "proposal"),
    [
        (["甲学校有限公司", code(2)], "same_name_other_code", {"same_as": ""}),
        (["乙学校有限公司", code(1)], "same_code_other_name", {"same_as": "ABC"}),
    ],
)
def test_names_and_codes_at_odds_are_decided_by_a_person(row, reason, proposal):
    directory = Directory([known(name="甲学校有限公司", uscc=code(1))])
    outcome = checked(text(["名称", "代码"], row), directory=directory)
    doubt = outcome.rows[0].doubts[0]
    assert (doubt.reason, doubt.proposal) == (reason, proposal)


def test_width_and_brackets_do_not_make_another_name():
    assert key("甲（东湖）学校 ＡＢＣ") == key("甲(东湖)学校abc")


def test_a_person_can_say_what_a_column_is():
    rows = text(["名称", "代码", "某列"], ["甲学校", code(1), "东湖路9号"])
    outcome = checked(rows, chosen={0: {0: Field.NAME, 1: Field.USCC, 2: Field.ADDRESS}})
    assert outcome.rows[0].values["address"] == "东湖路9号"


def test_a_formula_without_a_value_is_a_doubt_and_not_an_empty_cell():
    outcome = checked(xlsx([["名称", "代码", "地址"], ["甲学校", code(1), "=A2&B2"]]))
    assert "formula_unsaved" in reasons(outcome)


def test_a_sheet_without_headings_is_listed_and_a_file_without_any_refused():
    book = openpyxl.Workbook()
    book.active.append(["名称", "代码"])
    book.active.append(["甲学校", code(1)])
    book.create_sheet("说明").append(["只是文字"])
    target = io.BytesIO()
    book.save(target)
    assert checked(target.getvalue()).unread == [(1, "说明", 1)]
    with pytest.raises(NoHeadings):
        checked(text(["甲", "乙"], ["丙", "丁"]))


CELLS = st.one_of(
    st.sampled_from(
        [
            "",
            "甲学校有限公司",
            code(1),
            code(2),
            "合计",
            "备注：x",
            "1",
            "N/A",
            "2019年",
            "50万",
            "名称",
        ]
    ),
    st.text(max_size=12),
)


@given(st.lists(st.lists(CELLS, max_size=5), max_size=12))
def test_any_table_is_refused_or_counted_whole(rows):
    data = text(["名称", "代码", "地址", "注册资本", "成立日期"], *rows)
    try:
        book = read(data)
    except SheetRefused:
        return
    outcome = check(book, today=TODAY)
    counts = outcome.counts()
    assert sum(counts[verdict.value] for verdict in Verdict) == counts["rows"]
    assert counts["rows"] + len(outcome.lines) == len(book.sheets[0].rows)
    for row in outcome.rows:
        assert (row.verdict is Verdict.REJECTED) == bool(row.rejected)
        assert (row.verdict is Verdict.DOUBTFUL) <= bool(row.doubts)


@given(st.lists(CELLS, max_size=30))
def test_any_single_column_is_refused_or_counted_whole(cells):
    rows = [[cell] for cell in ["序号", "机构名称", "地址", *cells]]
    try:
        outcome = checked(
            xlsx([[cell.replace("\x00", "")] for [cell] in rows if cell.isprintable()])
        )
    except (SheetRefused, NoHeadings):
        return
    assert outcome.counts()["rows"] + len(outcome.lines) > 0


@given(st.binary(max_size=300))
def test_any_bytes_are_refused_or_counted(data):
    with contextlib.suppress(SheetRefused, NoHeadings):
        checked(data)


# --- the real lists ---------------------------------------------------------------------------

real = pytest.mark.skipif(
    not SHARED.is_dir(), reason="the published lists are not beside this copy (../shared/data)"
)


@real
def test_the_published_list_is_accounted_for_row_by_row():
    outcome = checked((SHARED / "institutions.csv").read_bytes())
    assert outcome.counts()["rows"] == 2270
    by_ref = {row.cells[0]: row for row in outcome.rows}
    wrong = [row for row in by_ref.values() if row.cells[3] != "yes"]
    assert len(wrong) == 101
    assert all(row.verdict in (Verdict.DOUBTFUL, Verdict.REJECTED) for row in wrong)
    assert all(row.values.get("uscc") for row in by_ref.values() if row.cells[3] == "yes")


@real
@pytest.mark.parametrize(
    ("name", "rows", "others"),
    [
        ("黑名单_竖排粘贴.xlsx", 5, 9),
        ("机构登记信息_双层表头合并单元格.xlsx", 20, 7),
        ("违规通报_机构与教学点同格.xlsx", 16, 2),
    ],
)
def test_the_messy_sheets_are_accounted_for(name, rows, others):
    outcome = checked((SHARED / "messy" / name).read_bytes())
    assert (outcome.counts()["rows"], len(outcome.lines)) == (rows, others)
