"""Answers about a lesson."""

from django import forms
from django.utils.translation import gettext_lazy as _

from yuxin.look.forms import Form
from yuxin.look.tuition_words import DISPUTE_REASONS


class ConfirmForm(Form):
    """Nothing but the number of the request."""


class DisputeForm(Form):
    """What was wrong with a lesson."""

    reason = forms.ChoiceField(
        label=_("选一个"), widget=forms.RadioSelect, choices=list(DISPUTE_REASONS.items())
    )
    words = forms.CharField(
        label=_("说说经过"),
        max_length=180,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
