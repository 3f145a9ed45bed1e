"""A form names the field and the remedy, and may be sent twice."""

from datetime import date
from uuid import uuid4

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template import Context, Template

from yuxin.kernel.refusal import BadInput
from yuxin.look import forms as look_forms


class Order(look_forms.Form):
    """A form with one field of each kind."""

    amount = look_forms.YuanField(label="金额", help_text="以元为单位")
    until = look_forms.DayField(label="整改期限")
    basis = forms.ChoiceField(label="依据", choices=[("1", "第一条"), ("2", "第二条")])
    why = forms.ChoiceField(label="原因", choices=[("a", "甲")], widget=forms.RadioSelect)
    code = look_forms.OneTimeCodeField(label="验证码")
    sheet = look_forms.SizedFileField(
        label="名单", endings=["xlsx", "csv"], bytes_max=look_forms.MEGABYTE, required=False
    )


def _filled(**changes: str) -> dict[str, str]:
    return {
        "request_id": str(uuid4()),
        "amount": "１，２３４．５",
        "until": "2026-03-27",
        "basis": "1",
        "why": "a",
        "code": "407 112",
        **changes,
    }


def test_values_are_handed_on_parsed() -> None:
    form = Order(_filled())
    assert form.is_valid(), form.errors
    assert form.cleaned_data["amount"] == 123450
    assert form.cleaned_data["until"] == date(2026, 3, 27)
    assert form.cleaned_data["code"] == "407112"


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("amount", "", "请填写“金额”。"),
        (
            "amount",
            "1.005",
            "“1.005”不是有效金额。请填写以元为单位的数字，最多两位小数，例如 1,234.50。",
        ),
        ("until", "2026-02-30", "“整改期限”不是有效日期，请按 2026-03-27 的样子填写。"),
        ("basis", "", "请选择“依据”。"),
        ("basis", "9", "“依据”没有这个选项，请从列出的选项中选择。"),
        ("code", "12345", "请填写 6 位数字的验证码。"),
        ("code", "١٢٣٤٥٦", "请填写 6 位数字的验证码。"),
    ],
)
def test_an_error_names_the_field_and_the_remedy(field: str, value: str, said: str) -> None:
    form = Order(_filled(**{field: value}))
    assert not form.is_valid()
    assert form.errors[field] == [said]


def test_a_form_without_its_request_number_is_not_taken() -> None:
    data = _filled()
    del data["request_id"]
    form = Order(data)
    assert not form.is_valid()
    page = Template("{% load look %}{% error_summary form %}").render(Context({"form": form}))
    assert "请刷新后重新填写" in page


def test_a_form_refused_keeps_its_request_number() -> None:
    data = _filled(amount="x")
    page = Template("{% load look %}{% form_fields form %}").render(Context({"form": Order(data)}))
    assert f'value="{data["request_id"]}"' in page


def test_a_new_form_gets_a_number_of_its_own() -> None:
    assert Order()["request_id"].value() != Order()["request_id"].value()


def test_errors_stand_above_with_a_link_and_beside_their_field() -> None:
    form = Order(_filled(amount="", why=""))
    page = Template("{% load look %}{% form_fields form %}").render(Context({"form": form}))
    assert "有 2 处要改" in page
    assert 'href="#id_amount"' in page
    assert 'id="id_amount_error"' in page
    assert 'aria-describedby="id_amount_helptext id_amount_error"' in page
    assert 'aria-invalid="true"' in page
    assert '<fieldset class="field bad" id="id_why"' in page


def test_a_refusal_is_shown_beside_the_field_it_names() -> None:
    form = Order(_filled())
    form.refuse(BadInput(field="until"))
    form.refuse(BadInput(field="elsewhere"))
    assert "until" in form.errors
    assert form.non_field_errors()


@pytest.mark.parametrize(
    ("name", "size", "said"),
    [
        ("list.exe", 10, "“list.exe”不是可上传的文件。请选择以下格式：xlsx, csv。"),
        ("list.csv", look_forms.MEGABYTE + 1, "文件超过 1 MB，没有上传。请压缩或拆分后重新选择。"),
        ("list.csv", 0, "“名单”是空文件，请检查后重新选择。"),
    ],
)
def test_a_file_of_another_kind_or_too_large_is_refused(name: str, size: int, said: str) -> None:
    form = Order(_filled(), {"sheet": SimpleUploadedFile(name, b"x" * size)})
    assert form.errors["sheet"] == [said]
