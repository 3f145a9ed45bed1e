"""Make the one sign-in of a fresh production installation, as the application role.

    python -m yuxin.site.launcher.first_account zh

The sign-in is printed once and then kept nowhere in clear. Until it was shown it lies in the
folder of secrets, so that a start that was interrupted shows the same one again.
"""

import secrets as random_source
import sys
from importlib import import_module
from typing import Final

import django
import pyotp

from yuxin.site.launcher.folder import DataFolder, write_private

MAKER: Final = "yuxin.site.first_administrator"
LOGIN: Final = "admin"
KEPT: Final = "first_sign_in"
SHOWN: Final = "administrator-made"


def is_due(folder: DataFolder) -> bool:
    """Whether a production installation still waits for its first administrator to be shown."""
    return not folder.is_demo and not (folder.root / SHOWN).exists()


def shown(folder: DataFolder) -> None:
    """The sign-in stood on the screen: forget it."""
    if is_due(folder):
        write_private(folder.root / SHOWN, "")
        (folder.root / "secrets" / KEPT).unlink(missing_ok=True)


def secrets_of(folder: DataFolder) -> tuple[str, str]:
    """The password, of 120 random bits, and the device's secret: the same until they were shown."""
    kept = folder.secret(KEPT, lambda: f"{random_source.token_hex(15)} {pyotp.random_base32()}")
    password, device = kept.split()
    return password, device


def line(password: str, device: str, language: str) -> str:
    """What is printed once."""
    if language == "en":
        return f"administrator  {LOGIN}  password {password}  device {device}"
    return f"系统管理员  {LOGIN}  口令 {password}  动态码密钥 {device}"


def main(language: str) -> int:
    """Make the account and print its sign-in to standard output."""
    django.setup()
    password, device = secrets_of(DataFolder.from_environment())
    if import_module(MAKER).make(LOGIN, password, device):
        sys.stdout.write(line(password, device, language) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
