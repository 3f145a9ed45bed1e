"""What a page says of a proceeding besides what every proceeding has, by kind."""

from collections.abc import Callable
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yuxin.cases.models import Proceeding
from yuxin.desk.tuition_access import SEES_BOOKS
from yuxin.kernel.actor import Actor
from yuxin.kernel.money import Fen, yuan
from yuxin.look.tuition_words import dispute_words
from yuxin.look.values import Fact
from yuxin.tuition.disputes import queries as disputes

CAUSES: Final = {
    "platform_only": gettext_lazy("我方有、银行没有"),
    "bank_only": gettext_lazy("银行有、我方没有"),
    "amount_diff": gettext_lazy("金额不符"),
    "status_diff": gettext_lazy("状态不符"),
    "duplicate": gettext_lazy("重复到账"),
    "date_diff": gettext_lazy("账务日不符"),
    "bal_diff": gettext_lazy("余额不符"),
    "file_missing": gettext_lazy("文件没到"),
}
LEVELS: Final = {
    1: gettext_lazy("逐笔"),
    2: gettext_lazy("账户余额"),
    3: gettext_lazy("分户账"),
    4: gettext_lazy("凭据"),
}


def _sum(fen: int) -> str:
    return _("%(sum)s元") % {"sum": yuan(Fen(fen))}


def of_break(_actor: Actor, about: Proceeding) -> list[Fact]:
    """What differs, and what is held for it."""
    gap = about.gap
    facts = [
        Fact(_("差异"), CAUSES[gap.cause], LEVELS[gap.level]),
        Fact(_("银行"), gap.bank_code, gap.account_last4 and f"*{gap.account_last4}"),
        Fact(_("账务日"), gap.account_day.isoformat()),
    ]
    if gap.expected_fen is not None:
        facts.append(Fact(_("我方记的"), _sum(gap.expected_fen)))
    if gap.found_fen is not None:
        facts.append(Fact(_("银行记的"), _sum(gap.found_fen)))
    if gap.reference:
        facts.append(Fact(_("指向"), gap.reference, code=True))
    if gap.held_fen and about.closed_at is None:
        facts.append(Fact(_("挂账"), _sum(gap.held_fen), _("不属任何家庭或机构")))
    return facts


def of_dispute(actor: Actor, about: Proceeding) -> list[Fact]:
    """Which lesson, what the family says, what is proposed or came of it."""
    found = disputes.of_proceeding(actor, about.pk)
    reason, words = dispute_words(found.reason)
    contract = reverse("desk:contract", args=[found.contract_code])
    may_open = bool(actor.roles & SEES_BOOKS)
    facts = [
        Fact(_("课时"), _("第%(n)d课时") % {"n": found.ordinal}),
        Fact(_("合同"), found.contract_code, url=contract if may_open else "", code=True),
        Fact(_("家长说的"), reason, words),
    ]
    if found.proposal:
        kept, back = _sum(found.proposal.kept_fen), _sum(found.proposal.back_fen)
        facts += [
            Fact(_("方案"), _("机构得%(kept)s，退回合同%(back)s") % {"kept": kept, "back": back}),
            Fact(_("方案的理由"), found.proposal.words),
            Fact(_("家长"), _said(done=found.proposal.guardian_said)),
            Fact(_("机构"), _said(done=found.proposal.institution_said)),
        ]
    if found.kept_fen is not None:
        kept, back = _sum(found.kept_fen), _sum(found.amount_fen - found.kept_fen)
        facts.append(
            Fact(_("结果"), _("机构得%(kept)s，退回合同%(back)s") % {"kept": kept, "back": back})
        )
    return facts


def _said(*, done: bool) -> str:
    return _("已同意") if done else _("还没答复")


def of_top_up(_actor: Actor, about: Proceeding) -> list[Fact]:
    """What the deposit must be and what it is; by measuring of this or an earlier morning."""
    order = about.top_up
    return [
        Fact(_("保证金"), about.reference, url=_deposit(about), code=True),
        Fact(_("底线"), _sum(order.floor_fen)),
        Fact(_("余额"), _sum(order.balance_fen)),
        Fact(_("汇款附言"), about.reference, _("缴存时写在附言里，银行的流水凭它对上"), code=True),
    ]


def _deposit(about: Proceeding) -> str:
    return reverse("desk:deposit", args=[about.reference])


FACTS: Final[dict[str, Callable[[Actor, Proceeding], list[Fact]]]] = {
    "break": of_break,
    "lesson_dispute": of_dispute,
    "top_up_order": of_top_up,
}


def facts_of(actor: Actor, about: Proceeding) -> list[Fact]:
    """The facts of a proceeding's own kind. Runs inside a reading."""
    told = FACTS.get(about.kind)
    return told(actor, about) if told else []
