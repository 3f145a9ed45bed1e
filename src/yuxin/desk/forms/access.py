"""Forms on accounts, grants, one's own password and numbers that are masked."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from yuxin.desk import access_words as words
from yuxin.look.forms import DayField, Form, SubjectCodeField

PASSWORD_CHARACTERS_MIN = 12


def _reason(label: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=200,
        help_text=_("不少于 6 个字，写入存证，供审计查看。"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class ReasonForm(Form):
    """A reason and nothing else."""

    reason = _reason(_("事由"))


class AccountForm(Form):
    """A new account."""

    login = forms.RegexField(
        r"^[a-z0-9][a-z0-9._-]{2,31}$",
        label=_("登录名"),
        help_text=_("3 至 32 位小写字母、数字、点、横线。"),
        error_messages={"invalid": _("登录名只能是 3 至 32 位小写字母、数字、点、横线，请改写。")},
    )
    display_name = forms.CharField(label=_("姓名"), max_length=80)
    organisation = forms.CharField(
        label=_("单位"), max_length=120, required=False, help_text=_("银行账号填银行代码。")
    )
    with_device = forms.BooleanField(
        label=_("登录时须用动态验证码（工作人员必选）"), required=False, initial=True
    )


class GrantForm(Form):
    """A role over an area and a line, or over one subject, for a period."""

    role = forms.ChoiceField(label=_("身份"))
    area_code = forms.ChoiceField(label=_("区域"), required=False)
    line = forms.ChoiceField(label=_("类别"), choices=list(words.LINES.items()))
    subject_code = SubjectCodeField(
        label=_("主体码"), required=False, help_text=_("只管一家机构或学校时填写，区域可留空。")
    )
    valid_from = DayField(label=_("自何日起"))
    valid_to = DayField(label=_("到何日止"), required=False, help_text=_("含当日；长期的留空。"))
    reason = _reason(_("授权依据"))

    def __init__(self, areas: Sequence[tuple[str, str, int]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        role, area = self.fields["role"], self.fields["area_code"]
        assert isinstance(role, forms.ChoiceField) and isinstance(area, forms.ChoiceField)
        role.choices = [("", "–"), *words.ROLES.items()]
        area.choices = [
            ("", "–"),
            *((code, f"{chr(0x3000) * depth}{name}") for code, name, depth in areas),
        ]


class PasswordForm(Form):
    """The old password and the new one, twice."""

    old = forms.CharField(
        label=_("现在的口令"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    new = forms.CharField(
        label=_("新口令"),
        max_length=200,
        strip=False,
        help_text=_("不少于 12 位，不要与别处相同。"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("再输一次新口令"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_new(self) -> str:
        """A new password is long and another one."""
        new = str(self.cleaned_data["new"])
        if len(new) < PASSWORD_CHARACTERS_MIN:
            raise ValidationError(_("新口令不足 12 位，请加长。"))
        if new == self.cleaned_data.get("old"):
            raise ValidationError(_("新口令与现在的相同，请换一个。"))
        return new

    def clean_again(self) -> str:
        """Both must be the same."""
        again = str(self.cleaned_data["again"])
        if "new" in self.cleaned_data and again != self.cleaned_data["new"]:
            raise ValidationError(_("两次输入的新口令不同，请重新输入。"))
        return again


class UnmaskForm(Form):
    """Which number is looked at, and why."""

    kind = forms.ChoiceField(
        label=_("查看什么"),
        choices=[("phone", words.LOOKS["phone"]), ("id_number", words.LOOKS["id_number"])],
    )
    reason = _reason(_("事由"))
