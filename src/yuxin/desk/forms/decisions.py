"""Answers and decisions about refunds and disputes."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yuxin.look.forms import Form

WORDS = forms.Textarea(attrs={"rows": 3})


class AnswerForm(Form):
    """The institution's answer to a refund."""

    agree = forms.ChoiceField(
        label=_("答复"),
        widget=forms.RadioSelect,
        choices=[("yes", _("同意，按核算的金额退")), ("no", _("不同意，交监管部门处理"))],
    )
    words = forms.CharField(
        label=_("理由"),
        max_length=200,
        required=False,
        widget=WORDS,
        help_text=_("不同意的必须写，家长和教育局会看到"),
    )


class DecideForm(Form):
    """The bureau's decision on a contested refund."""

    grant = forms.ChoiceField(
        label=_("裁定"),
        widget=forms.RadioSelect,
        choices=[("yes", _("退")), ("no", _("不退"))],
    )
    words = forms.CharField(label=_("理由和依据"), max_length=400, widget=WORDS)

    def __init__(self, *args: Any, by_list: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["grant"]
        assert isinstance(field, forms.ChoiceField)
        if by_list:
            field.choices = [
                ("yes", _("退，上过的课按标价扣")),
                ("proportion", _("退，不是家长自身原因，按实付比例扣")),
                ("no", _("不退")),
            ]


class RedirectForm(Form):
    """Where a refund goes that came back."""

    account = forms.CharField(
        label=_("另一个本人账户"),
        max_length=40,
        required=False,
        help_text=_("空着则再走一次原路"),
    )
    words = forms.CharField(label=_("怎样核对的身份"), max_length=200, widget=WORDS)


class ApproveForm(Form):
    """The second person's answer to another account."""

    approve = forms.ChoiceField(
        label=_("复核"),
        widget=forms.RadioSelect,
        choices=[("yes", _("同意，退到这个账户")), ("no", _("不同意，退回重提"))],
    )
    words = forms.CharField(label=_("怎样复核的"), max_length=200, widget=WORDS)
