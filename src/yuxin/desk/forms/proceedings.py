"""A form for every move of a table: what the row asks for, and what its act needs besides."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yuxin.cases.kinds import Move
from yuxin.look.forms import MEGABYTE, Form, SizedFileField

ENDINGS = ("pdf", "jpg", "jpeg", "png")


class MoveForm(Form):
    """The fields that a row of a table asks for."""

    move = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, row: Move, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["move"].initial = row.name
        if row.words:
            self.fields["words"] = forms.CharField(
                label=_("理由或情况"),
                max_length=400,
                widget=forms.Textarea(attrs={"rows": 3}),
                help_text=_("有关各方会看到这段话"),
                error_messages={"required": _("请填写“理由或情况”。")},
            )
        if row.document:
            self.fields["document"] = SizedFileField(
                label=_("依据材料"),
                bytes_max=10 * MEGABYTE,
                endings=ENDINGS,
                help_text=_("PDF 或图片，最多 10 MB"),
                error_messages={"required": _("请选择要上传的“依据材料”。")},
            )


class MatchForm(MoveForm):
    """The order that the money paid."""

    order = forms.CharField(
        label=_("付款订单号"),
        max_length=20,
        help_text=_("金额、专户要和来款一致，订单还没有到账"),
    )


class ShareForm(MoveForm):
    """How much of a disputed lesson the institution keeps."""

    kept = forms.DecimalField(
        label=_("机构得百分之几"),
        min_value=0,
        max_value=100,
        max_digits=5,
        decimal_places=2,
        help_text=_("各半填 50；分不尽的一分归学员"),
    )


class AcceptForm(MoveForm):
    """Yes to the sum that was shown."""

    seen_fen = forms.IntegerField(widget=forms.HiddenInput)


class ExtendForm(Form):
    """Why a term is lengthened."""

    words = forms.CharField(
        label=_("延期理由"), max_length=400, widget=forms.Textarea(attrs={"rows": 2})
    )
