"""Make a sign-in for a person or a machine."""

from yuxin.access.models import Account
from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.kernel.refusal import Conflict
from yuxin.operations.operation import operation


class LoginTaken(Conflict):
    """Another account has this login."""

    code = "login_taken"
    zh = "登录名“{login}”已被使用，请换一个。"
    en = "The login “{login}” is taken; please choose another."


@operation("account.created", roles={Role.ADMINISTRATOR})
def create_account(
    act: Act,
    *,
    login: str,
    display_name: str,
    organisation: str,
    password_hash: str,
    totp_sealed: bytes | None,
    person_id: int | None = None,
) -> Receipt:
    """Make an account without any grant; grants are acts of their own.

    The password arrives hashed and the device secret sealed: neither is ever part of a request.
    Raises: LoginTaken.
    """
    if Account.objects.filter(login=login).exists():
        raise LoginTaken(field="login", login=login)
    account = Account.objects.create(
        login=login,
        display_name=display_name,
        organisation=organisation,
        password=password_hash,
        totp_sealed=totp_sealed,
        person_id=person_id,
        created_at=act.at,
    )
    entry = evidence.append(
        act, chain=f"account:{account.pk}", subject=str(account.pk), body={"login": login}
    )
    return Receipt(entry.id, {"account_id": account.pk})
