"""Forms of the modes of supervision."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from yuxin.look.forms import Form
from yuxin.rules.folder import NATION


class CheckForm(forms.Form):
    """Which layers to check; it asks and changes nothing."""

    layers = forms.CharField(
        label=_("层次"),
        max_length=200,
        help_text=_("从全国到本地，用空格隔开，如 national county。"),
    )

    def __init__(self, known: Sequence[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = known

    def clean_layers(self) -> tuple[str, ...]:
        """Known jurisdictions, the nation first, none twice."""
        layers = tuple(str(self.cleaned_data["layers"]).split())
        known = set(layers) <= set(self.known)
        if layers[:1] != (NATION,) or len(set(layers)) != len(layers) or not known:
            raise ValidationError(
                _("第一层须是 %(nation)s，各层须在现有层次之中、不重复，请改写。"),
                params={"nation": NATION},
            )
        return layers


class SupervisionForm(Form):
    """The mode of a course's new contracts."""

    supervision = forms.ChoiceField(
        label=_("新合同的资金监管方式"), required=False, help_text=_("签过的合同不变")
    )

    def __init__(self, *args: Any, modes: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["supervision"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = modes


class StateDebtForm(Form):
    """The institution says that it paid a family."""

    serial = forms.CharField(
        label=_("银行流水号"), max_length=64, help_text=_("家长会看到，并确认是否收到")
    )
