"""Custody accounts: the three rates, who is behind, and one institution's accounts."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yuxin.access.reading import reading
from yuxin.desk.forms.custody import (
    AgreementForm,
    CloseAccountForm,
    EnableForm,
    OpenForm,
    StepForm,
)
from yuxin.files import store
from yuxin.kernel.act import Receipt
from yuxin.kernel.actor import Actor, Role
from yuxin.kernel.clock import day_of
from yuxin.kernel.refusal import NotFound, Refusal
from yuxin.look.field_words import CATEGORIES
from yuxin.look.forms import Form
from yuxin.look.moment import call_of, moment
from yuxin.look.page import actor_of, page
from yuxin.look.tables import Column, Filter, ListSource, Row, Table
from yuxin.look.values import Empty, Text
from yuxin.operations.tuition.close_account import close_account
from yuxin.operations.tuition.enable_payment import enable_payment
from yuxin.operations.tuition.file_account import file_account
from yuxin.operations.tuition.open_account import open_account
from yuxin.operations.tuition.record_agreement import record_agreement
from yuxin.operations.tuition.verify_account import verify_account
from yuxin.registry import queries as registry
from yuxin.registry.models import Entry
from yuxin.tuition.custody import queries
from yuxin.tuition.custody.models import CustodyAccount
from yuxin.tuition.custody.permissions import DECIDES, FILES, OPENS, SEES, VERIFIES
from yuxin.tuition.custody.queries import AccountFile, Group, Rates, Standing
from yuxin.tuition.custody.services import NewAccount
from yuxin.tuition.queries import banks

STATES: Final[Mapping[str, Text]] = {
    "": gettext_lazy("未开户"),
    "OPENED": gettext_lazy("已开户"),
    "FILED": gettext_lazy("已备案"),
    "VERIFIED": gettext_lazy("已核验"),
    "PAYMENT_ENABLED": gettext_lazy("已开通支付"),
    "RUNNING_OFF": gettext_lazy("余额清退中"),
    "CLOSED": gettext_lazy("已销户"),
    "WITHDRAWN": gettext_lazy("已撤回"),
}
BY: Final[Mapping[Group, Text]] = {
    "area": gettext_lazy("按街镇"),
    "line": gettext_lazy("按条线"),
    "bank": gettext_lazy("按银行"),
}
BEHIND: Final = Table(
    name="custody",
    caption=gettext_lazy("专户进度"),
    columns=(
        Column("days", gettext_lazy("取得许可已（日）"), "number", sortable=True, fixed=True),
        Column("name", gettext_lazy("机构"), link=True, cut=True, fixed=True),
        Column("area", gettext_lazy("街镇")),
        Column("line", gettext_lazy("条线")),
        Column("bank", gettext_lazy("银行"), cut=True),
        Column("state", gettext_lazy("走到哪一步")),
        Column("next", gettext_lazy("下一步")),
    ),
    filters=(
        Filter("state", gettext_lazy("走到哪一步"), list(STATES.items())[1:5]),
        Filter("line", gettext_lazy("条线"), list(CATEGORIES.items())),
        Filter("name", gettext_lazy("机构"), kind="text"),
    ),
    default_sort="-days",
    empty=Empty(gettext_lazy("没有落后的机构"), kind="green"),
)


@page(roles=SEES - OPENS)
def custody_accounts(request: HttpRequest) -> HttpResponseBase:
    """The three rates, and every institution whose account is not enabled yet."""
    actor, today = actor_of(request), day_of(moment(request))
    by: Group = next((key for key in BY if key == request.GET.get("by")), "area")
    with reading(actor):
        rows = queries.standings(actor, today)
        areas = registry.area_names(actor, today)
    behind = [one for one in rows if one.step < 4]
    table = [_row(one, areas, today) for one in behind]
    context = {
        "total": _shown(Rates.of("", rows), _("全部")),
        "groups": [_shown(each, _named(by, each.key, areas)) for each in queries.grouped(rows, by)],
        "by": by,
        "ways": BY.items(),
        "behind": len(behind),
    }
    source = ListSource(table, keep=_kept)
    return BEHIND.answer(request, source, "desk/custody_accounts.html", context)


def _kept(row: Row, filters: Mapping[str, str]) -> bool:
    plain = {key: value for key, value in filters.items() if key != "name"}
    return filters.get("name", "") in row.cells["name"] and all(
        row.cells[f"{key}_key"] == value for key, value in plain.items()
    )


def _row(one: Standing, areas: Mapping[str, str], today: date) -> Row:
    steps = {
        0: _("机构开户"),
        1: _("主管部门备案"),
        2: _("核验"),
        3: _("签三方协议、开通支付"),
    }
    return Row(
        {
            "days": one.days(today),
            "name": one.name,
            "area": areas.get(one.area_code, one.area_code),
            "line": CATEGORIES.get(one.category, "–"),
            "line_key": one.category,
            "bank": one.bank_name or "–",
            "state": STATES.get(one.state, one.state),
            "state_key": one.state,
            "next": steps[one.step],
        },
        url=reverse("desk:custody-account", args=[one.code]),
    )


def _named(by: Group, key: str, areas: Mapping[str, str]) -> str:
    names: dict[Group, Mapping[str, Text]] = {"area": dict(areas), "line": CATEGORIES, "bank": {}}
    return str(names[by].get(key, key)) or _("未开户")


def _shown(rates: Rates, name: str) -> dict[str, Any]:
    """A group in figures; a rate with its numerator, one decimal, rounded down."""
    told = {}
    for kind in ("opened", "verified", "enabled"):
        count = getattr(rates, kind)
        tenths = rates.per_mille(count)
        told[kind] = (count, f"{tenths // 10}.{tenths % 10}%")
    return {"name": name, "total": rates.total, **told}


@page(roles=SEES, methods=("GET", "POST"))
def custody_account(request: HttpRequest, code: str) -> HttpResponse:
    """An institution's accounts, what they rest on, and the step that is due from the reader."""
    actor = actor_of(request)
    with reading(actor):
        file = queries.account_file(actor, code, day_of(moment(request)))
        choices = [(each.code, each.name) for each in banks.all_banks(actor)]
    forms = _forms(request, actor, file, choices)
    if request.method == "POST":
        done = _sent(request, file, forms)
        if done is not None:
            return done
    context = {
        "entry": file.entry,
        "accounts": [
            (
                one,
                STATES[one.state],
                [(step, STATES[step.state]) for step in file.steps.get(one.pk, [])],
                _due(actor, one, forms),
            )
            for one in file.accounts
        ],
        "registered": file.registered,
        "registered_state": STATES[file.registered.state] if file.registered else "",
        "agreements": file.agreements,
        "open_form": forms.get("open"),
        "agree_form": forms.get("agree"),
        "notices": [("green", _("记下了。"))] if request.GET.get("done") else [],
        "bad": any(form.errors for form in forms.values()),
    }
    return render(
        request, "desk/custody_account.html", context, status=422 if context["bad"] else 200
    )


Acting = Callable[[HttpRequest, AccountFile, Form], Receipt]


def _forms(
    request: HttpRequest, actor: Actor, file: AccountFile, choices: list[tuple[str, str]]
) -> dict[str, Form]:
    """Every act that is due from this reader, by name; steps are `<act>:<account>`."""
    data = request.POST if request.method == "POST" else None
    asked = request.POST.get("act", "")
    forms: dict[str, Form] = {}

    def given(name: str) -> list[Any]:
        return [data, request.FILES] if data is not None and asked == name else []

    for one in file.accounts:
        for name, form in _steps(actor, one):
            forms[f"{name}:{one.code}"] = form(*given(f"{name}:{one.code}"))
    if actor.has(*OPENS):
        title = f"{file.entry.name}预收费资金托管专户"  # zh: the title of an account is Chinese
        forms["open"] = OpenForm(choices, *given("open"), initial={"title": title})
    if actor.has(*FILES):
        forms["agree"] = AgreementForm(
            choices, *given("agree"), initial={"bureau": file.entry.supervising}
        )
    return forms


def _steps(actor: Actor, one: CustodyAccount) -> list[tuple[str, type[Form]]]:
    steps: dict[str, tuple[str, frozenset[Role], type[Form]]] = {
        "OPENED": ("file", FILES, StepForm),
        "FILED": ("verify", VERIFIES, StepForm),
        "VERIFIED": ("enable", DECIDES, EnableForm),
    }
    found: list[tuple[str, type[Form]]] = []
    if one.state in steps:
        name, roles, form = steps[one.state]
        found += [(name, form)] if actor.has(*roles) else []
    closes = one.state == "RUNNING_OFF" or (one.state in steps and not one.in_use)
    return [*found, *([("close", CloseAccountForm)] if closes and actor.has(*DECIDES) else [])]


def _due(
    actor: Actor, one: CustodyAccount, forms: Mapping[str, Form]
) -> list[tuple[str, Text, Form]]:
    words = {
        "file": _("备案"),
        "verify": _("核验通过"),
        "enable": _("开通支付"),
        "close": _("销户") if one.state == "RUNNING_OFF" else _("撤回"),
    }
    return [
        (f"{name}:{one.code}", words[name], forms[f"{name}:{one.code}"])
        for name, _form in _steps(actor, one)
    ]


def _sent(
    request: HttpRequest, file: AccountFile, forms: Mapping[str, Form]
) -> HttpResponse | None:
    asked = request.POST.get("act", "")
    form = forms.get(asked)
    here = f"{reverse('desk:custody-account', args=[file.entry.code])}?done=1"
    if form is None:
        raise NotFound
    if not form.is_valid():
        return None
    try:
        _ACTS[asked.partition(":")[0]](request, file, form)
    except NotFound:
        raise
    except Refusal as refusal:
        form.refuse(refusal)
        return None
    return HttpResponseRedirect(here)


def _open(request: HttpRequest, file: AccountFile, form: Form) -> Receipt:
    told = dict(form.cleaned_data)
    call = call_of(request, told.pop("request_id"))
    reason = told.pop("reason")
    return open_account(
        call, institution_id=file.entry.pk, account=NewAccount(**told), reason=reason
    )


def _paper(act: Callable[..., Receipt]) -> Acting:
    def do(request: HttpRequest, _file: AccountFile, form: Form) -> Receipt:
        told = form.cleaned_data
        return act(
            call_of(request, told["request_id"]),
            account_code=request.POST["act"].partition(":")[2],
            document_no=told["document_no"],
            words=told["words"],
        )

    return do


def _enable(request: HttpRequest, _file: AccountFile, form: Form) -> Receipt:
    code = request.POST["act"].partition(":")[2]
    return enable_payment(call_of(request, form.cleaned_data["request_id"]), account_code=code)


def _close(request: HttpRequest, _file: AccountFile, form: Form) -> Receipt:
    code, told = request.POST["act"].partition(":")[2], form.cleaned_data
    return close_account(
        call_of(request, told["request_id"]), account_code=code, words=told["words"]
    )


def _agree(request: HttpRequest, file: AccountFile, form: Form) -> Receipt:
    told = dict(form.cleaned_data)
    call, text = call_of(request, told.pop("request_id")), told.pop("text")
    data = text.read() if text else b""
    if data:
        told |= {"file_sha256": store.put(data), "file_size": len(data)}
    return record_agreement(call, institution_id=file.entry.pk, **told)


_ACTS: Final[dict[str, Acting]] = {
    "open": _open,
    "file": _paper(file_account),
    "verify": _paper(verify_account),
    "enable": _enable,
    "close": _close,
    "agree": _agree,
}


@page(roles=OPENS)
def own_account(request: HttpRequest) -> HttpResponse:
    """The way from the menu of an institution to its own accounts."""
    actor = actor_of(request)
    with reading(actor):
        code = _own_code(actor)
    return HttpResponseRedirect(reverse("desk:custody-account", args=[code]))


def _own_code(actor: Actor) -> str:
    """The code of the institution that somebody works at. Raises: NotFound."""
    rows = Entry.objects.filter(pk__in=actor.institution_ids).order_by("pk")
    code = rows.values_list("code", flat=True).first()
    if code is None:
        raise NotFound
    return code
