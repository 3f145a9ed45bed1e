"""Answers to a proposed settlement."""

from django import forms
from django.utils.translation import gettext_lazy as _

from yuxin.look.forms import Form


class AcceptForm(Form):
    """Yes to the sum that was shown."""

    act = forms.CharField(widget=forms.HiddenInput, initial="accept")
    seen_fen = forms.IntegerField(widget=forms.HiddenInput)


class RefuseForm(Form):
    """No, and why."""

    act = forms.CharField(widget=forms.HiddenInput, initial="refuse")
    words = forms.CharField(
        label=_("为什么不同意"), max_length=180, widget=forms.Textarea(attrs={"rows": 3})
    )


class WithdrawForm(Form):
    """Nothing but the number of the request."""

    act = forms.CharField(widget=forms.HiddenInput, initial="withdraw")
    sure = forms.BooleanField(label=_("这节课算上过，不再提异议"))
