"""Whether money that an institution says it paid has come."""

from django import forms
from django.utils.translation import gettext_lazy as _

from yuxin.look.forms import Form


class CoverForm(Form):
    """Nothing but the number of the request: a claim on the insurance."""


class DebtForm(Form):
    """Yes or no; the buttons of the page say which."""

    came = forms.ChoiceField(
        label=_("收到了吗"), choices=[("yes", _("收到了")), ("no", _("没收到"))]
    )
