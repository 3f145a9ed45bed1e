"""The bank's days compared as they come, and somebody of the bureau who answers for the breaks."""

from collections.abc import Sequence
from datetime import date, datetime
from hashlib import sha256

from django.contrib.auth.hashers import make_password
from django.db.models import Count

from yuxin.access.demo import recording_at
from yuxin.access.reading import reading
from yuxin.jobs import reconcile
from yuxin.kernel.actor import Actor, Role
from yuxin.operations.access.create_account import create_account
from yuxin.operations.access.grant_role import grant_role
from yuxin.operations.cases.assign_proceedings import assign_proceedings_many
from yuxin.site.simulation import words
from yuxin.site.simulation.accounts import MAKER
from yuxin.site.simulation.acting import Player
from yuxin.site.simulation.county import Institution
from yuxin.tuition.breaks.models import Break
from yuxin.tuition.reconciliation.models import AccountDay

CLAIMED_MAX = 900


def clerk(player: Player, made: Sequence[Institution], at: datetime) -> Actor:
    """Somebody of the bureau with an account, who takes every break the morning it is found."""
    login = f"clerk-{sha256(player.name.encode()).hexdigest()[:8]}"
    account = player.act(
        create_account,
        MAKER,
        at,
        login,
        login=login,
        display_name="高岚",
        organisation="示例县教育局",
        password_hash=make_password(None),  # nobody signs in with it
        totp_sealed=None,
    )
    number = int(str(account["account_id"]))
    player.act(
        grant_role,
        MAKER,
        at,
        login,
        account_id=number,
        role=Role.OFFICER.value,
        area_code=words.COUNTY[0],
        valid_from=at.date(),
    )
    reach = tuple(each.id for each in made)
    return Actor(number, "高岚", frozenset({Role.OFFICER}), reach)


def compare(player: Player, officer: Actor | None, at: datetime) -> None:
    """Compare what is complete; the officer, if there is one, answers for what was found."""
    with recording_at(at):
        reconcile.reconcile(at)
    if officer is None:
        return
    with reading(officer):
        unowned = Break.objects.filter(proceeding__closed_at=None, proceeding__owner_id=None)
        codes = list(unowned.order_by("pk").values_list("proceeding__code", flat=True))
    for n in range(0, len(codes), CLAIMED_MAX):
        part = tuple(codes[n : n + CLAIMED_MAX])
        player.act(
            assign_proceedings_many,
            officer,
            at,
            f"{at}|{sha256('|'.join(part).encode()).hexdigest()}",
            proceeding_codes=part,
            owner_id=officer.account_id,
        )


def unexplained(officer: Actor) -> list[str]:
    """Accounts and days on which something lies between bank and books that has no name."""
    with reading(officer):
        rows = AccountDay.objects.filter(institution_id__in=officer.institution_ids)
        return [
            f"{row.bank_code} {row.account_last4} {row.account_day}: {fen} fen"
            for row in rows.exclude(bridge=[]).order_by("account_day", "pk")
            for kind, _, fen in row.bridge
            if kind == "balance"
        ]


def counted(officer: Actor) -> dict[str, int]:
    """How many breaks of each cause were found, and how many account days closed."""
    with reading(officer):
        causes = dict(Break.objects.values_list("cause").annotate(count=Count("pk")))
        closed = AccountDay.objects.exclude(closed_at=None).count()
        days = AccountDay.objects.count()
    return {**causes, "account_days": days, "closed": closed}


def is_late(day: date, last_on: date) -> bool:
    """Whether a day is among the last ones, which the demo's pages show."""
    return (last_on - day).days < 5
