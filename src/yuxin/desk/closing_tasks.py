"""What closings and deposits ask of people at work."""

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from yuxin.desk.tasks import Days, Waiting
from yuxin.desk.tuition_access import DECIDES
from yuxin.kernel.actor import Actor, Role
from yuxin.kernel.money import Fen, yuan
from yuxin.tuition.collapse import queries as closings
from yuxin.tuition.collapse.models import Closing
from yuxin.tuition.deposits import queries as deposits
from yuxin.tuition.insurance import cover_queries as covers
from yuxin.tuition.insurance.cover_queries import ClaimLine


def waiting(actor: Actor, _at: datetime, _days: Days) -> Sequence[Waiting]:
    """The tasks of whoever reads, by role."""
    if actor.has(Role.INSURER):
        return [_claim(each) for each in covers.claims(actor) if each.claim.state == "filed"]
    if not actor.has(*DECIDES):
        return []
    uses, returns = deposits.waiting(actor)
    found = [
        Waiting(
            _("决定动用保证金 %(sum)s 元") % {"sum": yuan(Fen(each.amount_fen))},
            reverse("desk:deposit", args=[each.deposit.code]),
            stage=_("等第二人"),
        )
        for each in uses
        if each.proposed_by != actor.account_id
    ]
    found += [
        Waiting(
            _("复核退还保证金"),
            reverse("desk:deposit", args=[each.code]),
            stage=_("等第二人"),
        )
        for each in returns
        if each.return_asked_by != actor.account_id
    ]
    found += [
        Waiting(
            _("决定已确认的课费怎么处理，%(sum)s 元") % {"sum": yuan(Fen(each.amount_fen))},
            reverse("desk:closing", args=[each.closing.code]),
            number=each.closing.document_number,
            stage=_("等第二人"),
        )
        for each in closings.earned_waiting(actor)
    ]
    return found + [_closing(each) for each in closings.waiting(actor)]


def _claim(line: ClaimLine) -> Waiting:
    return Waiting(
        _("答复报案 %(sum)s 元") % {"sum": yuan(Fen(line.claim.amount_fen))},
        reverse("desk:cover-claim", args=[line.claim.code]),
        number=line.claim.certificate.number,
        subject=line.institution,
        stage=_("待答复"),
    )


def _closing(closing: Closing) -> Waiting:
    proposed = closing.state == Closing.State.PROPOSED
    return Waiting(
        _("认定机构停业或失联，暂停划转") if proposed else _("复核撤销停业认定"),
        reverse("desk:closing", args=[closing.code]),
        number=closing.document_number,
        stage=_("等第二人"),
    )
