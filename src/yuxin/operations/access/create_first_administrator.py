"""Make the first administrator of an installation, who then makes everybody else."""

from yuxin.access import services
from yuxin.access.models import Account
from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.kernel.refusal import Conflict
from yuxin.operations.operation import operation


class AlreadyAdministered(Conflict):
    """Accounts exist: whoever administers them makes further ones."""

    code = "already_administered"
    zh = "已经有账号，首名管理员只在空库中建立；请由现有管理员新建账号。"
    en = "There are accounts already; let an existing administrator create further ones."


@operation("administrator.first", roles={Role.CLOCK})
def create_first_administrator(
    act: Act, *, login: str, display_name: str, password_hash: str, totp_sealed: bytes
) -> Receipt:
    """Make an account that administers, while there is none at all.

    There are no areas yet, so its grant names none: it administers and reaches no institution.
    Raises: AlreadyAdministered.
    """
    if Account.objects.exists():
        raise AlreadyAdministered
    account = Account.objects.create(
        login=login,
        display_name=display_name,
        password=password_hash,
        totp_sealed=totp_sealed,
        created_at=act.at,
    )
    services.grant(
        act,
        account=account,
        role=Role.ADMINISTRATOR,
        valid_from=act.day,
        reason="安装时建立的首名管理员",
    )
    entry = evidence.append(
        act, chain=f"account:{account.pk}", subject=str(account.pk), body={"login": login}
    )
    return Receipt(entry.id, {"account_id": account.pk})
