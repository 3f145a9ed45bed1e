"""Checking what somebody brings to the door: password, and for staff the code of their device."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import pyotp
from django.contrib.auth.hashers import check_password, make_password

from yuxin.access.models import Account
from yuxin.access.sealed import unseal

CODE_SECONDS: Final = 30
_NOBODY: Final = make_password("nobody")


@dataclass(frozen=True)
class Proof:
    """What was shown. `totp_step` is the time step of the code, so that none serves twice."""

    password_right: bool
    code_needed: bool
    totp_step: int | None

    @property
    def holds(self) -> bool:
        """Whether this opens a session."""
        return self.password_right and (not self.code_needed or self.totp_step is not None)


def prove(login: str, password: str, code: str, at: datetime) -> Proof:
    """Check a password and a code; call it inside a reading.

    An unknown login costs as much time as a known one, so that the answer does not tell which
    logins exist.
    """
    account = Account.objects.filter(login=login, active=True).first()
    if account is None:
        check_password(password, _NOBODY)
        return Proof(False, False, None)
    if not check_password(password, account.password):
        return Proof(False, False, None)
    if account.totp_sealed is None:
        return Proof(True, False, None)
    return Proof(True, True, device_step(account, code, at))


def device_step(account: Account, code: str, at: datetime) -> int | None:
    """The time step of a right code of the account's device that was not used before."""
    assert account.totp_sealed is not None, "asked only for accounts with a device"
    totp = pyotp.TOTP(unseal("totp", account.totp_sealed), interval=CODE_SECONDS)
    now = int(at.timestamp()) // CODE_SECONDS
    digits = "".join(character for character in code if character.isdigit())
    for step in (now, now - 1, now + 1):
        if step > account.totp_last_step and pyotp.utils.strings_equal(
            totp.generate_otp(step), digits
        ):
            return step
    return None
