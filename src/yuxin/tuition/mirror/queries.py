"""Reads of mirrored contracts: what our rules make of them, and where their source differs."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from yuxin.access.sealed import masked_name, unseal
from yuxin.kernel.actor import Actor
from yuxin.kernel.clock import day_of
from yuxin.kernel.refusal import NotFound
from yuxin.policy.in_force import NoRulesInForce, calendar, pack_on
from yuxin.tuition.mirror.models import MirrorFact
from yuxin.tuition.mirror.replay import Fact, Replayed, replay


@dataclass(frozen=True)
class Mirrored:
    """One contract of another platform, replayed by our rules."""

    source: str
    source_name: str
    origin: str
    institution_id: int
    ref: str
    course: str
    learner: str
    result: Replayed
    facts: tuple[MirrorFact, ...]

    @property
    def guardian_id(self) -> int | None:
        """The family, if it is known here."""
        return next((each.guardian_id for each in self.facts if each.guardian_id), None)

    @property
    def difference_fen(self) -> int:
        """All that the source did otherwise, together."""
        return sum(each.fen for each in self.result.differences)


def contracts(actor: Actor, at: datetime) -> list[Mirrored]:
    """Every mirrored contract at the reader's institutions; two statements."""
    rows = MirrorFact.objects.filter(institution_id__in=actor.institution_ids)
    return _replayed(rows.select_related("source"), at, masked=True)


def of_family(actor: Actor, at: datetime) -> list[Mirrored]:
    """The mirrored contracts of a guardian; two statements."""
    rows = MirrorFact.objects.filter(guardian_id__in=actor.person_ids)
    return _replayed(rows.select_related("source"), at, masked=False)


def one(actor: Actor, source: str, ref: str, at: datetime) -> Mirrored:
    """One mirrored contract. Raises: NotFound."""
    rows = MirrorFact.objects.filter(
        institution_id__in=actor.institution_ids, source__code=source, contract_ref=ref
    )
    found = _replayed(rows.select_related("source"), at, masked=True)
    if not found:
        raise NotFound
    return found[0]


def _replayed(rows: Iterable[MirrorFact], at: datetime, *, masked: bool) -> list[Mirrored]:
    def key(row: MirrorFact) -> tuple[str, int, str]:
        return row.source.code, row.institution_id, row.contract_ref

    listed = sorted(rows, key=lambda row: (*key(row), row.happened_at, row.pk))
    if not listed:
        return []
    pack = pack_on(day_of(at))
    if pack is None:
        raise NoRulesInForce(key="calendar", day=str(day_of(at)))
    days = calendar(pack, "government", day_of(at))
    found = []
    for (code, institution_id, ref), group in groupby(listed, key=key):
        facts = tuple(group)
        head = next((each for each in facts if each.kind == "contract"), facts[0])
        name = unseal("learner", head.learner_sealed) if head.learner_sealed else ""
        found.append(
            Mirrored(
                code,
                head.source.name,
                head.source.origin,
                institution_id,
                ref,
                head.course,
                masked_name(name) if masked and name else name,
                replay([fact_of(each) for each in facts], calendar=days, until=at),
                facts,
            )
        )
    return found


def fact_of(row: MirrorFact) -> Fact:
    """A stored fact as the replay reads it."""
    return Fact(
        kind=row.kind,
        ref=row.ref,
        at=row.happened_at,
        lesson=row.lesson_ref,
        amount_fen=row.amount_fen or 0,
        centiunits=row.centiunits or 0,
        told_on=row.told_on,
        deemed_days=row.deemed_days or 0,
    )
