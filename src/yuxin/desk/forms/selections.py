"""Forms of selecting custody banks: the call, an application, the sheet, the result, an exit."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from yuxin.desk.forms.proceedings import ENDINGS
from yuxin.look.forms import MEGABYTE, DayField, Form, SizedFileField
from yuxin.tuition.selection.models import Application, Criterion

ROWS = forms.Textarea(attrs={"rows": 3})


class CallForm(Form):
    """A call for custody banks."""

    title = forms.CharField(label=_("名称"), max_length=120)
    documents = forms.CharField(
        label=_("申请材料"), max_length=1000, widget=ROWS, help_text=_("银行要交什么，会公开")
    )
    criteria = forms.CharField(
        label=_("评分项和权重"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("一行一项，先写名称，空一格，再写权重，如“系统对接 30”；权重相加为 100。"),
    )
    closing_on = DayField(label=_("申请截止日"))
    places = forms.IntegerField(label=_("选几家"), min_value=1, max_value=20, initial=3)
    term_months = forms.IntegerField(
        label=_("服务期（月）"), min_value=1, max_value=120, initial=36
    )

    def clean_criteria(self) -> tuple[tuple[str, int], ...]:
        """Titles and weights, line by line."""
        found = []
        for line in str(self.cleaned_data["criteria"]).splitlines():
            if not line.strip():
                continue
            title, _space, weight = line.strip().rpartition(" ")
            if not title.strip() or not (weight.isascii() and weight.isdecimal()):
                raise ValidationError(
                    _("“%(line)s”读不出名称和权重，请写成“名称 权重”。"), params={"line": line}
                )
            found.append((title.strip(), int(weight)))
        return tuple(found)


class ApplyForm(Form):
    """A bank's own application."""

    bank_name = forms.CharField(label=_("银行全称"), max_length=60)
    words = forms.CharField(
        label=_("服务承诺"), max_length=1000, widget=ROWS, help_text=_("结果公示前别的银行看不到")
    )
    document = SizedFileField(
        label=_("申请材料"),
        bytes_max=10 * MEGABYTE,
        endings=ENDINGS,
        required=False,
        help_text=_("PDF 或图片，最多 10 MB"),
    )


class EnterForm(ApplyForm):
    """An application that came on paper."""

    bank_code = forms.RegexField(
        r"^[A-Z0-9]{2,14}$",
        label=_("银行代码"),
        help_text=_("以后登记托管银行用同一代码；2 至 14 位大写字母或数字。"),
        error_messages={"invalid": _("银行代码只能是 2 至 14 位大写字母或数字，请改写。")},
    )
    field_order = ("request_id", "bank_code", "bank_name", "words", "document")


class BeginForm(Form):
    """Who scores, until when."""

    scorers = forms.CharField(
        label=_("评分人账号"),
        max_length=1000,
        widget=ROWS,
        help_text=_("一行一个登录名，至少两个部门；各人各评一张，互相看不到。"),
    )
    until = DayField(label=_("评分截止日"))


class SheetForm(Form):
    """One sheet: every bank, every criterion."""

    def __init__(
        self,
        criteria: Sequence[Criterion],
        applications: Sequence[Application],
        *args: Any,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.cells = [
            (f"p_{bank.bank_code}_{each.ordinal}", bank.bank_code, each.ordinal)
            for bank in applications
            for each in criteria
        ]
        titles = {each.ordinal: each for each in criteria}
        names = {bank.bank_code: bank.bank_name for bank in applications}
        for name, bank_code, ordinal in self.cells:
            self.fields[name] = forms.IntegerField(
                label=f"{names[bank_code]} · {titles[ordinal].title} {titles[ordinal].weight}%",
                min_value=0,
                max_value=100,
            )


class ButtonForm(Form):
    """Nothing but the number of the request."""


class PublishForm(Form):
    """The result, and what the lot said where it had to."""

    words = forms.CharField(
        label=_("结果说明"), max_length=400, widget=ROWS, help_text=_("会公开；抽签的写明经过")
    )
    drawn = forms.MultipleChoiceField(
        label=_("抽签选中的银行"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("只在最后名额有得分全同的银行时勾选"),
    )

    def __init__(self, tied: Sequence[Application], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["drawn"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(each.bank_code, each.bank_name) for each in tied]
        if not tied:
            del self.fields["drawn"]


class ObjectForm(Form):
    """What a bank says against a result."""

    words = forms.CharField(label=_("异议和依据"), max_length=400, widget=ROWS)


class ExitForm(Form):
    """A bank leaves."""

    bank = forms.ChoiceField(label=_("退出的银行"))
    on = DayField(label=_("自何日起"))
    words = forms.CharField(label=_("理由和依据"), max_length=400, widget=ROWS)

    def __init__(self, serving: Sequence[Application], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["bank"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(each.bank_code, each.bank_name) for each in serving]
