"""What running contracts ask: the bureau decides, the institution pays by the cut-over day."""

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from yuxin.desk.tasks import Days, Waiting
from yuxin.desk.tuition_access import KEEPS_BOOKS
from yuxin.kernel.actor import Actor
from yuxin.kernel.money import Fen, yuan
from yuxin.tuition.queries.contracts import names_of
from yuxin.tuition.running import queries
from yuxin.tuition.running.permissions import DECIDES


def waiting(actor: Actor, at: datetime, days: Days) -> Sequence[Waiting]:
    """One task an institution that is not covered, by the cut-over day; two statements."""
    del at, days
    if not actor.roles & (KEEPS_BOOKS | DECIDES):
        return []
    open_ones = [each for each in queries.uncovered(actor) if each.uncovered_fen]
    if not open_ones:
        return []
    names = names_of([each.institution_id for each in open_ones])
    decides = bool(actor.roles & DECIDES)
    found = []
    for each in open_ones:
        name = names[each.institution_id].name
        if decides and each.contested:
            said = _("核定 %(n)d 份存量合同的剩余") % {"n": each.contested}
            url = f"{reverse('desk:running')}?state=contested"
            found.append(Waiting(said, url, each.cut_over_on, subject=name, stage=_("待核定")))
        said = _("存量合同还有 %(sum)s 元没有进专户") % {"sum": yuan(Fen(each.uncovered_fen))}
        url = reverse("desk:running-uncovered" if decides else "desk:running")
        found.append(Waiting(said, url, each.cut_over_on, subject=name, stage=_("未覆盖")))
    return found
