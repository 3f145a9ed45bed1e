"""Reads of running contracts: what is not safe yet, by institution; lists; one contract."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db import connection
from django.db.models import F, QuerySet

from yuxin.access.sealed import masked_name, unseal
from yuxin.kernel.actor import Actor
from yuxin.kernel.refusal import NotFound
from yuxin.tuition.models import ClassGroup
from yuxin.tuition.running.models import RunningContract


@dataclass(frozen=True)
class Uncovered:
    """Running contracts of one institution. Sums in fen; covered + uncovered = at stake."""

    institution_id: int
    count: int
    waiting: int
    contested: int
    families: int
    at_stake_fen: int
    covered_fen: int
    cut_over_on: date

    @property
    def uncovered_fen(self) -> int:
        """What is not in custody yet; zero is the end."""
        return self.at_stake_fen - self.covered_fen


# Until it is agreed the most that either side says is left is at stake. Covered is what the bank
# says came in: the order of the contract over what is left has arrived.
_UNCOVERED: Final = """
    WITH stake AS (
        SELECT r.*, r.paid_fen - r.paid_fen * coalesce(
                   r.agreed_centiunits,
                   least(r.taught_centiunits, coalesce(r.said_centiunits, r.taught_centiunits)))
                   / r.total_centiunits AS fen,
               EXISTS (SELECT 1 FROM public.tuition_paymentorder o
                        WHERE o.contract_id = r.contract_id AND o.state = 'arrived') AS safe
          FROM public.running_runningcontract r WHERE r.institution_id = ANY(%s))
    SELECT institution_id, count(*), count(*) FILTER (WHERE state = 'told'),
           count(*) FILTER (WHERE state = 'contested'),
           count(DISTINCT guardian_id) FILTER (WHERE NOT safe AND fen > 0),
           sum(fen)::bigint, coalesce(sum(fen) FILTER (WHERE safe), 0)::bigint, min(cut_over_on)
      FROM stake GROUP BY 1 ORDER BY 1"""


def uncovered(actor: Actor) -> list[Uncovered]:
    """Every institution that declared running contracts; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_UNCOVERED, [list(actor.institution_ids)])
        return [Uncovered(*row) for row in cursor.fetchall()]


def listed(actor: Actor) -> QuerySet[RunningContract]:
    """Running contracts that the reader sees."""
    return RunningContract.objects.filter(institution_id__in=actor.institution_ids).select_related(
        "class_group", "class_group__course", "contract"
    )


def one(actor: Actor, code: str) -> RunningContract:
    """One running contract, for the institution, its bureau or its guardian. Raises: NotFound."""
    row = (
        RunningContract.objects.filter(code=code)
        .select_related("class_group", "class_group__course", "contract")
        .first()
    )
    if row is None or (
        row.institution_id not in actor.institution_ids and row.guardian_id not in actor.person_ids
    ):
        raise NotFound
    return row


def to_answer(actor: Actor) -> list[RunningContract]:
    """What the guardian is asked about; one statement."""
    rows = RunningContract.objects.filter(
        guardian_id__in=actor.person_ids, state=RunningContract.State.TOLD
    )
    return list(rows.select_related("class_group", "class_group__course").order_by("told_at", "pk"))


def is_safe(running: RunningContract) -> bool:
    """Whether the bank has shown the money of what is left."""
    return bool(running.contract and running.contract.orders.filter(state="arrived").exists())


def places(actor: Actor, institution_id: int) -> dict[str, int]:
    """Places left in the institution's classes, by code."""
    if institution_id not in actor.institution_ids:
        raise NotFound
    rows = ClassGroup.objects.filter(institution_id=institution_id, course__withdrawn_at=None)
    return dict(rows.annotate(left=F("capacity") - F("taken")).values_list("code", "left"))


def learner_name(running: RunningContract, *, masked: bool) -> str:
    """The child's name; masked for whoever is neither family nor institution."""
    name = unseal("learner", running.learner_name_sealed)
    return masked_name(name) if masked else name
