"""One table for every list: columns, filters, sorting, column choice, pages, export.

The whole view is in the address (`?town=3&sort=-due&col=name&page=2`), so it can be kept as a
bookmark and sent to a colleague; without script, links sort and the filters are a GET form. A page
costs two queries, one for the count and one for the rows, however long the list is.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Literal, Protocol, TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render

from yuxin.look.export import Sheet, exported
from yuxin.look.sent import whole
from yuxin.look.values import Empty, Text

Kind = Literal["text", "code", "money", "number", "date", "deadline", "status", "grade"]
FilterKind = Literal["choice", "text", "date"]
OWN = ("sort", "col", "page", "export", "lang")
M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Column:
    """One column. Identifiers, money and dates are never cut; `fixed` ones cannot be hidden.

    The column with `link` carries the row's address. Kinds: money is in fen, `status` a status
    kind, `deadline` a `Due`, `number` a count whose zero is printed faint.
    """

    key: str
    label: Text
    kind: Kind = "text"
    sortable: bool = False
    shown: bool = True
    fixed: bool = False
    link: bool = False
    cut: bool = False

    @property
    def css(self) -> str:
        """How a cell of this column stands."""
        if self.kind in ("money", "number"):
            return "num"
        return "cut" if self.cut and self.kind == "text" else ("" if self.kind == "text" else "nb")


@dataclass(frozen=True)
class Filter:
    """One filter of the bar: a choice among values, a text to find, or a day."""

    key: str
    label: Text
    choices: Sequence[tuple[str, Text]] = ()
    kind: FilterKind = "choice"

    def word(self, value: str) -> Text:
        """How a chosen value is called; "" when it is no value of this filter."""
        if self.kind == "choice":
            return dict(self.choices).get(value, "")
        return value.strip()[:100]


@dataclass(frozen=True)
class BulkAct:
    """An act on all chosen rows: posted as `act=<name>` with `chosen=<key>` for each row."""

    name: str
    label: Text


@dataclass(frozen=True)
class SavedView:
    """A tab above the filters: a name and the query that makes the view."""

    label: Text
    query: str
    count: int | None = None


@dataclass(frozen=True)
class View:
    """What the address asks for, with everything unknown dropped."""

    filters: Mapping[str, str]
    sort: str
    descending: bool
    columns: tuple[str, ...]
    page: int


@dataclass(frozen=True)
class Row:
    """One line: cells by column key, its key for choosing, its address, its group's heading."""

    cells: Mapping[str, Any]
    key: str = ""
    url: str = ""
    group: Text = ""
    hot: bool = False


class Source(Protocol):
    """Where rows come from. `rows` is one query with LIMIT and OFFSET; `limit` None means all."""

    def count(self, view: View) -> int:
        """How many rows the view has."""

    def rows(self, view: View, *, offset: int, limit: int | None) -> Iterable[Row]:
        """The rows of the view, in its order."""


@dataclass(frozen=True)
class QuerySource(Generic[M]):
    """Rows of a queryset: `narrow` applies the filters, `order` maps a sort key to fields.

    A unique field must end every ordering, else pages may repeat rows; `pk` is appended.
    """

    base: QuerySet[M]
    row: Callable[[M], Row]
    order: Mapping[str, Sequence[str]] = field(default_factory=dict)
    narrow: Callable[[QuerySet[M], Mapping[str, str]], QuerySet[M]] | None = None

    def _narrowed(self, view: View) -> QuerySet[M]:
        return self.narrow(self.base, view.filters) if self.narrow else self.base

    def count(self, view: View) -> int:
        """One COUNT."""
        return self._narrowed(view).count()

    def rows(self, view: View, *, offset: int, limit: int | None) -> Iterable[Row]:
        """One SELECT; an export reads it in pieces."""
        names = [*self.order.get(view.sort, ()), "pk"]
        signed = [_reversed(name) if view.descending else name for name in names]
        found = self._narrowed(view).order_by(*signed)
        if limit is None:
            return map(self.row, found.iterator(chunk_size=2000))
        return [self.row(one) for one in found[offset : offset + limit]]


def _reversed(name: str) -> str:
    return name.removeprefix("-") if name.startswith("-") else f"-{name}"


@dataclass(frozen=True)
class ListSource:
    """Rows already in memory, such as a rule pack's; sorts by a cell, finds by `keep`."""

    all_rows: Sequence[Row]
    keep: Callable[[Row, Mapping[str, str]], bool] = lambda _row, _filters: True

    def _kept(self, view: View) -> list[Row]:
        return [row for row in self.all_rows if self.keep(row, view.filters)]

    def count(self, view: View) -> int:
        """How many rows are kept."""
        return len(self._kept(view))

    def rows(self, view: View, *, offset: int, limit: int | None) -> Iterable[Row]:
        """The rows kept, sorted by the cell of the sort key; empty cells stand last."""
        kept = self._kept(view)
        if view.sort:
            filled = [row for row in kept if row.cells.get(view.sort) is not None]
            empty = [row for row in kept if row.cells.get(view.sort) is None]
            filled.sort(key=lambda row: row.cells[view.sort], reverse=view.descending)
            kept = filled + empty
        return kept[offset:] if limit is None else kept[offset : offset + limit]


@dataclass(frozen=True)
class Table:
    """A list as declared: what may be shown, filtered, sorted and exported."""

    name: str
    caption: Text
    columns: Sequence[Column]
    filters: Sequence[Filter] = ()
    default_sort: str = ""
    page_size: int = 50
    bulk: Sequence[BulkAct] = ()
    empty: Empty | None = None

    def view(self, query: QueryDict) -> View:
        """Read a view from the address; what the table does not know is dropped."""
        asked = query.get("sort") or self.default_sort
        sortable = {column.key for column in self.columns if column.sortable}
        if asked.removeprefix("-") not in sortable:
            asked = self.default_sort
        number = query.get("page", "1")
        return View(
            filters=self._chosen(query),
            sort=asked.removeprefix("-"),
            descending=asked.startswith("-"),
            columns=self._columns(query.getlist("col")),
            page=whole(number, 1),
        )

    def _chosen(self, query: QueryDict) -> dict[str, str]:
        values = {one.key: query.get(one.key, "").strip()[:100] for one in self.filters}
        return {one.key: values[one.key] for one in self.filters if one.word(values[one.key])}

    def _columns(self, asked: Sequence[str]) -> tuple[str, ...]:
        known = [one.key for one in self.columns if one.fixed or one.key in asked]
        wanted = any(one.key in asked for one in self.columns)
        return tuple(
            known if wanted else [one.key for one in self.columns if one.shown or one.fixed]
        )

    def show(
        self,
        request: HttpRequest,
        source: Source,
        *,
        views: Sequence[SavedView] = (),
        bulk_url: str = "",
        totals: Mapping[str, Any] | None = None,
    ) -> "Shown":
        """One page of the list, ready for `{% table %}`. Two queries."""
        view = self.view(request.GET)
        count = source.count(view)
        pages = max(1, -(-count // self.page_size))
        number = min(max(view.page, 1), pages)
        offset = (number - 1) * self.page_size
        rows = list(source.rows(view, offset=offset, limit=self.page_size)) if count else []
        return Shown(
            table=self,
            view=view,
            query=request.GET,
            rows=rows,
            count=count,
            page=number,
            pages=pages,
            views=views,
            bulk_url=bulk_url,
            totals=totals,
        )

    def answer(
        self,
        request: HttpRequest,
        source: Source,
        template: str,
        context: Mapping[str, Any] | None = None,
        *,
        on_export: Callable[[str, int], None] | None = None,
        **shown: Any,
    ) -> HttpResponseBase:
        """The page, or with `?export=xlsx` or `csv` the whole current view as a file.

        `on_export(kind, count)` records who took how many rows; the same source and so the same
        grants decide what is in the file.
        Raises: TooManyRows.
        """
        kind = request.GET.get("export", "")
        if kind in ("xlsx", "csv"):
            return self._file(request, source, kind, on_export)
        page: HttpResponse = render(
            request,
            template,
            {**(context or {}), "table": self.show(request, source, **shown)},
        )
        return page

    def _file(
        self,
        request: HttpRequest,
        source: Source,
        kind: str,
        on_export: Callable[[str, int], None] | None,
    ) -> HttpResponseBase:
        view = self.view(request.GET)
        columns = [one for one in self.columns if one.key in view.columns]
        count = source.count(view)
        if on_export:
            on_export(kind, count)
        rows = source.rows(view, offset=0, limit=None)
        sheet = Sheet(
            name=self.name,
            title=str(self.caption),
            kinds=[one.kind for one in columns],
            head=[str(one.label) for one in columns],
            rows=([row.cells.get(one.key) for one in columns] for row in rows),
            count=count,
        )
        return exported(sheet, kind)


@dataclass(frozen=True)
class Shown:
    """One page of a list with every address the template needs."""

    table: Table
    view: View
    query: QueryDict
    rows: Sequence[Row]
    count: int
    page: int
    pages: int
    views: Sequence[SavedView] = ()
    bulk_url: str = ""
    totals: Mapping[str, Any] | None = None

    @property
    def columns(self) -> list[Column]:
        """The columns shown."""
        return [one for one in self.table.columns if one.key in self.view.columns]

    @property
    def first(self) -> int:
        """The number of the first row on this page."""
        return (self.page - 1) * self.table.page_size + 1 if self.count else 0

    @property
    def last(self) -> int:
        """The number of the last row on this page."""
        return min(self.page * self.table.page_size, self.count)

    @property
    def width(self) -> int:
        """How many cells a whole line has."""
        return len(self.columns) + (1 if self.bulk_url else 0)

    def url(self, *, drop: Sequence[str] = (), **changes: str) -> str:
        """This view with changes; a change of anything but the page starts at page one."""
        query = self.query.copy()
        for name in ("export", "lang", "page", *drop):
            query.pop(name, None)
        for name, value in changes.items():
            query[name] = value
        return f"?{query.urlencode()}"

    @property
    def heads(self) -> list[dict[str, Any]]:
        """Column heads: label, address that sorts, and the direction it is sorted in now."""
        heads = []
        for one in self.columns:
            now = one.key == self.view.sort
            down = now and not self.view.descending
            heads.append(
                {
                    "column": one,
                    "url": self.url(sort=f"-{one.key}" if down else one.key)
                    if one.sortable
                    else "",
                    "direction": ("descending" if self.view.descending else "ascending")
                    if now
                    else "",
                }
            )
        return heads

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Rows with their cells in order, and the heading where a group begins."""
        lines, before = [], ""
        for row in self.rows:
            group = str(row.group)
            cells = [{"column": one, "value": row.cells.get(one.key)} for one in self.columns]
            lines.append({"row": row, "cells": cells, "group": group if group != before else ""})
            before = group
        return lines

    @property
    def total_line(self) -> list[dict[str, Any]] | None:
        """The total row, if the list has one."""
        if self.totals is None:
            return None
        return [{"column": one, "value": self.totals.get(one.key, "")} for one in self.columns]

    @property
    def fields(self) -> list[dict[str, Any]]:
        """The filter bar: every filter with its chosen value."""
        return [
            {"filter": one, "value": self.view.filters.get(one.key, "")}
            for one in self.table.filters
        ]

    @property
    def tokens(self) -> list[dict[str, Any]]:
        """Chosen values, each with the address that removes it."""
        return [
            {
                "label": one.label,
                "word": one.word(self.view.filters[one.key]),
                "url": self.url(drop=(one.key,)),
            }
            for one in self.table.filters
            if one.key in self.view.filters
        ]

    @property
    def clear_url(self) -> str:
        """The list without filters."""
        return self.url(drop=tuple(one.key for one in self.table.filters))

    def _kept(self, but: Sequence[str]) -> list[tuple[str, str]]:
        dropped = {*but, "page", "export", "lang"}
        return [
            (name, value)
            for name, values in self.query.lists()
            if name not in dropped
            for value in values
        ]

    @property
    def kept_by_filters(self) -> list[tuple[str, str]]:
        """What the filter form must carry along."""
        return self._kept([one.key for one in self.table.filters])

    @property
    def kept_by_columns(self) -> list[tuple[str, str]]:
        """What the column form must carry along."""
        return self._kept(["col"])

    @property
    def column_choice(self) -> list[dict[str, Any]]:
        """Every column that may be hidden, and whether it is shown."""
        return [
            {"column": one, "on": one.key in self.view.columns}
            for one in self.table.columns
            if not one.fixed
        ]

    @property
    def default_columns_url(self) -> str:
        """This view with the columns as declared."""
        return self.url(drop=("col",))

    @property
    def previous_url(self) -> str:
        """The page before, if any."""
        return self.url(page=str(self.page - 1)) if self.page > 1 else ""

    @property
    def next_url(self) -> str:
        """The page after, if any."""
        return self.url(page=str(self.page + 1)) if self.page < self.pages else ""

    @property
    def xlsx_url(self) -> str:
        """The current view as a spreadsheet."""
        return self.url(export="xlsx")

    @property
    def csv_url(self) -> str:
        """The current view as comma-separated text."""
        return self.url(export="csv")

    @property
    def tabs(self) -> list[dict[str, Any]]:
        """Saved views; the current one is the one whose filters and order are these."""
        mine = (dict(self.view.filters), self.view.sort, self.view.descending)
        tabs = []
        for saved in self.views:
            other = self.table.view(QueryDict(saved.query))
            current = (dict(other.filters), other.sort, other.descending) == mine
            tabs.append({"saved": saved, "url": f"?{saved.query}", "current": current})
        return tabs
