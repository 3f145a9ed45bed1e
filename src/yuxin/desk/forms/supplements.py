"""Drawing up a supplement."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yuxin.look.forms import Form, OneTimeCodeField
from yuxin.look.tuition_words import SUPPLEMENT_KINDS
from yuxin.tuition.agreements.supplements import Proposal
from yuxin.tuition.models import ClassGroup


class SupplementForm(Form):
    """What is changed; what is not needed for the kind stays blank."""

    kind = forms.ChoiceField(label=_("事项"), choices=list(SUPPLEMENT_KINDS.items()))
    words = forms.CharField(
        label=_("约定的内容"),
        max_length=400,
        required=False,
        help_text=_("写清从哪天起、改成什么；换班和退一部分课可以不写。"),
    )
    new_class = forms.ChoiceField(label=_("转到哪个班"), required=False)
    returned_units = forms.DecimalField(
        label=_("退几课时"), min_value=0, max_digits=6, decimal_places=2, required=False
    )
    code = OneTimeCodeField(label=_("动态码"), help_text=_("您账号绑定的动态码，6位数字"))

    def __init__(self, *args: Any, classes: Sequence[ClassGroup], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["new_class"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("不换班")), *((each.code, each.name) for each in classes)]

    def proposal(self) -> Proposal:
        """What was entered."""
        told = self.cleaned_data
        return Proposal(
            kind=told["kind"],
            words=" ".join(told["words"].split()),
            new_class_code=told["new_class"],
            returned_centiunits=int((told["returned_units"] or 0) * 100),
        )
