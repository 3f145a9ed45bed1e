"""What the phone and the workbench both say of a refund: what changed, by when, cooling-off."""

from django.utils.translation import gettext as _

from yuxin.kernel.clock import day_of
from yuxin.kernel.money import Fen, yuan
from yuxin.look.tuition_words import LESSON_STATES
from yuxin.look.values import Fact, SumLine
from yuxin.look.words import long_day_words
from yuxin.tuition.queries.contracts import LessonLine
from yuxin.tuition.queries.refund_sheets import Standing, Terms


def changed_words(then_fen: int, standing: Standing) -> list[str]:
    """Why the sum is another than when it was asked; empty where it is the same."""
    now = standing.sheet.refundable
    if now == then_fen:
        return []
    said = _("申请时%(then)s元，现在%(now)s元：") % {
        "then": yuan(Fen(then_fen)),
        "now": yuan(Fen(now)),
    }
    return [said, *(_lesson(each) for each in standing.changed)]


def _lesson(each: LessonLine) -> str:
    answered = long_day_words(day_of(each.answered_at)) if each.answered_at else ""
    return _("第%(n)d课时，%(day)s%(state)s，%(sum)s元") % {
        "n": each.ordinal,
        "day": answered,
        "state": LESSON_STATES[each.state],
        "sum": yuan(Fen(each.amount_fen)),
    }


def due_fact(terms: Terms) -> Fact:
    """By when the money must be back: the day, or that the place has to say it."""
    when = _("开课前申请") if terms.before_start else _("开课后申请")
    if terms.due_on is None:
        return Fact(_("最晚退到"), _("期限由当地规定"), _("没有期限，也不影响您退费"))
    kind = _("%(days)d个工作日") if terms.working else _("%(days)d天")
    count = kind % {"days": terms.due_days or 0}
    note = _("%(when)s，%(count)s") % {"when": when, "count": count}
    return Fact(_("最晚退到"), long_day_words(terms.due_on), note)


def cooling_words(terms: Terms) -> str:
    """What the cooling-off time means here; nothing once it is over."""
    if terms.is_in_full and terms.consumed and terms.full_until is not None:
        return _("合同写明到%(day)s申请的全额退；已经上过课，由监管员先审核。") % {
            "day": long_day_words(terms.full_until)
        }
    if not terms.is_cooling or terms.cooling_until is None:
        return ""
    until = long_day_words(terms.cooling_until)
    if terms.consumed:
        return _("付款后七天内（到%(day)s）申请的：上过的课按合同价扣，由监管员复核。") % {
            "day": until
        }
    return _("付款后七天内（到%(day)s），一节没上，学费全退。") % {"day": until}


def listed_lines(listed_fen: int, basis: str) -> list[SumLine]:
    """What the list price takes on top, where that is what counts; else no line."""
    if basis == "PROPORTIONAL":
        return []
    note = _("家长自身原因退费，合同约定上过的课按标价扣，赠送的课不扣")
    return [SumLine(_("上过的课按标价多扣的"), Fen(listed_fen), "-", note=note)]
