"""Canonical JSON: RFC 8785 restricted so that two encoders cannot differ.

Objects with ASCII keys, arrays, NFC strings, true, false, null and integers within 2^53 - 1.
No floats: money is fen.
"""

import json
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

Json: TypeAlias = Mapping[str, "Json"] | Sequence["Json"] | str | int | bool | None

MAX_INTEGER: Final = 2**53 - 1
# One encoder for all: a thousand items of a batch come through here many times.
_ENCODE: Final = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
).encode


class NotCanonical(ValueError):
    """A value, or bytes, outside the canonical form."""


def dumps(value: Json) -> bytes:
    """The one encoding of a value, in UTF-8.

    Raises: NotCanonical for a float, a string not in NFC, a key not in ASCII, a large integer.
    """
    _require_canonical(value)
    try:
        return _ENCODE(value).encode()
    except UnicodeEncodeError as error:
        raise NotCanonical("text holds half a surrogate pair") from error


def loads(data: bytes) -> Json:
    """Read canonical bytes; anything that would be encoded otherwise is refused.

    Raises: NotCanonical.
    """
    try:
        value: Json = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise NotCanonical("not JSON") from error
    if dumps(value) != data:
        raise NotCanonical("not in canonical form")
    return value


def _require_canonical(value: object) -> None:
    if isinstance(value, str):
        # Half a surrogate pair is found by the encoding itself.
        if not value.isascii() and not unicodedata.is_normalized("NFC", value):
            raise NotCanonical(f"text is not in NFC: {value!r}")
    elif value is None or isinstance(value, bool):
        return
    elif isinstance(value, int):
        if abs(value) > MAX_INTEGER:
            raise NotCanonical(f"integer beyond 2^53 - 1: {value}")
    elif isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str) or not key.isascii():
                raise NotCanonical(f"key is not ASCII text: {key!r}")
            _require_canonical(item)
    elif isinstance(value, list | tuple):
        for item in value:
            _require_canonical(item)
    else:
        raise NotCanonical(f"{type(value).__name__} has no canonical form")
