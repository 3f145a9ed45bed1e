"""A list is filtered, sorted, paged and exported from its address, in two queries."""

import csv
import io
import zipfile
from collections.abc import Iterable
from datetime import date

import pytest
from django.http import FileResponse, QueryDict
from django.http.response import HttpResponseBase
from django.test import RequestFactory
from openpyxl import load_workbook

from yuxin.look import tables
from yuxin.look.export import Sheet, TooManyRows, exported
from yuxin.look.values import Due

COLUMNS = (
    tables.Column("name", "名称", sortable=True, fixed=True, link=True),
    tables.Column("town", "街镇"),
    tables.Column("sum", "金额", kind="money", sortable=True),
    tables.Column("day", "日期", kind="date", shown=False),
)
FILTERS = (
    tables.Filter("town", "街镇", (("1", "河口镇"), ("2", "东湖街道"))),
    tables.Filter("q", "名称", kind="text"),
)


class Counted:
    """A source that counts how often it is asked."""

    def __init__(self, rows: list[tables.Row]) -> None:
        self.inner = tables.ListSource(rows, keep=self._keep)
        self.asked: list[str] = []

    @staticmethod
    def _keep(row: tables.Row, filters: object) -> bool:
        assert isinstance(filters, dict)
        return filters.get("town", row.cells["town"]) == row.cells["town"]

    def count(self, view: tables.View) -> int:
        self.asked.append("count")
        return self.inner.count(view)

    def rows(self, view: tables.View, *, offset: int, limit: int | None) -> Iterable[tables.Row]:
        self.asked.append(f"rows {offset} {limit}")
        return self.inner.rows(view, offset=offset, limit=limit)


@pytest.fixture
def table() -> tables.Table:
    return tables.Table("demo", "名单", COLUMNS, FILTERS, default_sort="name", page_size=10)


@pytest.fixture
def source() -> Counted:
    return Counted(
        [
            tables.Row(
                {
                    "name": f"机构{number:03}",
                    "town": str(1 + number % 2),
                    "sum": number * 100 + 5,
                    "day": date(2026, 3, 27),
                },
                key=str(number),
                url=f"/i/{number}",
            )
            for number in range(35)
        ]
    )


def test_a_page_costs_one_count_and_one_select_however_long_the_list(
    table: tables.Table, source: Counted, rf: RequestFactory
) -> None:
    shown = table.show(rf.get("/", {"page": "2"}), source)
    assert source.asked == ["count", "rows 10 10"]
    assert (shown.first, shown.last, shown.count, shown.pages) == (11, 20, 35, 4)


@pytest.mark.parametrize("page", ["0", "-3", "99", "x", "１", "9" * 40])
def test_a_page_that_is_not_there_shows_the_nearest(
    table: tables.Table, source: Counted, rf: RequestFactory, page: str
) -> None:
    shown = table.show(rf.get("/", {"page": page}), source)
    assert shown.page in (1, 4)
    assert shown.rows


def test_what_the_table_does_not_know_is_dropped(table: tables.Table) -> None:
    view = table.view(QueryDict("town=77&sort=password&col=secret&q=  "))
    assert (dict(view.filters), view.sort) == ({}, "name")
    assert view.columns == ("name", "town", "sum")


def test_the_address_keeps_everything_else_when_one_thing_changes(
    table: tables.Table, source: Counted, rf: RequestFactory
) -> None:
    shown = table.show(rf.get("/", {"town": "1", "sort": "-sum", "page": "2", "area": "7"}), source)
    assert shown.next_url == ""
    assert shown.previous_url == "?town=1&sort=-sum&area=7&page=1"
    assert shown.heads[2]["direction"] == "descending"
    assert shown.heads[2]["url"] == "?town=1&sort=sum&area=7"
    assert [token["url"] for token in shown.tokens] == ["?sort=-sum&area=7"]
    assert shown.kept_by_filters == [("sort", "-sum"), ("area", "7")]


def test_columns_are_chosen_in_the_address_and_fixed_ones_stay(
    table: tables.Table, source: Counted, rf: RequestFactory
) -> None:
    shown = table.show(rf.get("/?col=day"), source)
    assert [column.key for column in shown.columns] == ["name", "day"]


def test_the_tab_of_the_view_in_use_is_marked(
    table: tables.Table, source: Counted, rf: RequestFactory
) -> None:
    views = (tables.SavedView("河口镇", "town=1&sort=name"), tables.SavedView("全部", ""))
    shown = table.show(rf.get("/?town=1&page=2"), source, views=views)
    assert [tab["current"] for tab in shown.tabs] == [True, False]


def _file(table: tables.Table, source: tables.Source, rf: RequestFactory, query: str) -> bytes:
    return _content(table.answer(rf.get(f"/?{query}"), source, "unused.html"))


def _content(response: HttpResponseBase) -> bytes:
    assert isinstance(response, FileResponse)
    content = response.getvalue()
    response.close()
    return content


def test_an_export_holds_the_whole_view_as_filtered_and_sorted(
    table: tables.Table, source: Counted, rf: RequestFactory
) -> None:
    said: list[tuple[str, int]] = []
    response = table.answer(
        rf.get("/?town=1&sort=-sum&export=xlsx"),
        source,
        "unused.html",
        on_export=lambda kind, count: said.append((kind, count)),
    )
    content = _content(response)
    rows = list(load_workbook(io.BytesIO(content)).active.values)  # type: ignore[union-attr]
    assert said == [("xlsx", 18)]
    assert rows[0] == ("名称", "街镇", "金额")
    assert len(rows) == 19
    assert rows[1] == ("机构034", "1", 34.05)


HOSTILE = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "－1", "＋1", "＠1"]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_cell_that_begins_like_a_formula_is_written_as_text(
    table: tables.Table, rf: RequestFactory, text: str
) -> None:
    source = tables.ListSource([tables.Row({"name": text, "town": "1", "sum": -5})])
    book = load_workbook(io.BytesIO(_file(table, source, rf, "export=xlsx")))
    cell = book.active["A2"]  # type: ignore[index]
    assert cell.data_type == "s"
    assert cell.quotePrefix
    read = csv.reader(
        io.StringIO(_file(table, source, rf, "export=csv").decode("utf-8-sig"), newline="")
    )
    line = list(read)[1]
    assert line == [f"'{text}", "1", "-0.05"]


def test_no_formula_reaches_the_file_even_through_a_heading(rf: RequestFactory) -> None:
    table = tables.Table("x", "名单", (tables.Column("a", "=cmd"),))
    source = tables.ListSource([tables.Row({"a": "=cmd|' /C calc'!A0"})])
    with zipfile.ZipFile(io.BytesIO(_file(table, source, rf, "export=xlsx"))) as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")


def test_control_characters_do_not_break_the_file(rf: RequestFactory) -> None:
    table = tables.Table("x", "名单", (tables.Column("a", "名称"),))
    source = tables.ListSource([tables.Row({"a": "甲\x00乙\x0b"})])
    book = load_workbook(io.BytesIO(_file(table, source, rf, "export=xlsx")))
    assert book.active["A2"].value == "甲乙"  # type: ignore[index]


def test_statuses_and_deadlines_are_exported_in_words(rf: RequestFactory) -> None:
    columns = (
        tables.Column("s", "码色", kind="status"),
        tables.Column("d", "截止", kind="deadline"),
    )
    due = Due("late", date(2026, 11, 13), 2)
    source = tables.ListSource([tables.Row({"s": "red", "d": due})])
    text = _file(tables.Table("x", "名单", columns), source, rf, "export=csv").decode("utf-8-sig")
    assert text.splitlines()[1] == "红码 风险,逾期 2 个工作日 2026-11-13"


def test_a_list_too_long_for_a_file_is_refused_before_it_is_read() -> None:
    def never() -> Iterable[list[object]]:
        raise AssertionError
        yield []

    with pytest.raises(TooManyRows) as refused:
        exported(Sheet("x", "x", ["text"], ["x"], never(), 100_001), "xlsx")
    assert "100000" in refused.value.say("zh")
