"""Forms that set an installation up: rule packs, areas, banks."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

from yuxin.formats.party_keys import KEY_BITS_MIN, KeyUnusable, parse_public_key, public_pem
from yuxin.look.forms import DayField, Form, SizedFileField
from yuxin.rules.folder import NATION

KEY_BYTES_MAX = 16 * 1024


class PackForm(Form):
    """Which jurisdictions lie over each other, from which day, and why."""

    layers = forms.CharField(
        label=_("层次"),
        max_length=200,
        help_text=_("从全国到本地，用空格隔开，如 national county。"),
    )
    valid_from = DayField(label=_("自何日起"))
    reason = forms.CharField(
        label=_("依据和事由"), max_length=400, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, known: Sequence[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = known
        self.fields["layers"].initial = NATION

    def clean_layers(self) -> tuple[str, ...]:
        """Known jurisdictions, the nation first, none twice."""
        layers = tuple(str(self.cleaned_data["layers"]).split())
        if layers[:1] != (NATION,) or len(set(layers)) != len(layers):
            raise ValidationError(
                _("第一层须是 %(nation)s，各层不重复，请改写。"), params={"nation": NATION}
            )
        unknown = [layer for layer in layers if layer not in self.known]
        if unknown:
            raise ValidationError(
                _("没有“%(unknown)s”的规则包；现有：%(known)s。"),
                params={"unknown": unknown[0], "known": " ".join(self.known)},
            )
        return layers


class ConfirmForm(Form):
    """Nothing but the number of the request."""


class AreaForm(Form):
    """A node of administration."""

    code = forms.RegexField(
        r"^[0-9A-Za-z]{2,12}$",
        label=_("区划代码"),
        help_text=_("2 至 12 位数字或字母，如 330106；园区可自定。"),
        error_messages={"invalid": _("区划代码只能是 2 至 12 位数字或字母，请改写。")},
    )
    name = forms.CharField(label=_("名称"), max_length=80)
    parent_code = forms.ChoiceField(label=_("上级区域"), required=False)
    valid_from = DayField(label=_("自何日起"))

    def __init__(self, areas: Sequence[tuple[str, str, int]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parent = self.fields["parent_code"]
        assert isinstance(parent, forms.ChoiceField)
        parent.choices = [
            ("", "–"),
            *((code, f"{chr(0x3000) * depth}{name} {code}") for code, name, depth in areas),
        ]


class BankForm(Form):
    """A custody bank and what was agreed with it."""

    code = forms.RegexField(
        r"^[A-Z0-9]{2,14}$",
        label=_("银行代码"),
        help_text=_("2 至 14 位大写字母或数字；再次登记同一代码即变更约定。"),
        error_messages={"invalid": _("银行代码只能是 2 至 14 位大写字母或数字，请改写。")},
    )
    name = forms.CharField(label=_("名称"), max_length=60)
    public_key_pem = SizedFileField(
        label=_("银行公钥"),
        help_text=_("银行交来的 PEM 文件；请与银行当面或电话核对指纹。"),
        bytes_max=KEY_BYTES_MAX,
        endings=["pem", "pub", "key", "txt"],
    )
    exchange_folder = forms.CharField(
        label=_("交换目录"), max_length=200, help_text=_("本机上的绝对路径，文件由此往来。")
    )
    cashier_url = forms.CharField(
        label=_("收银台网址"),
        max_length=200,
        required=False,
        help_text=_("家长付款的页面，以 https:// 开头；没有的留空。"),
    )
    cut_off = forms.TimeField(
        label=_("截止时间"),
        initial="16:30",
        help_text=_("过了这一时刻的指令算下一个银行工作日。"),
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
    )

    files_by = forms.TimeField(
        label=_("文件几点前到齐"),
        initial="09:00",
        help_text=_("下一银行工作日的这一时刻以前。"),
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
    )
    reconciled_by = forms.TimeField(
        label=_("几点前对完账"),
        initial="12:00",
        help_text=_("下一银行工作日的这一时刻以前；早于文件时间的不收。"),
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
    )

    def clean_public_key_pem(self) -> str:
        """The key as it is kept, whatever stood around it in the file."""
        data = self.cleaned_data["public_key_pem"].read()
        try:
            return public_pem(parse_public_key(data)).decode()
        except KeyUnusable as refusal:
            raise ValidationError(
                _("不是可用的 RSA 公钥（PEM，至少 %(bits)s 位）；请向银行索取公钥文件，不要私钥。"),
                params={"bits": KEY_BITS_MIN},
            ) from refusal

    def clean_exchange_folder(self) -> str:
        """A path from the root: a relative one would follow whoever starts the program."""
        folder = str(self.cleaned_data["exchange_folder"])
        if not folder.startswith("/"):
            raise ValidationError(_("交换目录要写以 / 开头的绝对路径。"))
        return folder

    def clean_cashier_url(self) -> str:
        """An address that a family's browser may be sent to."""
        address = str(self.cleaned_data["cashier_url"])
        if address:
            message = _("收银台网址须以 https:// 开头，请核对。")
            URLValidator(schemes=["https"], message=message)(address)
        return address
