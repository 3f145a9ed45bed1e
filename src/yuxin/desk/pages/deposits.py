"""Deposits: the list, a new one, one with its floor, its bank lines and its use."""

from collections.abc import Callable
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yuxin.access.reading import reading
from yuxin.desk.forms.closings import ActForm, OpenDepositForm, ReasonForm
from yuxin.desk.proceeding_words import state_words
from yuxin.desk.tuition_access import DECIDES, SEES_BOOKS
from yuxin.kernel.act import Call, Receipt
from yuxin.kernel.actor import Actor
from yuxin.kernel.money import Fen
from yuxin.kernel.refusal import NotFound, Refusal
from yuxin.look.moment import call_of
from yuxin.look.page import actor_of, page
from yuxin.look.tables import Column, ListSource, Row, Table
from yuxin.look.values import Empty, Fact, Link, SumLine
from yuxin.operations.deposits.decide_deposit_use import decide_deposit_use, propose_deposit_use
from yuxin.operations.deposits.open_deposit import open_deposit
from yuxin.operations.deposits.order_deposit_return import ask_deposit_return, order_deposit_return
from yuxin.tuition.deposits import queries
from yuxin.tuition.deposits.models import Deposit, Use
from yuxin.tuition.deposits.queries import DepositLine, DepositPage
from yuxin.tuition.deposits.services import NewDeposit

KINDS: Final = {
    "RISK": gettext_lazy("风险保证金"),
    "PERFORMANCE": gettext_lazy("协议履行风险保证金"),
    "UNDELIVERED": gettext_lazy("未消课风险保证金"),
}
HOLDERS: Final = {
    "INSTITUTION": gettext_lazy("机构的保证金账户"),
    "BUREAU": gettext_lazy("教育局的保证金专户"),
}
STATES: Final = {
    "open": gettext_lazy("在存"),
    "returning": gettext_lazy("正在退还"),
    "returned": gettext_lazy("已退还"),
}
USES: Final = {
    "proposed": gettext_lazy("等第二人决定"),
    "decided": gettext_lazy("已决定"),
    "rejected": gettext_lazy("没有同意"),
}
DEPOSITS: Final = Table(
    name="deposits",
    caption=gettext_lazy("保证金"),
    columns=(
        Column("institution", gettext_lazy("机构"), fixed=True, link=True, cut=True),
        Column("kind", gettext_lazy("种类")),
        Column("holder", gettext_lazy("存在哪里")),
        Column("floor", gettext_lazy("底线"), "money"),
        Column("balance", gettext_lazy("余额"), "money"),
        Column("short", gettext_lazy("还差"), "money"),
        Column("due", gettext_lazy("补足期限"), "date"),
        Column("state", gettext_lazy("状态")),
    ),
    empty=Empty(
        gettext_lazy("没有保证金"),
        gettext_lazy("采用保证金或双重监管的机构，由监管员登记保证金账户。"),
    ),
)


@page(roles=SEES_BOOKS)
def deposits(request: HttpRequest) -> HttpResponseBase:
    """Deposits within the reader's grants."""
    actor = actor_of(request)
    with reading(actor):
        found = queries.deposits(actor)
    new = Link(_("登记保证金"), reverse("desk:deposit-new"), primary=True)
    context = {
        "title": _("保证金"),
        "sub": _("底线随在读合同每天重算：每份合同计不超过一个收费周期（3个月）的学费。"),
        "acts": [new] if actor.has(*DECIDES) else [],
    }
    rows = ListSource([_row(each) for each in found])
    return DEPOSITS.answer(request, rows, "desk/tuition_list.html", context)


def _row(line: DepositLine) -> Row:
    deposit, order = line.deposit, line.top_up
    return Row(
        {
            "institution": line.institution,
            "kind": KINDS[deposit.kind],
            "holder": HOLDERS[deposit.holder],
            "floor": None if line.floor_fen is None else Fen(line.floor_fen),
            "balance": Fen(line.balance_fen),
            "short": Fen(line.short_fen),
            "due": order.proceeding.due_on if order else None,
            "state": state_words(order.proceeding) if order else STATES[deposit.state],
        },
        url=reverse("desk:deposit", args=[deposit.code]),
    )


@page(roles=DECIDES, methods=("GET", "POST"))
def deposit_new(request: HttpRequest) -> HttpResponse:
    """Record a deposit as agreed."""
    form = OpenDepositForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            receipt = open_deposit(
                call_of(request, told["request_id"]),
                code=told["code"],
                deposit=NewDeposit(
                    kind=Deposit.Kind(told["kind"]),
                    holder=Deposit.Holder(told["holder"]),
                    bank_code=told["bank_code"],
                    account_title=told["account_title"],
                    number=told["number"],
                ),
            )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return HttpResponseRedirect(reverse("desk:deposit", args=[receipt["deposit"]]))
    status = 422 if form.is_bound else 200
    return render(request, "desk/deposit_new.html", {"form": form}, status=status)


Acting = Callable[[Call, dict[str, Any]], Receipt]


def _acts(code: str, use_code: str) -> dict[str, Acting]:
    return {
        "propose": lambda call, told: propose_deposit_use(
            call, deposit_code=code, reason=told["reason"]
        ),
        "grant": lambda call, _: decide_deposit_use(call, use_code=use_code, grant=True),
        "refuse": lambda call, _: decide_deposit_use(call, use_code=use_code, grant=False),
        "ask-return": lambda call, _: ask_deposit_return(call, deposit_code=code),
        "return": lambda call, _: order_deposit_return(call, deposit_code=code),
    }


@page(roles=SEES_BOOKS, methods=("GET", "POST"))
def deposit(request: HttpRequest, code: str) -> HttpResponse:
    """One deposit: floor and balance, what the bank says, orders, uses, what is due now."""
    actor = actor_of(request)
    with reading(actor):
        found = queries.deposit_page(actor, code)
    reason, refused = ReasonForm(), ""
    if request.method == "POST":
        act = request.POST.get("act", "")
        form = ReasonForm(request.POST) if act == "propose" else ActForm(request.POST)
        doing = _acts(code, request.POST.get("use", "")).get(act)
        if doing is None or not actor.has(*DECIDES):
            raise NotFound
        if form.is_valid():
            try:
                doing(call_of(request, form.cleaned_data["request_id"]), form.cleaned_data)
            except NotFound:
                raise
            except Refusal as refusal:
                refused = refusal.say(getattr(request, "LANGUAGE_CODE", "zh"))
            else:
                return HttpResponseRedirect(f"{reverse('desk:deposit', args=[code])}?done=1")
        else:
            refused = _("页面不完整，没有提交。请刷新后重新填写。")
        reason = form if isinstance(form, ReasonForm) else reason
    notices = [("red", refused)] if refused else []
    if request.GET.get("done"):
        notices.append(("green", _("办好了，已写入存证。")))
    context = {
        "found": found,
        "deposit": found.line.deposit,
        "kind": KINDS[found.line.deposit.kind],
        "facts": _facts(found),
        "floor_lines": _floor(found.line),
        "bank_lines": _bank(found),
        "difference": _difference(found),
        "top_ups": [(each, state_words(each.proceeding)) for each in found.top_ups],
        "uses": [(each, USES[each.state], _waits(actor, each)) for each in found.uses],
        "may_propose": _may_propose(actor, found),
        "return_act": _return_act(actor, found),
        "reason": reason,
        "form": ActForm(),
        "notices": notices,
    }
    return render(request, "desk/deposit.html", context, status=422 if refused else 200)


def _facts(found: DepositPage) -> list[Fact]:
    deposit = found.line.deposit
    place = reverse("desk:institution", args=[found.line.institution_code])
    return [
        Fact(_("机构"), found.line.institution, url=place),
        Fact(_("种类"), KINDS[deposit.kind]),
        Fact(_("存在哪里"), HOLDERS[deposit.holder]),
        Fact(_("户名"), deposit.account_title),
        Fact(_("账号"), f"**** {deposit.number_last4}", code=True),
        Fact(_("银行"), deposit.bank_code),
        Fact(_("汇款附言"), deposit.code, _("缴存时写在附言里，银行的流水凭它对上"), code=True),
        Fact(_("登记"), deposit.opened_on.isoformat()),
        Fact(_("状态"), STATES[deposit.state]),
    ]


def _floor(line: DepositLine) -> list[SumLine]:
    if line.floor_fen is None:
        return []
    return [
        SumLine(_("底线"), Fen(line.floor_fen)),
        SumLine(_("余额"), Fen(line.balance_fen), "-"),
        SumLine(_("还差"), Fen(line.short_fen), "=", total=True),
    ]


def _bank(found: DepositPage) -> list[SumLine]:
    """What the account should hold by the books, and what the bank said last."""
    if found.bank is None:
        return []
    lines = [SumLine(_("账册上这笔保证金"), Fen(found.held_fen))]
    if found.others_fen:
        lines.append(SumLine(_("同一账户上别的保证金"), Fen(found.others_fen), "+"))
    day = found.bank.account_day.isoformat()
    told = SumLine(_("银行说的余额"), Fen(found.bank.closing_fen), "=", note=day, total=True)
    return [*lines, told]


def _difference(found: DepositPage) -> Fen:
    told = found.bank.closing_fen if found.bank else 0
    return Fen(told - found.held_fen - found.others_fen)


def _waits(actor: Actor, use: Use) -> bool:
    mine = actor.has(*DECIDES) and use.proposed_by != actor.account_id
    return use.state == Use.State.PROPOSED and mine


def _may_propose(actor: Actor, found: DepositPage) -> bool:
    waits = any(each.state == Use.State.PROPOSED for each in found.uses)
    return actor.has(*DECIDES) and bool(found.line.balance_fen) and not waits


def _return_act(actor: Actor, found: DepositPage) -> str:
    deposit = found.line.deposit
    if not actor.has(*DECIDES) or deposit.state != Deposit.State.OPEN:
        return ""
    if deposit.return_asked_by is None:
        return "ask-return"
    return "return" if deposit.return_asked_by != actor.account_id else ""
