"""What institutions owe to families: refunds that their contracts' custody does not cover."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from yuxin.access.reading import reading
from yuxin.desk.forms.modes import StateDebtForm
from yuxin.desk.pages.refunds import days_of
from yuxin.desk.tasks import due_of
from yuxin.desk.tuition_access import KEEPS_BOOKS, SEES_BOOKS
from yuxin.kernel.money import Fen, yuan
from yuxin.kernel.refusal import NotFound, Refusal
from yuxin.look.moment import call_of
from yuxin.look.page import actor_of, page
from yuxin.look.tables import Column, ListSource, Row, Table
from yuxin.look.tuition_words import DEBT_STATES
from yuxin.look.values import Empty, Fact
from yuxin.operations.tuition.state_debt_payment import state_debt_payment
from yuxin.tuition.queries.exposure import DebtLine
from yuxin.tuition.queries.exposure import debts as all_debts

TABLE = Table(
    name="debts",
    caption=gettext_lazy("机构应补的退费"),
    columns=(
        Column("due", gettext_lazy("期限"), "deadline", fixed=True),
        Column("code", gettext_lazy("编号"), "code", fixed=True, link=True),
        Column("name", gettext_lazy("机构"), sortable=True),
        Column("contract", gettext_lazy("合同"), "code"),
        Column("amount", gettext_lazy("金额"), "money", sortable=True),
        Column("way", gettext_lazy("付到哪")),
        Column("state", gettext_lazy("走到哪一步")),
        Column("paid_on", gettext_lazy("付清"), "date", sortable=True),
    ),
    empty=Empty(gettext_lazy("没有机构应补的退费"), kind="green"),
)


@page(roles=SEES_BOOKS)
def debts(request: HttpRequest) -> HttpResponseBase:
    """Every debt the reader sees, those due first."""
    actor = actor_of(request)
    with reading(actor):
        days = days_of(request)
        found = all_debts(actor)
    rows = [
        Row(
            {
                "due": None if each.paid_on else due_of(each.due_on, days),
                "code": each.code,
                "name": each.institution_name,
                "contract": each.contract_code,
                "amount": Fen(each.amount_fen),
                "way": _way(each),
                "state": DEBT_STATES[each.state],
                "paid_on": each.paid_on,
            },
            url=reverse("desk:debt", args=[each.code]),
        )
        for each in found
    ]
    sub = _("退费先用本合同专户里的钱，不够的由机构在期限内补足，再用保证金和保险。")
    return TABLE.answer(
        request,
        ListSource(rows),
        "desk/tuition_list.html",
        {"title": _("机构应补的退费"), "sub": sub},
    )


def _way(each: DebtLine) -> str:
    return pgettext("debt", "直接付给家长") if each.direct else pgettext("debt", "缴入合同专户")


@page(roles=SEES_BOOKS, methods=("GET", "POST"))
def debt(request: HttpRequest, code: str) -> HttpResponse:
    """One debt: how it is paid, and the step that is due now."""
    actor = actor_of(request)
    form = StateDebtForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            state_debt_payment(
                call_of(request, form.cleaned_data["request_id"]),
                debt_code=code,
                serial=form.cleaned_data["serial"],
            )
        except NotFound:
            raise
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return HttpResponseRedirect(f"{reverse('desk:debt', args=[code])}?done=stated")
    with reading(actor):
        days = days_of(request)
        found = next((each for each in all_debts(actor) if each.code == code), None)
    if found is None:
        raise NotFound
    may = found.direct and found.state == "open" and actor.has(*KEEPS_BOOKS)
    done = request.GET.get("done") == "stated"
    context = {
        "debt": found,
        "state": DEBT_STATES[found.state],
        "due": None if found.paid_on else due_of(found.due_on, days),
        "facts": _facts(found),
        "how": _how(found),
        "form": form if may else None,
        "notices": [("green", _("登记了，已请家长确认。"))] if done else [],
    }
    return render(request, "desk/debt.html", context, status=422 if form.errors else 200)


def _facts(found: DebtLine) -> list[Fact]:
    contract = reverse("desk:contract", args=[found.contract_code])
    facts = [
        Fact(_("机构"), found.institution_name),
        Fact(_("合同"), found.contract_code, url=contract, code=True),
        Fact(_("编号"), found.code, code=True),
        Fact(_("金额"), _("%(sum)s元") % {"sum": yuan(Fen(found.amount_fen))}),
        *_covered(found),
        Fact(_("期限"), found.due_on.isoformat()),
        Fact(_("付到哪"), _way(found)),
    ]
    if found.serial:
        facts.append(Fact(_("银行流水号"), found.serial, code=True))
    if found.paid_on:
        facts.append(Fact(_("付清"), found.paid_on.isoformat()))
    return facts


def _covered(found: DebtLine) -> list[Fact]:
    if not found.covered_fen:
        return []
    covered, left = yuan(Fen(found.covered_fen)), yuan(Fen(found.left_fen))
    return [
        Fact(_("保证金或保险代付"), _("%(sum)s元") % {"sum": covered}),
        Fact(_("机构还要补"), _("%(sum)s元") % {"sum": left}),
    ]


def _how(found: DebtLine) -> str:
    if found.state == "covered":
        return _("机构逾期没有补足，已由保证金或保险付给家长。")
    if found.state == "paid":
        return _("已付清，不用再办。")
    if found.state == "stated":
        return _("机构登记了付款，等家长确认收到。")
    if found.direct:
        return _("付给家长后在这里登记流水号，家长确认收到即付清。")
    return _("从本单位账户缴入该合同的托管专户，附言写编号 %(code)s；到账后自动退给家长。") % {
        "code": found.code
    }
