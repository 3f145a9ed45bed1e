"""An institution declares its running contracts: a list, or one in a form; what is wrong, where."""

import csv
import io
from collections.abc import Sequence
from typing import Final

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yuxin.access.reading import reading
from yuxin.desk.tuition_access import Place, own_institution
from yuxin.kernel.clock import day_of
from yuxin.kernel.refusal import NotFound, Refusal
from yuxin.look.export import Sheet, exported
from yuxin.look.forms import Form, SizedFileField
from yuxin.look.moment import call_of, moment
from yuxin.look.page import actor_of, page
from yuxin.look.values import Text
from yuxin.operations.tuition.declare_running_contracts import ITEMS_MAX, declare_running_contracts
from yuxin.tuition.running import queries
from yuxin.tuition.running.permissions import DECLARES
from yuxin.tuition.running.sheet import HEADS, Fault, ReadSheet, check, read_sheet

FAULTS: Final[dict[str, Text]] = {
    "number": gettext_lazy("原合同号不能为空，最多40个字母、数字和常用符号。"),
    "class": gettext_lazy("没有这个班。请填“班级和点名”页上的班级编码。"),
    "name": gettext_lazy("姓名不能为空，最多40字。"),
    "phone": gettext_lazy("手机号应为11位数字，1开头。"),
    "money": gettext_lazy("金额应大于零，以元为单位，最多两位小数。"),
    "day": gettext_lazy("日期写成 2026-03-01。"),
    "future": gettext_lazy("付款日期不能晚于今天。"),
    "units": gettext_lazy("课时应为数字，最多两位小数；总课时大于零。"),
    "taught": gettext_lazy("已上课时不能多于总课时。"),
    "twice": gettext_lazy("这个原合同号在文件里出现了两次。"),
    "full": gettext_lazy("这个班的名额不够放下文件里的合同。请先调整班级名额。"),
}
SHOWN_MAX: Final = 100


class SheetForm(Form):
    """A list of running contracts."""

    file = SizedFileField(
        label=gettext_lazy("存量合同名单"),
        help_text=gettext_lazy(
            "XLSX 或 CSV，按模板的列填写，最大 10 MB。有一行不对，整份都不保存。"
        ),
        endings=["xlsx", "csv"],
    )


class OneForm(Form):
    """One running contract typed in; the labels are the columns of the list."""

    paper_number = forms.CharField(label=gettext_lazy("原合同号"), max_length=40)
    class_code = forms.ChoiceField(label=gettext_lazy("班级编码"))
    learner_name = forms.CharField(label=gettext_lazy("学员姓名"), max_length=40)
    guardian_name = forms.CharField(label=gettext_lazy("家长姓名"), max_length=40)
    guardian_phone = forms.CharField(label=gettext_lazy("家长手机"), max_length=20)
    paid_fen = forms.CharField(label=gettext_lazy("已付金额"), max_length=20)
    paid_on = forms.CharField(
        label=gettext_lazy("付款日期"),
        max_length=12,
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    total_centiunits = forms.CharField(label=gettext_lazy("总课时"), max_length=10)
    taught_centiunits = forms.CharField(label=gettext_lazy("已上课时"), max_length=10)

    def __init__(self, *args: object, classes: Sequence[str], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["class_code"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(each, each) for each in classes]


@page(roles=DECLARES, methods=("GET", "POST"))
def declare(request: HttpRequest) -> HttpResponseBase:
    """Send a list or one contract; nothing is kept of what is wrong in any row."""
    actor = actor_of(request)
    with reading(actor):
        place = own_institution(request, actor)
        classes = queries.places(actor, place.id)
    by_form = request.POST.get("act") == "one"
    posted = request.method == "POST"
    sheet = SheetForm(request.POST, request.FILES) if posted and not by_form else SheetForm()
    one = OneForm(request.POST if posted and by_form else None, classes=list(classes))
    faults: tuple[Fault, ...] = ()
    form: Form = one if by_form else sheet
    if posted and form.is_valid():
        try:
            found = _read(request, one if by_form else None, sheet, classes)
            faults = found.faults
            if not faults:
                return _declared(request, place, found, form)
        except NotFound:
            raise
        except Refusal as refusal:
            form.refuse(refusal)
    if faults and request.POST.get("as") == "xlsx":
        return _fault_sheet(faults)
    context = {
        "place": place,
        "sheet": sheet,
        "one": one,
        "heads": list(HEADS),
        "has_classes": bool(classes),
        "faults": [(each, FAULTS[each.kind]) for each in faults[:SHOWN_MAX]],
        "fault_count": len(faults),
        "more": max(0, len(faults) - SHOWN_MAX),
    }
    failed = posted and (faults or form.errors)
    return render(request, "desk/running_declare.html", context, status=422 if failed else 200)


def _read(
    request: HttpRequest, one: OneForm | None, sheet: SheetForm, classes: dict[str, int]
) -> ReadSheet:
    today = day_of(moment(request))
    if one is None:
        return read_sheet(sheet.cleaned_data["file"].read(), classes=classes, today=today)
    cells = {head: str(one.cleaned_data[field]).strip() for head, field in HEADS.items()}
    return check(cells, classes=classes, today=today)


def _declared(
    request: HttpRequest, place: Place, found: ReadSheet, form: Form
) -> HttpResponseRedirect:
    """In transactions of at most 1,000; sent again, what is there stays."""
    for at in range(0, len(found.declared), ITEMS_MAX):
        declare_running_contracts(
            call_of(request, form.cleaned_data["request_id"], part=str(at)),
            institution_id=place.id,
            declared=found.declared[at : at + ITEMS_MAX],
        )
    return HttpResponseRedirect(reverse("desk:running"))


def _fault_sheet(faults: Sequence[Fault]) -> HttpResponseBase:
    """The faults as a file, to be mended beside the list."""
    sheet = Sheet(
        name="running-faults",
        title=_("存量合同名单的错误"),
        kinds=["number", "text", "text", "text"],
        head=[_("行"), _("列"), _("填的是"), _("怎么改")],
        rows=([each.row, each.column, each.found, str(FAULTS[each.kind])] for each in faults),
        count=len(faults),
    )
    return exported(sheet, "xlsx")


@page(roles=DECLARES)
def template(request: HttpRequest) -> HttpResponse:
    """The empty list with its heads. Its columns are Chinese: they are read by their names."""
    del request
    text = io.StringIO()
    csv.writer(text).writerow(HEADS)
    answer = HttpResponse("﻿" + text.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="running-contracts.csv"'
    return answer
