"""The first administrator of an installation: an act of the installation itself, done once."""

from django.contrib.auth.hashers import check_password, make_password

from yuxin.access.queries import account_named
from yuxin.access.reading import reading
from yuxin.access.sealed import seal
from yuxin.kernel.act import Call
from yuxin.kernel.actor import Actor
from yuxin.kernel.clock import now
from yuxin.kernel.ids import request_id_for
from yuxin.operations.access.create_first_administrator import (
    AlreadyAdministered,
    create_first_administrator,
)


def make(login: str, password: str, device: str) -> bool:
    """Whether this sign-in opens the installation: made now, or by a start that was interrupted."""
    machine = Actor.clock(())
    with reading(machine):
        known = account_named(login)
    if known is not None:
        return check_password(password, known.password)
    try:
        create_first_administrator(
            Call(machine, now(), request_id_for(f"first-administrator|{login}|{device}")),
            login=login,
            display_name="管理员",
            password_hash=make_password(password),
            totp_sealed=seal("totp", device),
        )
    except AlreadyAdministered:
        return False
    return True
