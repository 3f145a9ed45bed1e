"""Forms on custody accounts: open, file, verify, agree, enable, close."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yuxin.look.forms import DayField, Form, SizedFileField


class OpenForm(Form):
    """An account that the bank opened."""

    bank_code = forms.ChoiceField(label=_("托管银行"))
    bank_name = forms.CharField(label=_("开户网点"), max_length=80)
    title = forms.CharField(label=_("账户名称"), max_length=160)
    number = forms.CharField(
        label=_("专户账号"),
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        help_text=_("加密保存，以后只显示后四位。"),
    )
    settlement_number = forms.CharField(
        label=_("结算账户账号"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        help_text=_("机构自己的账户，消课后的钱划到这里。"),
    )
    reason = forms.CharField(
        label=_("变更原因"),
        max_length=200,
        required=False,
        help_text=_("换银行、换专户的必须写；第一次开户不用写。"),
    )

    def __init__(self, banks: Sequence[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["bank_code"].choices = list(banks)  # type: ignore[attr-defined]


class StepForm(Form):
    """A step with its paper."""

    document_no = forms.CharField(label=_("文号"), max_length=80)
    words = forms.CharField(label=_("备注"), max_length=200, required=False)


class EnableForm(Form):
    """Nothing but the number of the request: the agreement stands in the page."""


class CloseAccountForm(Form):
    """Why an account is closed."""

    words = forms.CharField(label=_("销户或撤回的原因"), max_length=200)


class AgreementForm(Form):
    """A three-party agreement."""

    bank_code = forms.ChoiceField(label=_("托管银行"))
    number = forms.CharField(label=_("协议号"), max_length=60)
    bureau = forms.CharField(label=_("主管部门（甲方）"), max_length=80)
    signed_on = DayField(label=_("签订日期"))
    valid_until = DayField(label=_("有效期至"), required=False, help_text=_("没有期限的不填。"))
    text = SizedFileField(
        label=_("协议文本"), bytes_max=10 * 2**20, endings=("pdf",), required=False
    )

    def __init__(self, banks: Sequence[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["bank_code"].choices = list(banks)  # type: ignore[attr-defined]
