"""What tuition asks of people at work beside proceedings: rolls to call."""

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from yuxin.desk.tasks import Days, Waiting
from yuxin.desk.tuition_access import INSIDE, KEEPS_BOOKS
from yuxin.kernel.actor import Actor, Role
from yuxin.kernel.clock import day_of
from yuxin.kernel.money import Fen, yuan
from yuxin.look.tuition_words import clock_words
from yuxin.look.words import long_day_words
from yuxin.tuition.queries import exposure, institutions
from yuxin.tuition.queued import queries as queued


def waiting(actor: Actor, at: datetime, days: Days) -> Sequence[Waiting]:
    """The tasks of whoever reads, by role."""
    del days
    if actor.has(*INSIDE):
        return [one for number in actor.institution_ids for one in _inside(actor, number, at)]
    return []


def _inside(actor: Actor, number: int, at: datetime) -> list[Waiting]:
    found = []
    if actor.has(Role.INSTITUTION_HEAD, Role.INSTITUTION_TEACHER):
        found = [
            Waiting(
                _("点名：%(course)s第%(n)d次课，%(day)s%(clock)s")
                % {
                    "course": each.class_group.course.name,
                    "n": each.ordinal,
                    "day": long_day_words(day_of(each.starts_at)),
                    "clock": clock_words(each.starts_at),
                },
                reverse("desk:roll", args=[each.code]),
                day_of(each.starts_at),
                subject=each.class_group.name,
                stage=_("待点名"),
            )
            for each in institutions.sessions_to_call(actor, number, at)
        ]
        found += _conflicts(actor, number)
    if not actor.has(*KEEPS_BOOKS):
        return found
    return found + [
        Waiting(
            _("补足退费 %(sum)s 元，家长在等") % {"sum": yuan(Fen(each.left_fen))},
            reverse("desk:debt", args=[each.code]),
            each.due_on,
            number=each.contract_code,
            stage=_("待补足"),
        )
        for each in exposure.debts(actor, only_open=True)
        if each.institution_id == number and each.state == "open"
    ]


def _conflicts(actor: Actor, number: int) -> list[Waiting]:
    """Rolls from the reader's phone that could not be recorded."""
    return [
        Waiting(
            _("手机上点的名没有记上，请核对"),
            reverse("desk:roll", args=[each.subject]),
            day_of(each.received_at),
            stage=_("待核对"),
        )
        for each in queued.open_conflicts(actor)
        if each.institution_id == number
    ]
