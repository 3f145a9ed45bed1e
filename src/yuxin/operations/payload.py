"""The fingerprint of what an operation was asked, so that a repeat can be told from a reuse."""

import hashlib
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime, time
from enum import Enum
from uuid import UUID

from yuxin.kernel import canonical
from yuxin.kernel.canonical import Json


def plain(value: object) -> Json:
    """`value` as canonical JSON can hold it; bytes stand as their SHA-256."""
    if isinstance(value, Enum):
        return plain(value.value)
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, bytes):
        return hashlib.sha256(value).hexdigest()
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, set | frozenset):
        return sorted((plain(item) for item in value), key=canonical.dumps)
    if is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    raise AssertionError(f"an operation cannot take a {type(value).__name__}")


def fingerprint(operation: str, arguments: Mapping[str, object]) -> bytes:
    """SHA-256 over the operation's name and its arguments."""
    return hashlib.sha256(canonical.dumps([operation, plain(arguments)])).digest()
