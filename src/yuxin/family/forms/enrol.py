"""Choosing a child for a class, and signing a contract."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yuxin.look.forms import Form, OneTimeCodeField
from yuxin.tuition.queries.families import Child


class EnrolForm(Form):
    """Which child joins the class."""

    child = forms.TypedChoiceField(label=_("哪个孩子上"), widget=forms.RadioSelect, coerce=int)

    def __init__(self, *args: Any, children: Sequence[Child], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["child"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [(each.id, _label(each)) for each in children]


def _label(child: Child) -> str:
    if not child.grade:
        return child.name
    return gettext("%(name)s，%(grade)s") % {"name": child.name, "grade": child.grade}


class SendCodeForm(Form):
    """Nothing but the number of the request."""


class SignForm(Form):
    """The code from the message, and that the terms were read."""

    read = forms.BooleanField(label=_("合同我看过了，同意"))
    code = OneTimeCodeField(label=_("验证码"), help_text=_("发到您手机上的6位数字"))
