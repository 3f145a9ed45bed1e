"""A list of a queryset: two queries, filters and order in the database, stable pages."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from yuxin.access.context import opened
from yuxin.access.models import Area
from yuxin.access.reading import reading
from yuxin.kernel.actor import Actor, Role
from yuxin.look import tables

OFFICER = Actor(1, "沈亦舟", frozenset({Role.OFFICER}))
TABLE = tables.Table(
    "areas",
    "区域",
    (
        tables.Column("code", "编码", "code", sortable=True),
        tables.Column("parent", "上级", sortable=True),
    ),
    (tables.Filter("parent", "上级", (("A", "甲"), ("B", "乙"))),),
    default_sort="parent",
    page_size=10,
)


def _narrow(found: QuerySet[Area], filters: Mapping[str, str]) -> QuerySet[Area]:
    return found.filter(parent_code=filters["parent"]) if "parent" in filters else found


def _row(area: Area) -> tables.Row:
    return tables.Row({"code": area.code, "parent": area.parent_code}, key=area.code)


@pytest.fixture
def source(db: Any) -> tables.QuerySource[Area]:
    with opened("operation"):
        for number in range(35):
            Area.objects.create(
                code=f"{number:03}",
                parent_code="AB"[number % 2],
                name=f"镇{number}",
                valid_from=date(2020, 1, 1),
            )
    return tables.QuerySource(
        Area.objects.all(),
        _row,
        order={"code": ("code",), "parent": ("parent_code",)},
        narrow=_narrow,
    )


def _codes(source: tables.Source, rf: RequestFactory, query: str) -> list[str]:
    with reading(OFFICER):
        return [row.key for row in TABLE.show(rf.get(f"/?{query}"), source).rows]


def test_a_page_is_one_count_and_one_select(
    source: tables.QuerySource[Area], rf: RequestFactory
) -> None:
    with reading(OFFICER), CaptureQueriesContext(connection) as asked:
        shown = TABLE.show(rf.get("/?parent=A&page=2"), source)
        lines = shown.lines
    assert (len(asked), len(lines), shown.count) == (2, 8, 18)
    assert "LIMIT 10 OFFSET 10" in asked[1]["sql"] or "LIMIT 8 OFFSET 10" in asked[1]["sql"]


def test_pages_neither_repeat_nor_lose_a_row_though_the_order_has_ties(
    source: tables.QuerySource[Area], rf: RequestFactory
) -> None:
    seen = [
        code for page in range(1, 5) for code in _codes(source, rf, f"sort=-parent&page={page}")
    ]
    assert len(seen) == len(set(seen)) == 35


def test_the_database_sorts_both_ways(source: tables.QuerySource[Area], rf: RequestFactory) -> None:
    assert _codes(source, rf, "sort=-code")[0] == "034"
    assert _codes(source, rf, "sort=code&parent=B")[:2] == ["001", "003"]


def test_an_export_reads_every_row_of_the_view_once(
    source: tables.QuerySource[Area], rf: RequestFactory
) -> None:
    with reading(OFFICER):
        response = TABLE.answer(rf.get("/?parent=B&export=csv"), source, "unused.html")
    text = response.getvalue().decode("utf-8-sig")  # type: ignore[attr-defined]
    response.close()
    assert len(text.splitlines()) == 18
