"""From a contract's facts to the values that components show. Nothing here asks the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypedDict

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from yuxin.kernel.clock import day_of
from yuxin.kernel.money import Fen
from yuxin.look.tuition_words import clock_words, dispute_words, session_words
from yuxin.look.values import Part, Step, SumLine
from yuxin.look.words import long_day_words
from yuxin.rules.plans import from_terms
from yuxin.tuition.queries.contracts import LessonLine, Sums
from yuxin.tuition.queries.families import ContractPage


class _Amount(TypedDict, total=False):
    """What stands at the right of a step: a sum, or a word."""

    amount_fen: Fen | None
    amount_note: str


@dataclass(frozen=True)
class Silence:
    """The deadline of a lesson: its last day, what is left, and what silence does when."""

    last_on: date
    ends: str
    left: str
    counts_from: str
    is_today: bool


def silence_of(lesson: LessonLine, at: datetime) -> Silence | None:
    """The deadline of an open lesson; None while its request has not arrived."""
    if lesson.by_on is None:
        return None
    last, today = lesson.by_on - timedelta(days=1), day_of(at)
    ends = _("今天") if last == today else long_day_words(last)
    tomorrow = lesson.by_on == today + timedelta(days=1)
    counts = _("明天") if tomorrow else long_day_words(lesson.by_on)
    return Silence(last, ends, _left(last, at), counts, last == today)


def _left(last: date, at: datetime) -> str:
    days = (last - day_of(at)).days
    if days > 0:
        return ngettext("还有%(days)d天", "还有%(days)d天", days) % {"days": days}
    if days < 0:
        return _("已经过了")
    hour, minute = (int(each) for each in clock_words(at).split(":"))
    rest = 24 * 60 - hour * 60 - minute
    return _("还有%(hours)d小时%(minutes)d分") % {"hours": rest // 60, "minutes": rest % 60}


def sum_lines(sums: Sums) -> list[SumLine]:
    """Paid less gone less refunded: what should be there."""
    return [
        SumLine(_("您付的学费"), Fen(sums.paid)),
        SumLine(_("上过的课，已划给机构"), Fen(sums.released - sums.advance), "-"),
        *_ahead(sums),
        SumLine(_("退给您的"), Fen(sums.refunded), "-"),
        SumLine(_("应该还在"), Fen(sums.should_be_there), "=", total=True),
    ]


def _ahead(sums: Sums) -> list[SumLine]:
    """What the institution holds before it was taught; nothing in most modes."""
    if not sums.advance:
        return []
    note = _("课还没上，退费时由机构补足")
    return [SumLine(_("先给了机构的"), Fen(sums.advance), "-", note=note)]


def parts(sums: Sums) -> list[Part]:
    """What the money in custody is for; what the institution holds ahead is none of it."""
    elsewhere = min(sums.advance, sums.refund_payable)
    refunding = sums.refund_payable - elsewhere
    unearned = max(sums.unearned - (sums.advance - elsewhere), 0)
    shown = [
        Part(_("还没上的课"), Fen(unearned)),
        Part(_("上了，等您确认"), Fen(sums.pending)),
        Part(_("已确认，等银行划款"), Fen(sums.payable)),
        Part(_("有争议，先冻结"), Fen(sums.frozen)),
    ]
    if refunding:
        shown.append(Part(_("正在退给您"), Fen(refunding)))
    return shown


def life(page: ContractPage, at: datetime) -> list[Step]:
    """The step line of a contract: payment, every lesson, what comes, the refund."""
    steps = [] if page.paid_at is None else [_payment(page, page.paid_at)]
    # Only where whole lessons are transferred does each know its day.
    by_lesson = from_terms(page.terms["funds"]).by_lesson
    gone = _transfers(page) if by_lesson else {}
    still = _("还在专户") if by_lesson else ""
    steps += [_lesson(each, gone.get(each.code), at, still) for each in page.lessons]
    if page.state in ("signed", "active"):
        steps += _to_come(page)
    return [*steps, *_refunds(page)]


def _payment(page: ContractPage, paid_at: datetime) -> Step:
    paid = _day(day_of(paid_at))
    if page.arrived_on is None:
        return Step(_("付学费"), "now", [paid, _("还没进专户")], Fen(page.sums.paid))
    arrived = _("%(paid)s，%(arrived)s银行到账") % {"paid": paid, "arrived": _day(page.arrived_on)}
    return Step(_("付学费"), "done", [arrived], Fen(page.sums.paid))


def _day(day: date) -> str:
    return _("%(month)d月%(day)d日") % {"month": day.month, "day": day.day}


def _transfers(page: ContractPage) -> dict[str, date]:
    """On which day the bank transferred each lesson's money: first confirmed, first transferred."""
    owed = [
        (each.answered_at, each.code, _kept(each))
        for each in page.lessons
        if each.answered_at is not None and _kept(each)
    ]
    paid: list[list[object]] = [
        [day_of(each.at), each.amount_fen] for each in page.steps if each.kind == "release_done"
    ]
    left, found = sum(int(str(each[1])) for each in paid), {}
    told = iter(paid)
    held, on = 0, None
    for _answered, code, amount in sorted(owed):
        if left < amount:
            break
        left -= amount
        while held < amount:
            on, more = next(told)
            held += int(str(more))
        held -= amount
        if isinstance(on, date):
            found[code] = on
    return found


def _kept(lesson: LessonLine) -> int:
    if lesson.state in ("confirmed", "deemed"):
        return lesson.amount_fen
    return lesson.kept_fen or 0 if lesson.state == "settled" else 0


def _lesson(lesson: LessonLine, gone_on: date | None, at: datetime, still: str) -> Step:
    number = {"n": lesson.ordinal}
    notes = [session_words(lesson.starts_at, lesson.ends_at)]
    if not lesson.present:
        notes.append(_("点名时缺席"))
    answered = _day(day_of(lesson.answered_at)) if lesson.answered_at else ""
    gone = [_("%(day)s划给机构") % {"day": _day(gone_on)}] if gone_on else []
    moved = Fen(-_kept(lesson)) if gone else None
    amount: _Amount = {"amount_fen": moved} if gone else {"amount_note": still}
    if lesson.state == "pending":
        silence = silence_of(lesson, at)
        notes.append(_("%(end)s24:00截止") % {"end": silence.ends} if silence else _("等消息送到"))
        return Step(_("第%(n)d课时　等您确认") % number, "now", notes, **amount)
    if lesson.state == "confirmed":
        return Step(_("第%(n)d课时　您确认了") % number, "done", notes + gone, **amount)
    if lesson.state == "deemed":
        title = _("第%(n)d课时　过期没答复，算上过了") % number
        return Step(title, "done", notes + gone, **amount)
    reason, words = dispute_words(lesson.dispute)
    notes.append(_("您说：%(reason)s") % {"reason": _joined(reason, words)})
    if lesson.state == "disputed":
        return Step(_("第%(n)d课时　有争议，先冻结") % number, "stop", notes, **amount)
    return _settled(lesson, notes, answered, gone, amount)


def _joined(reason: str, words: str) -> str:
    return _("%(reason)s，%(words)s") % {"reason": reason, "words": words} if words else reason


def _settled(
    lesson: LessonLine,
    notes: list[str],
    answered: str,
    gone: list[str],
    amount: _Amount,
) -> Step:
    kept, number = lesson.kept_fen or 0, {"n": lesson.ordinal}
    if kept * 2 == lesson.amount_fen:
        title, half = _("第%(n)d课时　各担一半") % number, _("%(day)s调解，一半回到合同")
    elif kept == 0:
        title, half = _("第%(n)d课时　不算上过") % number, _("%(day)s有了结果，全部回到合同")
    elif kept == lesson.amount_fen:
        title, half = _("第%(n)d课时　算上过") % number, _("%(day)s有了结果")
    else:
        title, half = _("第%(n)d课时　争议有了结果") % number, _("%(day)s有了结果，一部分回到合同")
    notes = [*notes, half % {"day": answered}, *gone]
    if not kept:
        return Step(title, "done", notes, amount_note=_("还在专户"))
    return Step(title, "half", notes, **amount)


def _to_come(page: ContractPage) -> list[Step]:
    """The next session by itself, all others in one line."""
    taught = {each.starts_at for each in page.lessons}
    left = [
        each for each in page.sessions if each.called_at is None and each.starts_at not in taught
    ]
    if not left:
        return []
    number = len(page.lessons) + 1
    note = _("还在专户") if page.paid_at else ""
    first = Step(
        _("第%(n)d课时　还没上") % {"n": number},
        "next",
        [session_words(left[0].starts_at, left[0].ends_at)],
        amount_note=note,
    )
    if len(left) == 1:
        return [first]
    last = _("第%(first)d至%(last)d课时　还没上") % {
        "first": number + 1,
        "last": number + len(left) - 1,
    }
    until = _("到%(day)s") % {"day": long_day_words(day_of(left[-1].starts_at))}
    return [first, Step(last, "next", [until], amount_note=note)]


def _refunds(page: ContractPage) -> Sequence[Step]:
    shown = []
    for each in reversed(page.refunds):
        asked = _("%(day)s您申请") % {"day": _day(day_of(each.requested_at))}
        if each.state == "paid":
            paid = [asked, _("%(day)s退到") % {"day": _day(each.paid_on)}] if each.paid_on else []
            shown.append(Step(_("退给您"), "done", paid or [asked], Fen(-each.amount_fen)))
        elif each.state == "withdrawn":
            shown.append(Step(_("退费没有办成"), "stop", [asked]))
        else:
            by = _("机构最晚%(day)s答复") % {"day": long_day_words(each.answer_by_on)}
            notes = [asked, by] if each.state == "requested" else [asked]
            shown.append(Step(_("退费在办"), "now", notes, amount_note=_("还在专户")))
    return shown
