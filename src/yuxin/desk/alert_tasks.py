"""What alerts ask of people beside their proceedings: answers, second persons, clues, reviews."""

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from yuxin.assessment.alerts import queries as alerts
from yuxin.assessment.alerts.kind import BUREAU
from yuxin.assessment.alerts.permissions import OWNERS
from yuxin.desk.alert_words import titles
from yuxin.desk.tasks import Days, Waiting
from yuxin.kernel.actor import Actor
from yuxin.kernel.money import Fen, yuan
from yuxin.policy.in_force import pack_on
from yuxin.supervision.clues import queries as clues
from yuxin.tuition.outflow import queries as outflow
from yuxin.tuition.queries.contracts import names_of
from yuxin.tuition.queries.refund_sheets import cooling_to_review


def waiting(actor: Actor, _at: datetime, days: Days) -> Sequence[Waiting]:
    """The tasks of whoever reads, by role."""
    found: list[Waiting] = []
    if actor.roles & OWNERS:
        found += _to_answer(actor, days)
    if actor.roles & BUREAU:
        found += [*_to_approve(actor), *_clues(actor), *_cooling(actor, days)]
    return found


def _to_answer(actor: Actor, days: Days) -> list[Waiting]:
    """What was decided on alerts and the institution said nothing to yet."""
    rows = alerts.to_answer(actor)
    called = titles(pack_on(days.today)) if rows else {}
    return [
        Waiting(
            _("反馈预警的整改：%(title)s") % {"title": called[row.rule]},
            reverse("desk:alert", args=[row.code]),
            number=row.rule,
            stage=_("待反馈"),
        )
        for row in rows
    ]


def _to_approve(actor: Actor) -> list[Waiting]:
    """Holds, and ends of holds, that another person proposed."""
    rows = [
        (row, row.approved_at is None)
        for row in outflow.waiting(actor)
        if actor.account_id
        != (row.proposed_by if row.approved_at is None else row.lift_proposed_by)
    ]
    names = names_of([row.institution_id for row, _new in rows]) if rows else {}
    return [
        Waiting(
            _("批准暂停划转") if new else _("批准恢复划转"),
            reverse(
                "desk:colour-record",
                args=[
                    names[row.institution_id].code,
                    "hold-approve" if new else "lift-approve",
                ],
            )
            + f"?hold_code={row.code}",
            subject=names[row.institution_id].name,
            number=row.document_number if new else row.lift_number,
            stage=_("待第二人批准"),
        )
        for row, new in rows
        if row.institution_id in names
    ]


def _clues(actor: Actor) -> list[Waiting]:
    """Payments outside custody that nobody looked into yet."""
    rows = list(clues.clues(actor).filter(finding=None).order_by("pk"))
    names = names_of([row.institution_id for row in rows]) if rows else {}
    return [
        Waiting(
            _("核实账户外收费的线索 %(sum)s 元") % {"sum": yuan(Fen(row.amount_fen))},
            reverse("desk:clue", args=[row.code]),
            subject=names[row.institution_id].name if row.institution_id in names else "",
            number=row.code,
            stage=_("待核实"),
        )
        for row in rows
    ]


def _cooling(actor: Actor, days: Days) -> list[Waiting]:
    """Refunds asked in the cooling-off time although something was taken."""
    pack = pack_on(days.today)
    if pack is None or days.calendar is None:
        return []
    rows = cooling_to_review(actor, pack, days.calendar)
    names = names_of([row.institution_id for row in rows]) if rows else {}
    return [
        Waiting(
            _("复核冷静期内的退费 %(sum)s 元，已上过课") % {"sum": yuan(Fen(row.amount_fen))},
            reverse("desk:refund", args=[row.code]),
            row.answer_by_on,
            subject=names[row.institution_id].name if row.institution_id in names else "",
            number=row.code,
            stage=_("待人工复核"),
        )
        for row in rows
    ]
