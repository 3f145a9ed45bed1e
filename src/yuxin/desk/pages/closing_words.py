"""What the console of a closing says."""

from typing import Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from yuxin.kernel.money import Fen
from yuxin.look.tuition_words import session_words
from yuxin.look.values import Fact, Step, SumLine
from yuxin.tuition.collapse.models import Claim, Closing, EarnedUse
from yuxin.tuition.collapse.queries import ClosingPage

KINDS: Final = {"CLOSED": gettext_lazy("停业"), "ABSCONDED": gettext_lazy("失联")}
STATES: Final = {
    "proposed": gettext_lazy("已提出，等第二人认定"),
    "rejected": gettext_lazy("没有认定"),
    "declared": gettext_lazy("已认定，划转暂停"),
    "undone": gettext_lazy("已撤销"),
}
CLAIM_STATES: Final = {
    Claim.State.LISTED: gettext_lazy("已列入，还没退"),
    Claim.State.ORDERED: gettext_lazy("已排退款"),
    Claim.State.UNDONE: gettext_lazy("已撤销"),
}


def facts(found: ClosingPage) -> list[Fact]:
    """What was proposed and decided."""
    closing = found.closing
    rows = [
        Fact(
            _("机构"),
            found.entry.name,
            url=reverse("desk:institution", args=[found.entry.code]),
        ),
        Fact(_("认定"), KINDS[closing.kind]),
        Fact(_("文号"), closing.document_number),
        Fact(_("自何日起"), closing.effective_on.isoformat()),
        Fact(_("事实和依据"), closing.reason),
        Fact(_("家长问哪里"), closing.contact),
        Fact(_("提出"), session_words(closing.proposed_at)),
    ]
    if closing.decided_at:
        rows.append(Fact(_("第二人决定"), session_words(closing.decided_at)))
    if closing.claims_sha256:
        rows.append(
            Fact(
                _("清单摘要"), closing.claims_sha256[:16], _("写入存证，改一分就对不上"), code=True
            )
        )
    if closing.undo_reason:
        rows.append(Fact(_("申请撤销的理由"), closing.undo_reason))
    return rows


def sums(found: ClosingPage) -> list[SumLine]:
    """From what families are owed to what nobody has covered."""
    run = found.progress
    return [
        SumLine(_("应退"), Fen(run.claim_fen)),
        SumLine(_("各合同自己专户里的钱"), Fen(run.held_fen), "-"),
        SumLine(_("保证金已定支付"), Fen(run.deposit_fen), "-"),
        SumLine(_("保险已付"), Fen(run.insurance_fen), "-"),
        *([SumLine(_("机构的课费抵付"), Fen(run.set_off_fen), "-")] if run.set_off_fen else []),
        SumLine(_("清算债权（学员退费第1位）"), Fen(run.open_fen), "=", total=True),
    ]


def progress(found: ClosingPage) -> list[Step]:
    """The run from the hold to the last refund."""
    run, closing = found.progress, found.closing
    if closing.state != Closing.State.DECLARED:
        return []
    return [
        Step(_("划转暂停，清单列出"), "done", [_count(run.claims)]),
        _step(_("告知家庭"), run.told, run.claims),
        _step(_("排专户退款"), run.ordered, run.claims, stopped=not closing.running),
        _step(_("银行退到家长账户"), run.paid, run.claims),
    ]


EARNED_WAYS: Final = {
    EarnedUse.Way.SET_OFF: gettext_lazy("抵付家庭的缺口"),
    EarnedUse.Way.HELD: gettext_lazy("留给清算人"),
}
EARNED_STATES: Final = {
    EarnedUse.State.PROPOSED: gettext_lazy("等第二人决定"),
    EarnedUse.State.DECIDED: gettext_lazy("已决定"),
    EarnedUse.State.REJECTED: gettext_lazy("没有同意"),
}


def earned(use: EarnedUse) -> str:
    """What was proposed of earned fees, and how far it is."""
    way, state = EARNED_WAYS[EarnedUse.Way(use.way)], EARNED_STATES[EarnedUse.State(use.state)]
    return _("%(way)s：%(state)s") % {"way": way, "state": state}


def _count(number: int) -> str:
    return ngettext("%(n)d份合同", "%(n)d份合同", number) % {"n": number}


def _step(title: str, done: int, of: int, *, stopped: bool = False) -> Step:
    note = _("%(done)d / %(of)d") % {"done": done, "of": of}
    if done >= of:
        return Step(title, "done", [note])
    if stopped:
        return Step(title, "stop", [note, _("没有在跑")])
    return Step(title, "now" if done else "next", [note])


def notices(found: ClosingPage, *, done: bool, refused: str) -> list[tuple[str, str]]:
    """What stands above the console."""
    told = []
    if refused:
        told.append(("red", refused))
    if done:
        told.append(("green", _("办好了，已写入存证。")))
    if found.progress.returned:
        told.append(
            (
                "yellow",
                _("有%(n)d笔退款被对方银行退回，请到“退费”逐笔改道。")
                % {"n": found.progress.returned},
            )
        )
    closing = found.closing
    if closing.state == Closing.State.DECLARED and closing.undo_asked_by is not None:
        told.append(("yellow", _("有人申请撤销，退款已停，等第二人复核。")))
    return told
