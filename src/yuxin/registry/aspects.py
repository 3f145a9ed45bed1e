"""The aspects of a subject: which table holds them, what names one value, what it may say."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from django.contrib.postgres.fields import ArrayField
from django.db import models

from yuxin.kernel.codes import parse_uscc
from yuxin.kernel.refusal import BadInput
from yuxin.registry.models import (
    AuthorityValue,
    BrandUseValue,
    CategoryValue,
    ConnectionValue,
    ControllerValue,
    CustodyValue,
    IdentityValue,
    LicenceValue,
    NameValue,
    PersonValue,
    PlaceValue,
    PostValue,
    RoomValue,
    SiteValue,
    StatusValue,
    Value,
)


class BadValue(BadInput):
    """A value that its field cannot hold."""

    code = "bad_value"
    zh = "“{field}”一栏的内容“{text}”{why_zh}。"
    en = "The field “{field}” cannot hold “{text}”: {why_en}."


class UnknownField(BadInput):
    """A field that the aspect does not have."""

    code = "unknown_field"
    zh = "这一项没有“{field}”栏，请刷新页面后重新填写。"
    en = "There is no field “{field}” here; please reload the page and fill it in again."


@dataclass(frozen=True)
class Aspect:
    """One kind of value. `key` names the columns that tell one course of values from another."""

    name: str
    model: type[Value]
    zh: str
    en: str
    key: tuple[str, ...] = ("subject_id",)
    subject_path: str = "subject_id"
    guarded: bool = False
    ranges: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def table(self) -> str:
        """The table's name."""
        return self.model._meta.db_table

    @property
    def fields(self) -> "dict[str, models.Field[Any, Any]]":
        """The columns that say something, by attribute name."""
        return _FIELDS[self.name]


_COMMON: Final = {"id", "valid_from", "recorded_at", "recorded_by", "ended", "reason", "source"}

ASPECTS: Final[Mapping[str, Aspect]] = MappingProxyType(
    {
        aspect.name: aspect
        for aspect in (
            Aspect("name", NameValue, "名称", "Names"),
            Aspect("identity", IdentityValue, "登记信息", "Registration"),
            Aspect("status", StatusValue, "状态", "Status"),
            Aspect("category", CategoryValue, "类别", "Category"),
            Aspect("place", PlaceValue, "住所", "Registered place"),
            Aspect("authority", AuthorityValue, "审批与监管部门", "Authorities"),
            Aspect("custody", CustodyValue, "预收费专用账户", "Custody account"),
            Aspect("connection", ConnectionValue, "接入", "Connection"),
            Aspect("brand", BrandUseValue, "品牌", "Brand", key=("subject_id", "brand_id")),
            Aspect(
                "controller",
                ControllerValue,
                "举办者与控制人",
                "Organisers and controllers",
                key=("subject_id", "controller_id", "role"),
                ranges={"share_bps": (0, 10_000)},
            ),
            Aspect(
                "licence",
                LicenceValue,
                "许可证照",
                "Licences",
                key=("licence_id",),
                subject_path="licence__subject_id",
            ),
            Aspect(
                "site",
                SiteValue,
                "教学点",
                "Sites",
                key=("site_id",),
                subject_path="site__subject_id",
                ranges={"area_dm2": (1, 100_000_000)},
            ),
            Aspect(
                "room",
                RoomValue,
                "教室",
                "Rooms",
                key=("room_id",),
                subject_path="room__site__subject_id",
                ranges={"capacity": (0, 2000), "area_dm2": (1, 10_000_000)},
            ),
            Aspect(
                "post",
                PostValue,
                "从业人员",
                "Staff",
                key=("subject_id", "person_id", "role"),
                guarded=True,
            ),
            Aspect(
                "person",
                PersonValue,
                "个人信息",
                "Personal data",
                key=("person_id", "institution_id"),
                subject_path="person_id",
                guarded=True,
            ),
        )
    }
)

_FIELDS: Final = {
    aspect.name: {
        each.attname: each
        for each in aspect.model._meta.concrete_fields
        if each.name not in _COMMON and each.attname not in aspect.key
    }
    for aspect in ASPECTS.values()
}


def _problem(
    of: "models.Field[Any, Any]", value: object, limits: tuple[int, int] | None
) -> tuple[str, str] | None:
    """Why a field cannot hold a value, in two languages; None when it can."""
    if value is None:
        return None if of.null else ("不能为空", "it may not be empty")
    if isinstance(of, ArrayField):
        return _list_problem(of, value)
    if isinstance(of, models.CharField | models.TextField):
        return _text_problem(of, value)
    if isinstance(of, models.BooleanField):
        return None if isinstance(value, bool) else ("应为是或否", "it must be yes or no")
    if isinstance(of, models.DateField):
        known = isinstance(value, date)
        return None if known else ("不是日期", "it is no date")
    if isinstance(of, models.IntegerField):
        return _number_problem(value, limits)
    return None


def _list_problem(of: "ArrayField[Any, Any]", value: object) -> tuple[str, str] | None:
    if not isinstance(value, list | tuple):
        return ("应为多项", "it must be a list")
    problems = (_text_problem(of.base_field, each) for each in value)
    return next(filter(None, problems), None)


def _text_problem(of: "models.Field[Any, Any]", value: object) -> tuple[str, str] | None:
    if not isinstance(value, str) or "\x00" in value:
        return ("不是文字", "it is no text")
    if of.max_length is not None and len(value) > of.max_length:
        return (f"超过 {of.max_length} 字", f"it is longer than {of.max_length} characters")
    choices = of.choices
    if choices and value not in {key for key, _ in of.flatchoices} and not (of.blank and not value):
        return ("不在可选范围内", "it is not one of the choices")
    if not value and not of.blank:
        return ("不能为空", "it may not be empty")
    return None


def _number_problem(value: object, limits: tuple[int, int] | None) -> tuple[str, str] | None:
    if not isinstance(value, int) or isinstance(value, bool):
        return ("不是整数", "it is no whole number")
    low, high = limits or (0, 2**62)
    if not low <= value <= high:
        return (f"应在 {low} 与 {high} 之间", f"it must lie between {low} and {high}")
    return None


def checked(aspect: Aspect, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of one row, complete with defaults, each fit for its field.

    Raises: UnknownField, BadValue, NotAUscc.
    """
    fields = aspect.fields
    for name in values:
        if name not in fields:
            raise UnknownField(field=name)
    row: dict[str, Any] = {}
    for name, of in fields.items():
        value = values[name] if name in values else of.get_default()
        problem = _problem(of, value, aspect.ranges.get(name))
        if problem is not None:
            text = "" if value is None else str(value)[:40]
            raise BadValue(field=name, text=text, why_zh=problem[0], why_en=problem[1])
        row[name] = list(value) if isinstance(value, tuple) else value
    if row.get("uscc"):
        row["uscc"] = parse_uscc(row["uscc"], field="uscc")
    return row
