"""Reads of assessment. The first argument is who reads."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Min, OuterRef, QuerySet, Subquery

from yuxin.assessment.judging import Rules, judge, said_by
from yuxin.assessment.models import Judgement, Mark
from yuxin.kernel.actor import Actor
from yuxin.kernel.refusal import NotFound
from yuxin.policy.in_force import pack_known
from yuxin.registry import queries as registry
from yuxin.registry.models import Entry
from yuxin.registry.permissions import require_may_see
from yuxin.rules.colour import Colour, Reason


def marked(actor: Actor, *, limit: int) -> list[int]:
    """The institutions that were marked, the longest waiting first."""
    rows = Mark.objects.values("institution_id").annotate(first=Min("id")).order_by("first")
    return [row["institution_id"] for row in rows[:limit]]


def to_judge(actor: Actor) -> list[int]:
    """Every institution that is connected, or of which a judgement other than grey stands."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT subject_id FROM registry_entry WHERE connected AND merged_into_id IS NULL"
            " UNION SELECT institution_id FROM (SELECT DISTINCT ON (institution_id)"
            " institution_id, effective FROM assessment_judgement"
            " ORDER BY institution_id, id DESC) j WHERE j.effective <> 'GREY' ORDER BY 1"
        )
        return [row[0] for row in cursor.fetchall()]


def judgement_on(actor: Actor, institution_id: int, day: date) -> Judgement | None:
    """The judgement that stood at the end of a day, as far as the reader may see it.

    Raises: NotFound.
    """
    require_may_see(actor, institution_id)
    return _on(institution_id, day)


def grave_indicators(actor: Actor, institution_id: int, day: date) -> set[str]:
    """Indicators whose bottom line the institution's standing judgement says was reached.

    As `risk.F1`; one statement. Raises: NotFound.
    """
    found = judgement_on(actor, institution_id, day)
    return {".".join(row.split(".")[:2]) for row in found.fired if ".B" in row} if found else set()


def _on(institution_id: int, day: date) -> Judgement | None:
    rows = Judgement.objects.filter(institution_id=institution_id, valid_on__lte=day)
    return rows.select_related("previous").order_by("-valid_on", "-id").first()


def alerts(actor: Actor, day: date) -> "QuerySet[Judgement]":
    """Of each institution that the reader's grants reach the judgement that stands, if it warns.

    With its `name`, `brand`, `address` and `code`, so that a page of a list is one statement.
    """
    standing = (
        Judgement.objects.filter(institution_id__in=actor.institution_ids, valid_on__lte=day)
        .order_by("institution_id", "-valid_on", "-id")
        .distinct("institution_id")
    )
    entry = Entry.objects.filter(pk=OuterRef("institution_id"))
    return Judgement.objects.filter(
        pk__in=standing.values("pk"), effective__in=(Colour.YELLOW, Colour.RED)
    ).annotate(
        name=Subquery(entry.values("name")),
        brand=Subquery(entry.values("brand")),
        address=Subquery(entry.values("address")),
        code=Subquery(entry.values("code")),
    )


def judged_on(actor: Actor, day: date) -> list[int]:
    """The institutions of which a judgement stood on a day."""
    rows = Judgement.objects.filter(valid_on__lte=day).order_by("institution_id")
    return list(rows.values_list("institution_id", flat=True).distinct())


@dataclass(frozen=True)
class Replayed:
    """A stored judgement beside the same computed anew, and why it is as it is."""

    subject: str
    on: date
    stored: dict[str, Any]
    recomputed: dict[str, Any]
    explanation: list[Reason]

    @property
    def equal(self) -> bool:
        """Whether both say the same, on the same inputs."""
        return self.stored == self.recomputed


def to_replay(actor: Actor, code: str) -> list[int]:
    """The subject that a code leads to, or none."""
    try:
        return [registry.identify(actor, code).pk]
    except NotFound:
        return []


def replay(actor: Actor, institution_id: int, day: date) -> Replayed | None:
    """Recompute the judgement that stood on a day from the records and the pack known then.

    None when none stood. Raises: NotFound.
    """
    row = judgement_on(actor, institution_id, day)
    if row is None:
        return None
    pack = pack_known(row.valid_on, row.known_at)
    if pack is None:
        return Replayed(_code(row), day, _whole(row), {}, [])
    before = {} if row.previous is None else {institution_id: row.previous}
    rules = Rules.of(pack, row.valid_on)
    judged = judge(rules, [institution_id], row.valid_on, row.known_at, before)[0]
    result = judged.result
    inputs = {"inputs_sha256": result.inputs_sha256, "pack_sha256": result.pack_sha256}
    return Replayed(
        subject=_code(row),
        on=day,
        stored=_whole(row),
        recomputed={**judged.says, **inputs},
        explanation=rules.colours.explain(result),
    )


def _code(row: Judgement) -> str:
    return Entry.objects.values_list("code", flat=True).get(pk=row.institution_id)


def _whole(row: Judgement) -> dict[str, Any]:
    return {
        **said_by(row),
        "inputs_sha256": row.inputs_sha256,
        "pack_sha256": row.pack_sha256,
    }
