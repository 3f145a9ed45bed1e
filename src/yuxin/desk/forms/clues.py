"""What the bureau found on a clue."""

from django import forms
from django.utils.translation import gettext_lazy as _

from yuxin.look.forms import Form
from yuxin.supervision.clues.models import Finding

FINDINGS = {
    Finding.SUBSTANTIATED: _("查实：钱没有进监管账户"),
    Finding.UNFOUNDED: _("不属实"),
    Finding.INSIDE: _("款项已在监管账户"),
}


class FindingForm(Form):
    """The finding and what it rests on."""

    finding = forms.ChoiceField(
        label=_("核实结果"), widget=forms.RadioSelect, choices=list(FINDINGS.items())
    )
    words = forms.CharField(
        label=_("核实情况和依据"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("家长会看到结果和这段话"),
    )
