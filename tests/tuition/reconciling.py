"""Builders for tests of reconciliation: a bank's days carried over, compared, and read."""

import uuid
from datetime import date

from tests.given import AREA, World, at, call
from tests.visitors import ADMINISTRATOR, EARLY, area
from yuxin.access.reading import reading
from yuxin.jobs import reconcile
from yuxin.kernel.act import Call
from yuxin.kernel.actor import Actor, Role
from yuxin.operations.access.create_account import create_account
from yuxin.operations.access.grant_role import grant_role
from yuxin.operations.cases.assign_proceedings import assign_proceedings_many
from yuxin.tuition.breaks.models import Break
from yuxin.tuition.reconciliation.board import standing
from yuxin.tuition.reconciliation.models import AccountDay


def compare(k: World, when: str) -> int:
    """Carry the bank's files as of an instant and compare what is complete."""
    k.exchange(when)
    return reconcile.reconcile(at(when))


def breaks(k: World) -> list[tuple[str, int, str, str]]:
    """Cause, level, sum in yuan and standing of every break."""
    with reading(k.institution.clock):
        rows = Break.objects.select_related("proceeding").order_by("account_day", "level", "pk")
        return [
            (r.cause, r.level, f"{(r.proceeding.amount_fen or 0) / 100:.2f}", standing(r))
            for r in rows
        ]


def officer_account(k: World, role: Role = Role.OFFICER) -> Actor:
    """Somebody of the bureau with an account and a grant that reaches the institution."""
    area()
    made = create_account(
        Call(ADMINISTRATOR, EARLY, uuid.uuid4()),
        login=uuid.uuid4().hex[:12],
        display_name="高岚",
        organisation="示例县教育局",
        password_hash="!",
        totp_sealed=None,
    )
    number = int(str(made["account_id"]))
    grant_role(
        Call(ADMINISTRATOR, EARLY, uuid.uuid4()),
        account_id=number,
        role=role.value,
        area_code=AREA,
        valid_from=EARLY.date(),
    )
    return Actor(number, "高岚", frozenset({role}), (k.institution.id,))


def owned(k: World, when: str) -> Actor:
    """An officer takes every break that has no owner; who that is."""
    with reading(k.institution.clock):
        unowned = Break.objects.filter(proceeding__closed_at=None, proceeding__owner_id=None)
        codes = tuple(unowned.values_list("proceeding__code", flat=True))
    officer = officer_account(k)
    assign_proceedings_many(
        call(officer, when), proceeding_codes=codes, owner_id=officer.account_id
    )
    return officer


def account_day(k: World, day: str) -> AccountDay:
    """The institution's account on a day."""
    with reading(k.institution.clock):
        return AccountDay.objects.get(
            institution_id=k.institution.id, account_day=date.fromisoformat(f"2026-{day}")
        )


def is_closed(k: World, day: str) -> bool:
    """Whether the account is closed for a day."""
    return account_day(k, day).closed_at is not None
