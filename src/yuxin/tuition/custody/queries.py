"""How far custody accounts are: the three rates, who is behind, one institution's accounts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from django.db import connection

from yuxin.kernel.actor import Actor
from yuxin.kernel.refusal import NotFound
from yuxin.registry import queries as registry
from yuxin.registry.models import CustodyValue, Entry
from yuxin.tuition.custody.models import AccountStep, Agreement, CustodyAccount

Group = Literal["area", "line", "bank"]
STEPS: Final = ("", "OPENED", "FILED", "VERIFIED", "PAYMENT_ENABLED")
# Who must have an account: a training institution with an operating licence that is at work.
_STANDING: Final = """
SELECT e.subject_id, e.code, coalesce(nullif(e.name, ''), e.brand), e.area_code, e.category,
       coalesce(v.bank_code, ''), coalesce(v.bank_name, ''), coalesce(v.state, ''), l.since
  FROM registry_entry e
  JOIN LATERAL (
      SELECT min(x.valid_from) AS since FROM registry_licence n
        JOIN registry_licencevalue x ON x.licence_id = n.id
       WHERE n.subject_id = e.subject_id AND x.kind = 'OPERATING' AND NOT x.ended
         AND x.valid_from <= %(day)s) l ON l.since IS NOT NULL
  LEFT JOIN LATERAL (
      SELECT x.bank_code, x.bank_name, x.state, x.ended FROM registry_custodyvalue x
       WHERE x.subject_id = e.subject_id AND x.valid_from <= %(day)s
       ORDER BY x.valid_from DESC, x.recorded_at DESC, x.id DESC LIMIT 1) v ON NOT v.ended
 WHERE e.kind = 'TRAINING_INSTITUTION' AND e.merged_into_id IS NULL
   AND e.status NOT IN ('CLOSED', 'REVOKED', 'ABSCONDED', 'UNLICENSED')
   AND e.subject_id = ANY(%(ids)s)
 ORDER BY l.since, e.subject_id
"""


@dataclass(frozen=True)
class Standing:
    """An institution that must have an account, and how far it is."""

    institution_id: int
    code: str
    name: str
    area_code: str
    category: str
    bank_code: str
    bank_name: str
    state: str
    licensed_on: date

    @property
    def step(self) -> int:
        """0 without account, 1 opened, 2 filed, 3 verified, 4 payment enabled."""
        return STEPS.index(self.state) if self.state in STEPS else 0

    def days(self, today: date) -> int:
        """Days since the licence."""
        return (today - self.licensed_on).days


@dataclass(frozen=True)
class Rates:
    """The three rates of a group, each against all who must have an account."""

    key: str
    total: int
    opened: int
    verified: int
    enabled: int

    @staticmethod
    def of(key: str, rows: Sequence[Standing]) -> "Rates":
        """Count a group."""
        return Rates(
            key,
            len(rows),
            sum(row.step >= 1 for row in rows),
            sum(row.step >= 3 for row in rows),
            sum(row.step >= 4 for row in rows),
        )

    def per_mille(self, count: int) -> int:
        """Tenths of a per cent, rounded down: 999 is not all."""
        return count * 1000 // self.total if self.total else 0


def standings(actor: Actor, today: date) -> list[Standing]:
    """Everybody in reach who must have an account; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_STANDING, {"ids": list(actor.institution_ids), "day": today})
        return [Standing(*row) for row in cursor.fetchall()]


def grouped(rows: Sequence[Standing], by: Group) -> list[Rates]:
    """The three rates by town, line or bank."""
    keys = {"area": "area_code", "line": "category", "bank": "bank_name"}
    groups: dict[str, list[Standing]] = {}
    for row in rows:
        groups.setdefault(getattr(row, keys[by]), []).append(row)
    return [Rates.of(key, groups[key]) for key in sorted(groups)]


@dataclass(frozen=True)
class AccountFile:
    """An institution's accounts with their steps, and its agreements."""

    entry: Entry
    accounts: list[CustodyAccount]
    steps: dict[int, list[AccountStep]]
    agreements: list[Agreement]
    registered: CustodyValue | None = None  # only where no account went through the steps here


def account_file(actor: Actor, code: str, today: date) -> AccountFile:
    """The accounts of an institution in reach; at most five statements. Raises: NotFound."""
    entry = Entry.objects.filter(code=code, subject_id__in=actor.institution_ids).first()
    if entry is None:
        raise NotFound
    accounts = list(CustodyAccount.objects.filter(institution_id=entry.pk).order_by("-pk"))
    steps: dict[int, list[AccountStep]] = {}
    for step in AccountStep.objects.filter(institution_id=entry.pk).order_by("pk"):
        steps.setdefault(step.account_id, []).append(step)
    agreements = Agreement.objects.filter(institution_id=entry.pk).order_by("-signed_on", "-pk")
    known = None if accounts else registry.custody_account(actor, entry.pk, today)
    return AccountFile(entry, accounts, steps, list(agreements), known)


def waiting_for_bureau(actor: Actor) -> list[CustodyAccount]:
    """Accounts whose next step is the bureau's; those of a bank: to be verified."""
    return list(
        CustodyAccount.objects.filter(
            institution_id__in=actor.institution_ids, state__in=["OPENED", "FILED", "VERIFIED"]
        ).order_by("opened_on", "pk")
    )
