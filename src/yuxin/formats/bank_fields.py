"""Fields of a bank line: each reads itself strictly from JSON and writes itself in one way only."""

import dataclasses
import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime, timedelta, timezone
from enum import StrEnum
from functools import cache
from typing import Any, Protocol, TypeVar, get_type_hints

from yuxin.formats.bank_refusals import (
    BadAmount,
    BadField,
    MissingField,
    UnknownField,
)

FEN_MAX = 10**13
"""No single amount is above 100,000 million yuan; sums of a file stay far below 2^53."""

SHANGHAI_OFFSET = timezone(timedelta(hours=8))
Json = str | int | bool | None
RecordT = TypeVar("RecordT")


class Check(Protocol):
    """One field: JSON to value and back."""

    def read(self, value: object, line_no: int, name: str) -> object:
        """The value. Raises: BankFileRefused with line and field."""
        ...

    def write(self, value: Any) -> Json:
        """The one JSON form of the value."""
        ...


@dataclasses.dataclass(frozen=True)
class Amount:
    """Whole fen from `least` to FEN_MAX."""

    least: int = 1

    def read(self, value: object, line_no: int, name: str) -> int:
        if type(value) is not int or not self.least <= value <= FEN_MAX:
            raise BadAmount(line_no=line_no, field=name, found=str(value))
        return value

    def write(self, value: int) -> int:
        return value


@dataclasses.dataclass(frozen=True)
class Count:
    """A whole number from `least` to `most`."""

    least: int
    most: int

    def read(self, value: object, line_no: int, name: str) -> int:
        if type(value) is not int or not self.least <= value <= self.most:
            raise BadField(line_no=line_no, field=name, found=str(value))
        return value

    def write(self, value: int) -> int:
        return value


@dataclasses.dataclass(frozen=True)
class Text:
    """A string of at most `most` characters in NFC without control characters."""

    most: int
    pattern: str = ""

    def read(self, value: object, line_no: int, name: str) -> str:
        if (
            not isinstance(value, str)
            or not 0 < len(value) <= self.most
            or not value.isprintable()
            or unicodedata.normalize("NFC", value) != value
            or (self.pattern and not _compiled(self.pattern).fullmatch(value))
        ):
            raise BadField(line_no=line_no, field=name, found=str(value))
        return value

    def write(self, value: str) -> str:
        return value


@dataclasses.dataclass(frozen=True)
class Choice:
    """A member of an enumeration."""

    of: type[StrEnum]

    def read(self, value: object, line_no: int, name: str) -> StrEnum:
        try:
            return self.of(str(value))
        except ValueError as problem:
            raise BadField(line_no=line_no, field=name, found=str(value)) from problem

    def write(self, value: StrEnum) -> str:
        return value.value


class Flag:
    """True or false."""

    def read(self, value: object, line_no: int, name: str) -> bool:
        if type(value) is not bool:
            raise BadField(line_no=line_no, field=name, found=str(value))
        return value

    def write(self, value: bool) -> bool:  # noqa: FBT001  a field's value, not a switch
        return value


class Day:
    """A date as 2026-03-02."""

    def read(self, value: object, line_no: int, name: str) -> date:
        if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII):
            try:
                return date.fromisoformat(value)
            except ValueError:
                pass
        raise BadField(line_no=line_no, field=name, found=str(value))

    def write(self, value: date) -> str:
        return value.isoformat()


class Instant:
    """A second of China Standard Time as 2026-03-02T10:02:00+08:00."""

    def read(self, value: object, line_no: int, name: str) -> datetime:
        form = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00"
        if isinstance(value, str) and re.fullmatch(form, value, re.ASCII):
            try:
                return datetime.fromisoformat(value)
            except ValueError:
                pass
        raise BadField(line_no=line_no, field=name, found=str(value))

    def write(self, value: datetime) -> str:
        return value.astimezone(SHANGHAI_OFFSET).isoformat(timespec="seconds")


@dataclasses.dataclass(frozen=True)
class Maybe:
    """The field may be null."""

    check: Check

    def read(self, value: object, line_no: int, name: str) -> object:
        return None if value is None else self.check.read(value, line_no, name)

    def write(self, value: Any) -> Json:
        return None if value is None else self.check.write(value)


_CHECKS: dict[type[Any], dict[str, Check]] = {}


def checks_of(kind: type[Any]) -> dict[str, Check]:
    """The check of every field of a record class, in the order in which they are written."""
    if kind not in _CHECKS:
        hints = get_type_hints(kind, include_extras=True)
        _CHECKS[kind] = {f.name: hints[f.name].__metadata__[0] for f in dataclasses.fields(kind)}
    return _CHECKS[kind]


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.ASCII)


def to_json(record: object) -> dict[str, Json]:
    """The fields of a record in their fixed order.

    A record that could not be read again is our own error: it fails here, before it is sent.
    """
    out: dict[str, Json] = {}
    for name, check in checks_of(type(record)).items():
        written = check.write(getattr(record, name))
        check.read(written, 0, name)
        out[name] = written
    return out


def from_json(kind: type[RecordT], fields: Mapping[str, object], line_no: int) -> RecordT:
    """A record from JSON, every field of it and no other.

    Raises: UnknownField, MissingField, BadField, BadAmount.
    """
    checks = checks_of(kind)
    for name in fields:
        if name not in checks:
            raise UnknownField(line_no=line_no, field=name[:80])
    for name in checks:
        if name not in fields:
            raise MissingField(line_no=line_no, field=name)
    return kind(**{n: check.read(fields[n], line_no, n) for n, check in checks.items()})
