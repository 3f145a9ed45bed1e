"""What tuition asks of people at work: rolls, refunds, disputes, breaks."""

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from yuxin.desk.tasks import Days, Waiting
from yuxin.desk.tuition_access import DECIDES, INSIDE, KEEPS_BOOKS
from yuxin.kernel.actor import Actor, Role
from yuxin.kernel.clock import day_of
from yuxin.kernel.money import Fen, yuan
from yuxin.look.tuition_words import clock_words
from yuxin.look.words import long_day_words
from yuxin.tuition.queries import exposure, institutions, officers
from yuxin.tuition.queued import queries as queued


def waiting(actor: Actor, at: datetime, days: Days) -> Sequence[Waiting]:
    """The tasks of whoever reads, by role."""
    if actor.has(*INSIDE):
        return [one for number in actor.institution_ids for one in _inside(actor, number, at, days)]
    return _bureau(actor) if actor.has(*DECIDES) else []


def _inside(actor: Actor, number: int, at: datetime, days: Days) -> list[Waiting]:
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
    found += [
        Waiting(
            _("答复退费 %(sum)s 元，逾期视为同意") % {"sum": yuan(Fen(each.amount_fen))},
            reverse("desk:refund", args=[each.code]),
            each.answer_by_on,
            number=each.contract_code,
            stage=_("待答复"),
        )
        for each in institutions.open_refunds(actor, number)
        if each.state == "requested"
    ]
    found += [
        Waiting(
            _("补足退费 %(sum)s 元，家长在等") % {"sum": yuan(Fen(each.amount_fen))},
            reverse("desk:debt", args=[each.code]),
            each.due_on,
            number=each.contract_code,
            stage=_("待补足"),
        )
        for each in exposure.debts(actor, only_open=True)
        if each.institution_id == number and each.state == "open"
    ]
    del days
    return found + [
        Waiting(
            _("家长对第%(n)d课时有异议，冻结 %(sum)s 元")
            % {"n": each.ordinal, "sum": yuan(Fen(each.amount_fen))},
            reverse("desk:dispute", args=[each.code]),
            number=each.contract_code,
            stage=_("监管部门处理"),
        )
        for each in institutions.disputes(actor, number)
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


def _bureau(actor: Actor) -> list[Waiting]:
    matters = officers.open_matters(actor)
    words = {
        "contested": (_("裁定退费 %(sum)s 元"), _("待裁定")),
        "returned": (_("退费被银行退回 %(sum)s 元"), _("待改道")),
    }
    refunds = [
        Waiting(
            words[each.state][0] % {"sum": yuan(Fen(each.amount_fen))},
            reverse("desk:refund", args=[each.code]),
            number=each.contract_code,
            stage=words[each.state][1],
        )
        for each in [*matters.contested, *matters.returned]
    ]
    disputes = [
        Waiting(
            _("处理课时争议，冻结 %(sum)s 元") % {"sum": yuan(Fen(each.amount_fen))},
            reverse("desk:dispute", args=[each.code]),
            number=each.contract_code,
            stage=_("待处理"),
        )
        for each in matters.disputes
    ]
    breaks = [
        Waiting(
            _("银行流水对不上：%(sum)s 元") % {"sum": yuan(Fen(each.amount_fen))},
            reverse("desk:breaks"),
            number=each.bank_serial,
            stage=_("待核对"),
        )
        for each in matters.breaks
    ]
    return refunds + disputes + breaks
