"""Proceedings of every kind as tasks: those in the reader's charge and those nobody took."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from yuxin.assessment.alerts.models import Alert
from yuxin.cases import queries as cases
from yuxin.cases.models import Proceeding
from yuxin.desk.alert_words import english
from yuxin.desk.proceeding_words import address, due_of, state_words, task_words
from yuxin.desk.tasks import Days, Waiting
from yuxin.kernel.actor import Actor
from yuxin.kernel.money import Fen, yuan
from yuxin.operations.kinds import KINDS
from yuxin.tuition.breaks.queries import of_other_banks
from yuxin.tuition.queries.contracts import names_of


def waiting(actor: Actor, at: datetime, days: Days) -> Sequence[Waiting]:
    """The tasks of whoever reads; two statements, and one where alerts are among them."""
    del at
    mine = cases.inbox(actor, KINDS).exclude(gap__in=of_other_banks(actor))
    found = list(mine.order_by("due_on", "pk"))
    names = names_of(each.institution_id for each in found) if found else {}
    alerts = _alerts([each.pk for each in found if each.kind == "alert"])
    return [
        Waiting(
            _title(each, alerts.get(each.pk)),
            address(each),
            each.due_on,
            subject=names[each.institution_id].name if each.institution_id in names else "",
            number=each.reference,
            stage=state_words(each),
            due=due_of(each, days),
        )
        for each in found
    ]


def _alerts(proceedings: Sequence[int]) -> dict[int, Alert]:
    """The alerts of proceedings: a task says what was found, not only that something was."""
    if not proceedings:
        return {}
    rows = Alert.objects.filter(proceeding_id__in=proceedings)
    return {each.proceeding_id: each for each in rows}


def _title(proceeding: Proceeding, alert: Alert | None) -> str:
    if alert is not None:
        found = alert.en if english() else alert.zh
        return _("%(task)s：%(found)s") % {
            "task": task_words(proceeding),
            # zh: the full stop of a sentence, which the title of a task does without
            "found": found.rstrip("。."),
        }
    if proceeding.amount_fen is None:
        return task_words(proceeding)
    return _("%(task)s %(sum)s 元") % {
        "task": task_words(proceeding),
        "sum": yuan(Fen(proceeding.amount_fen)),
    }
