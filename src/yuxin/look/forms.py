"""Forms: Chinese labels, help, errors that name the field and the remedy, safe to send twice.

Every form carries a `request_id`: sent again with the same content, the operation answers with
its first receipt. A form parses once; what it hands on is plain values (`Fen`, dates, codes).
"""

import uuid
from collections.abc import Sequence
from pathlib import PurePath
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy

from yuxin.kernel import codes, money
from yuxin.kernel.money import Fen
from yuxin.kernel.refusal import Refusal

MEGABYTE = 1024 * 1024
MESSAGES: dict[type[forms.Field], dict[str, Promise]] = {
    forms.Field: {"required": gettext_lazy("请填写“%(label)s”。")},
    forms.ChoiceField: {
        "required": gettext_lazy("请选择“%(label)s”。"),
        "invalid_choice": gettext_lazy("“%(label)s”没有这个选项，请从列出的选项中选择。"),
    },
    forms.BooleanField: {"required": gettext_lazy("请勾选“%(label)s”。")},
    forms.DateField: {
        "invalid": gettext_lazy("“%(label)s”不是有效日期，请按 2026-03-27 的样子填写。"),
    },
    forms.TimeField: {
        "invalid": gettext_lazy("“%(label)s”不是有效时间，请按 17:30 的样子填写。"),
    },
    forms.IntegerField: {"invalid": gettext_lazy("“%(label)s”请填写整数。")},
    forms.FileField: {
        "required": gettext_lazy("请选择要上传的“%(label)s”。"),
        "empty": gettext_lazy("“%(label)s”是空文件，请检查后重新选择。"),
        "invalid": gettext_lazy("“%(label)s”没有收到文件，请重新选择。"),
        "missing": gettext_lazy("“%(label)s”没有收到文件，请重新选择。"),
    },
}


class Form(forms.Form):
    """The base of every form.

    `self.cleaned_data["request_id"]` is the number to hand to the operation. A Refusal that names
    a field is put beside that field by `refuse`.
    """

    error_css_class = "bad"
    use_required_attribute = False

    request_id = forms.UUIDField(widget=forms.HiddenInput, required=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["request_id"].initial = uuid.uuid4
        self.fields["request_id"].error_messages = {
            "required": str(gettext_lazy("页面不完整，没有提交。请刷新后重新填写。")),
            "invalid": str(gettext_lazy("页面不完整，没有提交。请刷新后重新填写。")),
        }
        for name, field in self.fields.items():
            if name != "request_id":
                _speak(field, name)

    def refuse(self, refusal: Refusal) -> None:
        """Show a Refusal beside the field it names, or above the form."""
        field = refusal.field if refusal.field in self.fields else None
        self.add_error(field, refusal.say(get_language() or "zh"))


def _speak(field: forms.Field, name: str) -> None:
    """Give a field error messages that name it and say what to do."""
    label = field.label or name
    for kind in reversed(type(field).__mro__):
        for code, sentence in MESSAGES.get(kind, {}).items():
            field.error_messages[code] = str(sentence) % {"label": label}


class YuanField(forms.CharField):
    """A sum typed in yuan, handed on as `Fen`; at most two decimals, never a float."""

    def __init__(self, *, signed: bool = False, **kwargs: Any) -> None:
        self.signed = signed
        super().__init__(max_length=24, **kwargs)
        self.widget.attrs.update({"inputmode": "decimal", "class": "short"})

    def to_python(self, value: Any) -> Fen | None:  # type: ignore[override]
        """Read the sum; a Refusal of the kernel becomes the field's error."""
        text = super().to_python(value)
        if not text:
            return None
        try:
            return money.parse_yuan(text, signed=self.signed)
        except money.NotMoney as refusal:
            raise forms.ValidationError(refusal.say(get_language() or "zh")) from refusal

    def run_validators(self, value: Any) -> None:
        """The text was checked on reading; its length is no business of the sum."""


class DayField(forms.DateField):
    """A day, chosen in the browser's calendar or typed as 2026-03-27."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
        super().__init__(input_formats=["%Y-%m-%d", "%Y%m%d", "%Y/%m/%d"], **kwargs)


class SubjectCodeField(forms.CharField):
    """A subject's code as printed on the notice, 4-4-5; look-alike letters are understood."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=40, **kwargs)

    def clean(self, value: Any) -> str:
        """Read the code; its check character must hold."""
        text = super().clean(value)
        if not text:
            return ""
        try:
            return codes.parse_subject_code(text)
        except Refusal as refusal:
            raise forms.ValidationError(refusal.say(get_language() or "zh")) from refusal


class OneTimeCodeField(forms.CharField):
    """Six digits from a message or an authenticator; one input that accepts one paste."""

    def __init__(self, **kwargs: Any) -> None:
        attributes = {
            "inputmode": "numeric",
            "autocomplete": "one-time-code",
            "pattern": "[0-9]{6}",
            "class": "otp",
        }
        super().__init__(max_length=12, widget=forms.TextInput(attrs=attributes), **kwargs)

    def clean(self, value: Any) -> str:
        """Keep the digits; there must be six."""
        text = "".join(super().clean(value).split())
        if len(text) != 6 or not (text.isascii() and text.isdigit()):
            raise forms.ValidationError(gettext_lazy("请填写 6 位数字的验证码。"))
        return text


class SizedFileField(forms.FileField):
    """An upload with a size limit and a list of endings; content is checked where it is read.

    Units: `bytes_max` in bytes.
    """

    def __init__(
        self, *, bytes_max: int = 10 * MEGABYTE, endings: Sequence[str], **kwargs: Any
    ) -> None:
        self.bytes_max = bytes_max
        self.endings = tuple(ending.lower() for ending in endings)
        super().__init__(**kwargs)
        self.widget.attrs["accept"] = ",".join(f".{ending}" for ending in self.endings)

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Refuse a file that is too large or of another kind, naming both."""
        file = super().clean(data, initial)
        if isinstance(file, UploadedFile):
            self._check(file)
        return file

    def _check(self, file: Any) -> None:
        ending = PurePath(file.name or "").suffix.lower().removeprefix(".")
        if ending not in self.endings:
            raise forms.ValidationError(
                gettext_lazy("“%(name)s”不是可上传的文件。请选择以下格式：%(endings)s。"),
                params={"name": file.name, "endings": ", ".join(self.endings)},
            )
        if file.size is not None and file.size > self.bytes_max:
            raise forms.ValidationError(
                gettext_lazy("文件超过 %(most)d MB，没有上传。请压缩或拆分后重新选择。"),
                params={"most": self.bytes_max // MEGABYTE},
            )
