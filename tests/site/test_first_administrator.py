"""A fresh production installation has one sign-in, and shows it until it was seen."""

from pathlib import Path

import pyotp
import pytest
from django.test import Client

from yuxin.access.context import opened
from yuxin.access.models import Account, Grant
from yuxin.kernel.clock import now
from yuxin.site.first_administrator import make
from yuxin.site.launcher import first_account
from yuxin.site.launcher.folder import Database, DataFolder, Mode


def _folder(root: Path, mode: Mode = Mode.PRODUCTION) -> DataFolder:
    return DataFolder.create(
        root / mode.value,
        mode=mode,
        database=Database("db.invalid", 5432, "yuxin", embedded=False),
        origin="credit.example.invalid/log",
        host="credit.example.invalid",
        keys=root / f"keys-{mode.value}",
    )


def test_the_sign_in_is_the_same_until_it_was_shown_and_then_gone(tmp_path: Path) -> None:
    folder = _folder(tmp_path)
    assert first_account.is_due(folder)
    first = first_account.secrets_of(folder)
    assert first_account.secrets_of(folder) == first
    first_account.shown(folder)
    assert not first_account.is_due(folder)
    assert not (folder.root / "secrets" / first_account.KEPT).exists()
    assert not first_account.is_due(_folder(tmp_path, Mode.DEMO))


@pytest.mark.django_db
def test_it_opens_the_door_and_administers() -> None:
    device = pyotp.random_base32()
    assert make("admin", "a password of the machine", device)
    assert make("admin", "a password of the machine", device), "a start that was interrupted"
    with opened("operation"):
        assert Grant.objects.get().role == "administrator"
    browser = Client()
    form = {"login": "admin", "password": "a password of the machine"}
    browser.post("/sign-in", form | {"code": pyotp.TOTP(device).at(now())})
    assert browser.get("/desk/accounts").status_code == 200


@pytest.mark.django_db
def test_where_there_are_accounts_none_is_made() -> None:
    with opened("operation"):
        Account.objects.create(login="gu.ming", password="x", created_at=now())
    assert not make("admin", "a password of the machine", pyotp.random_base32())
