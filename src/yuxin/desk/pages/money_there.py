"""钱在不在: every institution's account beside what must lie there, and the county's sum."""

from collections.abc import Sequence

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yuxin.access.reading import reading
from yuxin.desk.tuition_access import BUREAU
from yuxin.kernel.money import Fen
from yuxin.look.money_words import difference_words
from yuxin.look.page import actor_of, page
from yuxin.look.tables import Column, ListSource, Row, Table
from yuxin.look.values import Empty
from yuxin.tuition.queries import money_there
from yuxin.tuition.queries.contracts import names_of
from yuxin.tuition.queries.money_there import There

TABLE = Table(
    name="money-there",
    caption=gettext_lazy("钱在不在"),
    columns=(
        Column("name", gettext_lazy("机构"), fixed=True, cut=True, sortable=True),
        Column("contracts", gettext_lazy("合同"), "number"),
        Column("paid", gettext_lazy("家长付的"), "money", sortable=True),
        Column("released", gettext_lazy("划给机构"), "money"),
        Column("refunded", gettext_lazy("退给家长"), "money"),
        Column("should", gettext_lazy("应该还在"), "money", sortable=True),
        Column("transit", gettext_lazy("还没进专户"), "money"),
        Column("day", gettext_lazy("对账日"), "date"),
        Column("expected", gettext_lazy("该日应有"), "money"),
        Column("closing", gettext_lazy("银行余额"), "money"),
        Column("difference", gettext_lazy("相差"), "money", sortable=True),
        Column("words", gettext_lazy("说明")),
    ),
    empty=Empty(
        gettext_lazy("还没有合同"), gettext_lazy("有机构签了合同、收了学费，这里逐家核对。")
    ),
)


@page(roles=BUREAU)
def there(request: HttpRequest) -> HttpResponseBase:
    """The accounts that differ first, the largest difference on top."""
    actor = actor_of(request)
    with reading(actor):
        found = money_there.there(actor, actor.institution_ids)
        names = names_of(each.institution_id for each in found)
    found.sort(key=lambda each: (-abs(each.difference_fen), each.institution_id))
    rows = [_row(each, str(names.get(each.institution_id, ""))) for each in found]
    context = {"title": _("钱在不在"), "sub": _sub(found)}
    totals = _totals(found) if found else None
    return TABLE.answer(request, ListSource(rows), "desk/tuition_list.html", context, totals=totals)


def _row(each: There, name: str) -> Row:
    return Row(
        {
            "name": name,
            "contracts": each.contracts,
            "paid": Fen(each.paid_fen),
            "released": Fen(each.released_fen),
            "refunded": Fen(each.refunded_fen),
            "should": Fen(each.should_be_there_fen),
            "transit": Fen(each.in_transit_fen),
            "day": each.bank_day,
            "expected": Fen(each.expected_fen) if each.bank_day else None,
            "closing": Fen(each.closing_fen) if each.bank_day else None,
            "difference": Fen(each.difference_fen),
            "words": _said(each),
        },
        key=str(each.institution_id),
        hot=bool(each.difference_fen),
    )


def _said(each: There) -> str:
    """What is right is said in a word: the day and the sums stand beside it."""
    if each.bank_day and not each.difference_fen:
        return _("一分不差")
    return difference_words(each)


def _totals(found: Sequence[There]) -> dict[str, object]:
    return {
        "name": _("合计"),
        "contracts": sum(each.contracts for each in found),
        "paid": Fen(sum(each.paid_fen for each in found)),
        "released": Fen(sum(each.released_fen for each in found)),
        "refunded": Fen(sum(each.refunded_fen for each in found)),
        "should": Fen(sum(each.should_be_there_fen for each in found)),
        "transit": Fen(sum(each.in_transit_fen for each in found)),
        "expected": Fen(sum(each.expected_fen for each in found if each.bank_day)),
        "closing": Fen(sum(each.closing_fen for each in found if each.bank_day)),
        "difference": Fen(sum(each.difference_fen for each in found)),
    }


def _sub(found: Sequence[There]) -> str:
    differing = sum(1 for each in found if each.difference_fen)
    if differing:
        return _("%(n)d家对不上。付的减划的减退的，应该等于银行那天的余额。") % {"n": differing}
    return _("都对上了。付的减划的减退的，等于银行那天的余额。")
