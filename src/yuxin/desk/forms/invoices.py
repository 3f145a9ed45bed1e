"""Forms of invoices."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yuxin.look.forms import DayField, Form, SizedFileField, YuanField
from yuxin.tuition.invoices.queries import InvoiceLine
from yuxin.tuition.invoices.services import NewInvoice


class InvoiceForm(Form):
    """One invoice of a contract."""

    number = forms.CharField(
        label=_("发票号码"), max_length=24, help_text=_("8到24位数字或大写字母")
    )
    title = forms.CharField(label=_("发票抬头"), max_length=80)
    buyer = forms.CharField(label=_("购买方"), max_length=80, help_text=_("应和合同上的购课人一样"))
    amount = YuanField(label=_("金额（元）"))
    issued_on = DayField(label=_("开票日期"))
    undoes = forms.ChoiceField(
        label=_("红字冲销哪一张"), required=False, help_text=_("只有红字发票才选。")
    )

    def __init__(self, *args: Any, lines: Sequence[InvoiceLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["undoes"]
        assert isinstance(field, forms.ChoiceField)
        standing = [each.number for each in lines if not each.undoes]
        field.choices = [("", _("不是红字发票")), *((each, each) for each in standing)]

    def invoice(self, contract_code: str) -> NewInvoice:
        """What was entered."""
        told = self.cleaned_data
        return NewInvoice(
            contract_code=contract_code,
            number=told["number"].strip().upper(),
            title=told["title"],
            buyer=told["buyer"],
            amount_fen=told["amount"],
            issued_on=told["issued_on"],
            undoes=told["undoes"],
        )


class InvoiceSheetForm(Form):
    """A file with an invoice a row."""

    file = SizedFileField(
        label=_("发票表格"),
        help_text=_(
            "XLSX 或 CSV。第一行是表头：合同编号、发票号码、发票抬头、购买方、金额、开票日期；"
            "红字发票再加“冲销号码”。"
        ),
        endings=["xlsx", "csv"],
    )
