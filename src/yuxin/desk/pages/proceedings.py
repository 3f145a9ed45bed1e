"""What is under way: the list with who has it in hand, and its bulk acts."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Final
from uuid import uuid4

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yuxin.access.queries import people_with
from yuxin.access.reading import reading
from yuxin.cases import queries as cases
from yuxin.cases.kinds import Kind
from yuxin.cases.models import Proceeding
from yuxin.desk.proceeding_words import address, age, due_of, said, state_words
from yuxin.desk.tasks import Days, days_on
from yuxin.kernel.actor import EVERYBODY, Actor, Role
from yuxin.kernel.clock import day_of
from yuxin.kernel.money import Fen
from yuxin.look.moment import call_of, moment
from yuxin.look.page import actor_of, page
from yuxin.look.tables import BulkAct, Column, Filter, QuerySource, Row, Table
from yuxin.look.values import Empty
from yuxin.look.words import span
from yuxin.operations.cases.assign_proceedings import assign_proceedings_many
from yuxin.operations.cases.extend_proceeding import LEADS
from yuxin.operations.kinds import KINDS, kind_named
from yuxin.registry.queries import names_of as people_named
from yuxin.tuition.breaks.queries import of_other_banks
from yuxin.tuition.queries.contracts import names_of

READS: Final = EVERYBODY - {Role.PUBLIC, Role.GUARDIAN, Role.ADMINISTRATOR}
OWNERS: Final = {
    "me": gettext_lazy("我经办的"),
    "none": gettext_lazy("没人领的"),
    "others": gettext_lazy("同事经办的"),
}
STANDS: Final = {
    "open": gettext_lazy("在办"),
    "late": gettext_lazy("逾期"),
    "over": gettext_lazy("已办结"),
}
COLLEAGUES_MAX: Final = 6


def _table(kinds: tuple[Kind, ...]) -> Table:
    """The list, with the words of the tables in the reader's language."""
    states = [
        (kind.claim(state.name), f"{said(kind.title)} · {said(state.title)}")
        for kind in kinds
        for state in kind.states
    ]
    return Table(
        name="proceedings",
        caption=gettext_lazy("办理事项"),
        columns=(
            Column("due", gettext_lazy("期限"), "deadline", sortable=True, fixed=True),
            Column("kind", gettext_lazy("事项"), fixed=True, link=True),
            Column("state", gettext_lazy("走到哪一步")),
            Column("reference", gettext_lazy("指向"), "code"),
            Column("institution", gettext_lazy("机构"), cut=True),
            Column("amount", gettext_lazy("金额"), "money", sortable=True),
            Column("owner", gettext_lazy("经办人")),
            Column("age", gettext_lazy("账龄")),
            Column("opened", gettext_lazy("开始"), "date", sortable=True, shown=False),
        ),
        filters=(
            Filter("stands", gettext_lazy("在办或办结"), list(STANDS.items())),
            Filter("kind", gettext_lazy("种类"), [(k.name, said(k.title)) for k in kinds]),
            Filter("state", gettext_lazy("走到哪一步"), states),
            Filter("owner", gettext_lazy("经办人"), list(OWNERS.items())),
            Filter("reference", gettext_lazy("指向的编号"), kind="text"),
            Filter("institution", gettext_lazy("机构名称"), kind="text"),
        ),
        default_sort="due",
        empty=Empty(
            gettext_lazy("没有办理事项"),
            gettext_lazy("退费、争议、对账差错等一开始办理就列在这里。"),
            kind="green",
        ),
    )


@page(roles=READS)
def proceedings(request: HttpRequest) -> HttpResponseBase:
    """Every proceeding that the reader's grants reach; open ones unless asked otherwise."""
    actor, today = actor_of(request), day_of(moment(request))
    with reading(actor):
        days = days_on(today)
        base = cases.listed(actor, KINDS).exclude(gap__in=of_other_banks(actor))
        loads = cases.load(actor, KINDS, today) if actor.roles & LEADS else []
        people = people_with(LEADS, today) if actor.roles & LEADS else {}
        source = QuerySource(
            base,
            row=_Rows(actor, days, base).row,
            order={
                "due": ("closed_at", "due_on"),
                "amount": ("amount_fen",),
                "opened": ("opened_at",),
            },
            narrow=lambda rows, filters: _narrow(rows, filters, actor, today),
        )
        table = replace(_table(KINDS), bulk=_bulk(actor, people, loads))
        context = {
            "title": _("办理事项"),
            "loads": [(each, each.name or _("没人领的")) for each in loads],
            "me": actor.account_id,
            "notices": [("green", _("已改经办人。"))] if request.GET.get("done") else [],
            "number": uuid4(),
        }
        bulk_url = reverse("desk:proceedings-assign") if table.bulk else ""
        return table.answer(request, source, "desk/proceedings.html", context, bulk_url=bulk_url)


class _Rows:
    """Rows of the list; the names are read once for all of them."""

    def __init__(self, actor: Actor, days: Days, base: "QuerySet[Proceeding]") -> None:
        self.days, self.actor = days, actor
        self.institutions = names_of(actor.institution_ids)
        owners = base.exclude(owner_id=None).values_list("owner_id", flat=True).distinct()
        self.owners = people_named(actor, [each for each in owners if each is not None])

    def row(self, one: Proceeding) -> Row:
        """One line."""
        entry = self.institutions.get(one.institution_id)
        count, unit = age(one, self.days.today, self.days)
        return Row(
            {
                "due": due_of(one, self.days) if one.closed_at is None else None,
                "kind": said(kind_named(one.kind).title),
                "state": state_words(one),
                "reference": one.reference,
                "institution": str(entry.name) if entry else "",
                "amount": None if one.amount_fen is None else Fen(one.amount_fen),
                "owner": self.owners.get(one.owner_id or 0, ""),
                "age": span(count, unit) if one.closed_at is None else "",
                "opened": one.opened_at,
            },
            key=one.code,
            url=address(one),
            hot=one.closed_at is None
            and one.due_on is not None
            and one.due_on < self.days.today
            and not one.provisional,
        )


def _narrow(
    rows: "QuerySet[Proceeding]", filters: Mapping[str, str], actor: Actor, today: date
) -> "QuerySet[Proceeding]":
    # A final state is asked for by its name: no need to ask for what is over as well.
    stands = filters.get("stands", "" if "state" in filters else "open")
    if stands == "late":
        rows = cases.overdue(rows, today)
    elif stands:
        rows = rows.filter(closed_at__isnull=stands == "open")
    if "kind" in filters:
        rows = rows.filter(kind=filters["kind"])
    if "state" in filters:
        kind, _dot, state = filters["state"].partition(".")
        rows = rows.filter(kind=kind, state=state)
    if "reference" in filters:
        rows = rows.filter(reference__startswith=filters["reference"].upper())
    if "institution" in filters:
        named = [
            number
            for number, entry in names_of(actor.institution_ids).items()
            if filters["institution"] in f"{entry.name} {entry.brand}"
        ]
        rows = rows.filter(institution_id__in=named)
    chosen = {
        "me": Q(owner_id=actor.account_id),
        "none": Q(owner_id=None),
        "others": Q(owner_id__isnull=False) & ~Q(owner_id=actor.account_id),
    }
    return rows.filter(chosen[filters["owner"]]) if "owner" in filters else rows


def _bulk(actor: Actor, people: Mapping[int, str], loads: list[cases.Load]) -> tuple[BulkAct, ...]:
    """Take, give back, hand to a colleague: those with the least in hand first."""
    if not actor.roles & LEADS:
        return ()
    in_hand = {each.account_id: each.open for each in loads}
    others = sorted(
        (number for number in people if number != actor.account_id),
        key=lambda number: (in_hand.get(number, 0), number),
    )
    hand = [
        BulkAct(
            f"to:{number}",
            _("转给%(name)s（手上%(count)d件）")
            % {"name": people[number], "count": in_hand.get(number, 0)},
        )
        for number in others[:COLLEAGUES_MAX]
    ]
    take = BulkAct("take", gettext_lazy("领办"))
    return (take, BulkAct("release", gettext_lazy("退回待领")), *hand)


@page(roles=LEADS, methods=["POST"])
def proceedings_assign(request: HttpRequest) -> HttpResponse:
    """Put somebody in charge of those chosen."""
    where = request.POST.get("back", "") or reverse("desk:proceedings")
    assign_proceedings_many(
        call_of(request, uuid4()),
        proceeding_codes=tuple(request.POST.getlist("chosen")),
        owner_id=owner_asked(request.POST.get("act", ""), actor_of(request)),
    )
    safe = where if where.startswith("/desk/") else reverse("desk:proceedings")
    return HttpResponseRedirect(f"{safe}{'&' if '?' in safe else '?'}done=1")


def owner_asked(act: str, actor: Actor) -> int | None:
    """Whom a button names: oneself, nobody, or a colleague by number."""
    if act == "take":
        return actor.account_id
    number = act.removeprefix("to:")
    return int(number) if number.isascii() and number.isdecimal() and len(number) < 19 else None
