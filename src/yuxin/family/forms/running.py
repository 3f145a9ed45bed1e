"""The guardian's answer about a contract of before."""

from django import forms
from django.utils.translation import gettext_lazy as _

from yuxin.look.forms import Form


class ConfirmForm(Form):
    """One tap."""


class OtherwiseForm(Form):
    """How much was taught, and what shows it."""

    taught = forms.DecimalField(
        label=_("已经上了多少课时"), min_value=0, max_digits=8, decimal_places=2
    )
    note = forms.CharField(
        label=_("怎么知道的"),
        required=False,
        max_length=200,
        help_text=_("例如签到记录、聊天记录。监管部门会看到。"),
        widget=forms.Textarea,
    )
