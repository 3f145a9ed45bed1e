"""Give somebody a role over an area and a line, or over one subject."""

from datetime import date

from yuxin.access import services
from yuxin.access.models import LINES, Account
from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.kernel.refusal import BadInput, Forbidden, NotFound
from yuxin.operations.operation import operation

# Roles that see or move what others may not: granted only in a privileged period.
SHUT = frozenset({Role.ADMINISTRATOR, Role.AUDITOR, Role.BANK})


class GrantReachesNothing(BadInput):
    """A grant names an area or a subject."""

    code = "grant_reaches_nothing"
    zh = "授权须写明区域或单位，二者都空则什么也管不到。"
    en = "A grant names an area or a subject; with neither it reaches nothing."


class PeriodBackwards(BadInput):
    """A period ends before it starts."""

    code = "period_backwards"
    zh = "授权的止日早于起日，请核对。"
    en = "The grant ends before it starts; please check the dates."


@operation("role.granted", roles={Role.ADMINISTRATOR})
def grant_role(
    act: Act,
    *,
    account_id: int,
    role: str,
    area_code: str = "",
    line: str = "ALL",
    subject_id: int | None = None,
    valid_from: date,
    valid_to: date | None = None,
    reason: str = "",
) -> Receipt:
    """Grant a role. Nobody grants anything to themselves.

    Raises: NotFound, Forbidden, GrantReachesNothing, PeriodBackwards, BadInput;
        PrivilegedPeriodNeeded for a role of `SHUT`.
    """
    account = Account.objects.filter(pk=account_id).first()
    if account is None:
        raise NotFound
    if account.pk == act.actor.account_id:
        raise Forbidden
    if role not in set(Role) - {Role.PUBLIC, Role.CLOCK} or line not in LINES:
        raise BadInput(field="role")
    if not area_code and subject_id is None:
        raise GrantReachesNothing(field="area_code")
    if valid_to is not None and valid_to < valid_from:
        raise PeriodBackwards(field="valid_to")
    if role in SHUT:
        services.require_privileged(act)
    granted = services.grant(
        act,
        account=account,
        role=Role(role),
        area_code=area_code,
        line=line,
        subject_id=subject_id,
        valid_from=valid_from,
        valid_to=valid_to,
        reason=reason,
    )
    body = {
        "role": role,
        "area": area_code,
        "line": line,
        "subject": subject_id,
        "from": valid_from.isoformat(),
        "to": valid_to.isoformat() if valid_to else None,
        "reason": reason,
    }
    entry = evidence.append(act, chain=f"account:{account.pk}", subject=str(account.pk), body=body)
    return Receipt(entry.id, {"grant_id": granted.pk})
