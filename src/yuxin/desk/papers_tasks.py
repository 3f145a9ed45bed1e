"""What papers ask of people at work."""

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from yuxin.desk.tasks import Days, Waiting
from yuxin.desk.tuition_access import KEEPS_BOOKS
from yuxin.kernel.actor import Actor, Role
from yuxin.tuition.agreements import queries as agreements
from yuxin.tuition.invoices import queries as invoices
from yuxin.tuition.invoices.queries import DIFFERS, MISSING


def waiting(actor: Actor, _at: datetime, _days: Days) -> Sequence[Waiting]:
    """Contracts to sign, invoices to record, invoices that differ."""
    found: list[Waiting] = []
    if actor.has(Role.INSTITUTION_HEAD):
        found += _to_sign(actor)
    if actor.has(*KEEPS_BOOKS):
        found += _to_invoice(actor)
    return found


def _to_sign(actor: Actor) -> list[Waiting]:
    found = agreements.to_countersign(actor, actor.institution_ids)
    if not found:
        return []
    return [
        Waiting(
            _("签 %(count)d 份合同，家长签过了，等着付款") % {"count": len(found)},
            reverse("desk:countersign"),
            number=found[0].code,
            stage=_("待签字"),
        )
    ]


def _to_invoice(actor: Actor) -> list[Waiting]:
    counted = invoices.counts(actor)
    words = {
        MISSING: (_("%(count)d 份付过款的合同还没有发票"), _("待开票")),
        DIFFERS: (_("%(count)d 份合同的发票和合同、购课人不一致"), _("待改正")),
    }
    return [
        Waiting(
            words[verdict][0] % {"count": count},
            f"{reverse('desk:three-way')}?verdict={verdict}",
            stage=words[verdict][1],
        )
        for verdict, count in counted.items()
        if count
    ]
