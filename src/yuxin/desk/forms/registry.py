"""Forms of the registry: a value with its day and reason, a connection, a licence."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django import forms
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from yuxin.desk import registry_words as words
from yuxin.look.forms import DayField, Form, SubjectCodeField, YuanField
from yuxin.look.values import Text
from yuxin.registry.aspects import ASPECTS, Aspect
from yuxin.registry.models import FEEDS

HELP: Final[dict[str, Text]] = {
    "uscc": _("18 位，以证照为准。"),
    "old_numbers": _("有多个时用空格隔开。"),
    "capital_fen": _("单位：元。"),
    "area_dm2": _("单位：平方米，最多两位小数。"),
    "site_codes": _("只许可在部分教学点时填写教学点编号，用空格隔开；留空为全部。"),
    "valid_until": _("最后一天。长期有效的留空。"),
    "lease_until": _("租约的最后一天。自有场地或不清楚的留空。"),
    "basis": _("例如许可证、公示文件、现场核定。"),
}


class SquareMetresField(forms.CharField):
    """A size typed in square metres, handed on in square decimetres; never a float."""

    def to_python(self, value: Any) -> int | None:  # type: ignore[override]
        """Read up to two decimals."""
        text = super().to_python(value)
        if not text:
            return None
        whole, _point, part = text.replace(",", "").partition(".")
        if not (f"{whole}{part}".isascii() and whole.isdigit() and len(part) <= 2):
            raise forms.ValidationError(_("请按 320 或 320.50 的样子填写平方米数。"))
        if part and not part.isdigit():
            raise forms.ValidationError(_("请按 320 或 320.50 的样子填写平方米数。"))
        return int(whole) * 100 + int(part.ljust(2, "0") or 0)

    def prepare_value(self, value: Any) -> Any:
        """Show a stored size as it would be typed."""
        return f"{value // 100}.{value % 100:02}" if isinstance(value, int) else value

    def run_validators(self, value: Any) -> None:
        """Its range is the registry's business."""


class StoredYuanField(YuanField):
    """A sum in yuan that shows a stored sum as it would be typed."""

    def prepare_value(self, value: Any) -> Any:
        """Fen as yuan."""
        return f"{value // 100}.{value % 100:02}" if isinstance(value, int) else value


class WordsField(forms.CharField):
    """Several words with spaces between them."""

    def to_python(self, value: Any) -> list[str]:  # type: ignore[override]
        """The words."""
        return str(super().to_python(value)).split()

    def prepare_value(self, value: Any) -> Any:
        """Stored words as they would be typed."""
        return " ".join(value) if isinstance(value, list | tuple) else value

    def run_validators(self, value: Any) -> None:
        """Each word's form is the registry's business."""


class ReasonedForm(Form):
    """A change that holds from a day on, with its reason."""

    valid_from = DayField(label=_("自何日起"), help_text=_("与原记载同日，即更正原记载。"))
    reason = forms.CharField(
        label=_("理由和依据"),
        max_length=200,
        help_text=_("例如“许可证 2026-03-01 换发”。会写入存证。"),
    )
    based_on = forms.IntegerField(widget=forms.HiddenInput, required=False)


def _field(aspect: Aspect, name: str, of: "models.Field[Any, Any]") -> forms.Field:
    """The form's field for a column."""
    told: dict[str, Any] = {
        "label": words.FIELDS[name],
        "required": not (of.blank or of.null),
        "help_text": HELP.get(name, ""),
    }
    chosen = words.choices(aspect.name, name)
    if isinstance(of, ArrayField):
        if chosen:
            widget = forms.CheckboxSelectMultiple
            return forms.MultipleChoiceField(choices=list(chosen.items()), widget=widget, **told)
        return WordsField(max_length=200, **told)
    if chosen:
        empty = [] if told["required"] else [("", _("（未填）"))]
        return forms.ChoiceField(choices=[*empty, *chosen.items()], **told)
    if name == "capital_fen":
        return StoredYuanField(**told)
    if name == "area_dm2":
        return SquareMetresField(max_length=14, **told)
    if isinstance(of, models.DateField):
        return DayField(**told)
    if isinstance(of, models.IntegerField):
        return forms.IntegerField(min_value=0, **told)
    if isinstance(of, models.TextField):
        return forms.CharField(widget=forms.Textarea(attrs={"rows": 4}), max_length=4000, **told)
    return forms.CharField(max_length=of.max_length, **told)


class ValueForm(ReasonedForm):
    """A value of one aspect. Fields follow the aspect; areas are those within the grants."""

    def __init__(
        self, aspect_name: str, areas: Mapping[str, str], *args: Any, can_end: bool, **kwargs: Any
    ) -> None:
        self.aspect = ASPECTS[aspect_name]
        self.areas = areas
        super().__init__(*args, **kwargs)
        self.own = [name for name in self.aspect.fields if name != "photo_sha256"]
        for name in self.own:
            self.fields[name] = self._made(name)
        if can_end:
            self.fields["ended"] = forms.BooleanField(
                label=_("自该日起终止"),
                required=False,
                help_text=_("终止后原记载仍可按日查看。"),
            )
        self.order_fields([*self.own, "valid_from", "reason"])

    def _made(self, name: str) -> forms.Field:
        if name == "area_code":
            listed = [(code, f"{area} {code}") for code, area in self.areas.items()]
            told: dict[str, Any] = {"label": words.FIELDS[name]}
            return forms.ChoiceField(choices=listed, **told)
        return _field(self.aspect, name, self.aspect.fields[name])

    @property
    def values(self) -> dict[str, Any]:
        """The values typed, as the registry keeps them."""
        return {name: self.cleaned_data[name] for name in self.own}


class ConnectForm(Form):
    """What an officer confirms before a subject is connected."""

    licence_number = forms.ChoiceField(
        label=_("已核对的证照"), widget=forms.RadioSelect, help_text=_("与证照原件或发证系统一致。")
    )
    feeds = forms.MultipleChoiceField(
        label=_("已核对的数据来源"),
        widget=forms.CheckboxSelectMultiple,
        choices=[(feed, words.FEEDS[feed]) for feed in FEEDS],
        help_text=_("至少一项，且已看到首批数据。"),
    )

    def __init__(self, numbers: Sequence[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        number = self.fields["licence_number"]
        assert isinstance(number, forms.ChoiceField)
        number.choices = list(numbers)


class CustodyForm(Form):
    """The special custody account of an institution."""

    bank_code = forms.CharField(label=_("银行代号"), max_length=14)
    bank_name = forms.CharField(label=words.FIELDS["bank_name"], max_length=80)  # type: ignore[arg-type]
    account_title = forms.CharField(label=words.FIELDS["account_title"], max_length=160)  # type: ignore[arg-type]
    number = forms.CharField(
        label=_("银行账号"),
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        help_text=_("加密保存，以后只显示后四位。"),
    )
    agreement_number = forms.CharField(label=_("三方协议号"), max_length=60, required=False)
    state = forms.ChoiceField(label=_("进度"), choices=list(words.CUSTODY_STATES.items()))
    valid_from = DayField(label=_("自何日起"))


class MergeForm(Form):
    """Which other subject turns out to be this one."""

    merged_code = SubjectCodeField(
        label=_("并入本主体的主体码"),
        help_text=_("该主体码以后指向本主体；两边的记载都保留，可以撤销。"),
    )
    reason = forms.CharField(
        label=_("理由和依据"), max_length=200, help_text=_("例如“同一统一社会信用代码重复录入”。")
    )
