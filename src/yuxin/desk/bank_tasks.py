"""What banks ask of people at work: accounts to move on, late files, orders without a result."""

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from yuxin.assessment.alerts.kind import BUREAU
from yuxin.desk.tasks import Days, Waiting
from yuxin.kernel.actor import Actor, Role
from yuxin.kernel.money import Fen, yuan
from yuxin.tuition.custody import queries as custody
from yuxin.tuition.custody.permissions import DECIDES, FILES, VERIFIES
from yuxin.tuition.queries.contracts import names_of
from yuxin.tuition.reconciliation import board
from yuxin.tuition.selection import queries as selection
from yuxin.tuition.selection.permissions import SCORES


def waiting(actor: Actor, at: datetime, days: Days) -> Sequence[Waiting]:
    """The tasks of the bureau and of a bank; their breaks stand among the proceedings."""
    del at
    if not actor.has(*FILES, *VERIFIES):
        return _selections(actor, days)
    own = _of_bank(actor, days) if actor.has(Role.BANK) else []
    late = _of_bureau(actor, days) if actor.roles & BUREAU else []
    return [*_accounts(actor), *own, *late, *_selections(actor, days)]


def _selections(actor: Actor, days: Days) -> list[Waiting]:
    """Sheets that the reader owes; calls that a bank may still apply for."""
    owed = selection.to_score(actor) if actor.has(*SCORES) else []
    calls = selection.to_apply(actor, days.today) if actor.has(Role.BANK) else []
    tasks = [(_("给托管银行评分"), each, each.scoring_until) for each in owed]
    tasks += [(_("申请做托管银行"), each, each.closing_on) for each in calls]
    return [
        Waiting(word, reverse("desk:bank-selection", args=[each.code]), by_on, each.title)
        for word, each, by_on in tasks
    ]


def _of_bureau(actor: Actor, days: Days) -> list[Waiting]:
    """Banks that owe files for more than one bank day; a statement a bank, and banks are few.

    One task a bank: its institutions are not blamed for it (see decisions, Silence).
    """
    found = []
    for bank in board.banks_of(actor):
        missing = [
            (day, kinds)
            for day, kinds in board.missing_files(bank.code, days.today)
            if days.bank is None or days.bank.working_days_between(day, days.today) > 1
        ]
        if missing:
            first = missing[0][0]
            found.append(
                Waiting(
                    _("催报银行文件：缺 %(n)d 天，最早 %(day)s")
                    % {"n": len(missing), "day": first.isoformat()},
                    f"{reverse('desk:reconciliation')}?day={first}",
                    first,
                    subject=bank.name,
                    stage=_("银行未报齐"),
                )
            )
    return found


def _accounts(actor: Actor) -> list[Waiting]:
    words = {
        "OPENED": (FILES, _("备案预收费专户")),
        "FILED": (VERIFIES, _("核验预收费专户")),
        "VERIFIED": (DECIDES, _("开通预收费专户的支付")),
    }
    found = [
        (one, words[one.state][1])
        for one in custody.waiting_for_bureau(actor)
        if actor.has(*words[one.state][0])
    ]
    names = names_of([one.institution_id for one, _word in found])
    return [
        Waiting(
            word,
            reverse("desk:custody-account", args=[names[one.institution_id].code]),
            subject=str(names[one.institution_id]),
            number=f"{one.bank_name} {one.number_last4}",
        )
        for one, word in found
    ]


def _of_bank(actor: Actor, days: Days) -> list[Waiting]:
    """A bank's own: orders without a result, files of past days that are missing."""
    own = board.bank_of(actor)
    late = board.unanswered(actor, own, days.today)
    tasks = [
        Waiting(
            _("指令未报结果：%(n)d 笔，%(sum)s 元")
            % {"n": late.count, "sum": yuan(Fen(late.amount_fen))},
            f"{reverse('desk:instructions')}?state=sent",
            late.oldest_on,
            stage=_("待执行、待回报"),
        )
    ]
    files = [
        Waiting(
            _("缺 %(day)s 的文件：%(kinds)s") % {"day": day.isoformat(), "kinds": ", ".join(kinds)},
            f"{reverse('desk:reconciliation')}?day={day}",
            day,
            stage=_("待报送"),
        )
        for day, kinds in board.missing_files(own, days.today)
    ]
    return [*(tasks if late.count else []), *files]
