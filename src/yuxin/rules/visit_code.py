"""The rotating code by which a visit is redeemed on site: 8 digits that live for half a minute.

Computed alike on the phone, offline, and here: HMAC-SHA256 of the contract's key over contract and
step, cut as in RFC 4226. What a QR code holds is `payload`; typed, the digits alone are enough.
"""

import hashlib
import hmac
from datetime import datetime
from typing import Final

SECONDS: Final = 30
# Steps before and after now that are still taken: a phone that is offline has a clock of its own.
WINDOW: Final = 2
DIGITS: Final = 8


def step_at(at: datetime) -> int:
    """The number of the half minute that an instant lies in."""
    return int(at.timestamp()) // SECONDS


def digits(key: bytes, contract_code: str, step: int) -> str:
    """The code of one step."""
    message = f"yuxin-visit|{contract_code}|{step}".encode()
    digest = hmac.new(key, message, hashlib.sha256).digest()
    start = digest[-1] & 0x0F
    number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**DIGITS:0{DIGITS}d}"


def payload(contract_code: str, code: str) -> str:
    """What the QR code holds: contract and digits, in capitals and figures alone."""
    return f"{contract_code}:{code}"


def read_payload(text: str) -> tuple[str, str]:
    """Contract and digits of what was scanned; the contract is empty where digits were typed."""
    contract, mark, code = text.strip().upper().replace(" ", "").rpartition(":")
    return (contract, code) if mark else ("", code)


def matching_step(key: bytes, contract_code: str, code: str, at: datetime) -> int | None:
    """The step whose code this is, around an instant; None for a wrong or an expired one."""
    now = step_at(at)
    for step in range(now - WINDOW, now + WINDOW + 1):
        if hmac.compare_digest(digits(key, contract_code, step).encode(), code.encode()):
            return step
    return None
