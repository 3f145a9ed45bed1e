"""The refund: what can be had now, why, by when; then how it goes on."""

from datetime import date

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from yuxin.access.reading import reading
from yuxin.family.forms.refund import RefundForm
from yuxin.family.pages.said import said
from yuxin.kernel.act import Call
from yuxin.kernel.actor import Role
from yuxin.kernel.calendar import Calendar
from yuxin.kernel.clock import day_of
from yuxin.kernel.money import Fen, yuan, yuan_in_words
from yuxin.kernel.refusal import NotFound, Refusal
from yuxin.look.moment import call_of, moment
from yuxin.look.page import actor_of, page
from yuxin.look.refund_words import changed_words, cooling_words, due_fact, listed_lines
from yuxin.look.tuition_words import (
    REFUND_REASONS,
    REFUND_STATES,
    holidays_between,
    session_words,
    units,
)
from yuxin.look.values import Fact, Step, SumLine
from yuxin.look.words import long_day_words
from yuxin.operations.tuition.confirm_lesson import AlreadyAnswered, confirm_lesson
from yuxin.operations.tuition.dispute_lesson import dispute_lesson
from yuxin.operations.tuition.request_refund import request_refund
from yuxin.policy.in_force import NoRulesInForce, calendar, pack_on
from yuxin.tuition.queries import banks, families, refund_sheets
from yuxin.tuition.queries.contracts import LessonLine, RefundLine, find
from yuxin.tuition.queries.families import ContractPage, RefundSheet
from yuxin.tuition.queries.refund_sheets import Standing, Terms
from yuxin.tuition.services.refunds import Sheet


@page(roles={Role.GUARDIAN}, methods=("GET", "POST"))
def refund(request: HttpRequest, code: str) -> HttpResponse:
    """Ask for the rest, or see where the refund stands."""
    contract, sheet, days, bank, terms = _read(request, code)
    form = RefundForm(
        request.POST or None,
        lessons=sheet.to_answer,
        own_cause=sheet.own_cause,
        refundable=sheet.sheet.refundable,
        initial=_seen(sheet),
    )
    if request.method == "POST" and form.is_valid() and _ask(request, code, form):
        where = reverse("family:refund", args=[code])
        return HttpResponseRedirect(f"{where}?done=refund")
    if contract.refunds and contract.refunds[0].state != "withdrawn" and not form.is_bound:
        return _progress(request, contract, contract.refunds[0], days)
    if form.is_bound:
        # The sum or the lessons may have moved: what is shown is what holds now.
        contract, sheet, days, bank, terms = _read(request, code)
        shown = {name: str(fen) for name, fen in _seen(sheet).items()}
        form.data = {**request.POST.dict(), **shown}
    context = {
        "contract": contract,
        "sheet": sheet,
        "refundable": Fen(sheet.sheet.refundable),
        "in_words": yuan_in_words(Fen(sheet.sheet.refundable)),
        "lines": _lines(contract, sheet),
        "own_lines": _own_lines(sheet),
        "second": _second_way(contract, sheet),
        "enough": _enough(contract, sheet, bank.name, bank.day),
        "is_enough": sheet.unearned_fen == sheet.sheet.left,
        "steps": _ahead(contract, sheet, days, day_of(moment(request))),
        "due": due_fact(terms),
        "cooling": cooling_words(terms),
        "form": form,
        "may_ask": contract.state == "active" and sheet.sheet.left > 0,
        "back_url": reverse("family:contract", args=[code]),
    }
    return render(request, "family/refund.html", context, status=422 if form.is_bound else 200)


def _read(
    request: HttpRequest, code: str
) -> tuple[ContractPage, RefundSheet, Calendar, banks.BankWord, Terms]:
    actor, at = actor_of(request), moment(request)
    with reading(actor):
        pack = pack_on(day_of(at))
        if pack is None:
            raise NoRulesInForce(key="calendar", day=day_of(at).isoformat())
        days = calendar(pack, "government", day_of(at))
        contract = families.contract(actor, code)
        bank = banks.last_word(actor, contract.bank_code)
        terms = refund_sheets.terms_on(find(actor, code), day_of(at), pack, days)
        sheet = families.refund_sheet(actor, code, at, days, is_cooling=terms.is_cooling)
        return contract, sheet, days, bank, terms


def _ask(request: HttpRequest, code: str, form: RefundForm) -> bool:
    """Answer the open lessons, then ask. Each is an act of its own and may be repeated."""
    told = form.cleaned_data
    try:
        for lesson_code, answer in form.answers():
            call = call_of(request, told["request_id"], f"{lesson_code}|{answer}")
            _answer_lesson(call, lesson_code, answer)
        request_refund(
            call_of(request, told["request_id"]),
            contract_code=code,
            reason=told["reason"],
            seen_fen=form.seen(),
        )
    except NotFound:
        raise
    except Refusal as refusal:
        form.refuse(refusal)
        return False
    return True


def _answer_lesson(call: Call, lesson_code: str, answer: str) -> None:
    try:
        if answer == "confirm":
            confirm_lesson(call, lesson_code=lesson_code)
        else:
            dispute_lesson(call, lesson_code=lesson_code, reason=answer, words="")
    except AlreadyAnswered:
        return  # answered in another tab, or on an earlier try of this form


def _seen(sheet: RefundSheet) -> dict[str, int]:
    """The sums that the page shows, by cause."""
    own = sheet.own_cause or sheet.sheet
    return {"seen_fen": sheet.sheet.refundable, "seen_own_fen": own.refundable}


def _own_lines(sheet: RefundSheet) -> list[SumLine]:
    """The other sum, where the contract counts the list price for the family's own cause."""
    own = sheet.own_cause
    if own is None or not own.listed:
        return []
    return [
        SumLine(_("按实付比例能退的"), Fen(own.left)),
        *listed_lines(own.listed, "LIST_PRICE"),
        SumLine(_("因自家原因退，退给您"), Fen(own.refundable), "=", total=True),
    ]


def _lines(contract: ContractPage, sheet: RefundSheet) -> list[SumLine]:
    """The arithmetic, lesson by lesson."""
    price = contract.terms["price"]["unit_fen"]
    note = _("%(count)s课时，每课时%(sum)s") % {
        "count": units(contract.total_centiunits),
        "sum": yuan(Fen(price)),
    }
    lines = [SumLine(_("您付的学费"), Fen(sheet.sheet.paid), note=note)]
    taken = [*sheet.confirmed, *sheet.to_answer, *sheet.disputed]
    for each in sorted(taken, key=lambda one: one.ordinal):
        kept, why = _taken(each)
        label = _("第%(n)d课时") % {"n": each.ordinal}
        lines.append(SumLine(label, Fen(kept), "-", note=why))
    lines.append(SumLine(_("手续费、违约金"), Fen(0), "-"))
    lines.append(SumLine(_("已经退过的"), Fen(sheet.sheet.refunded), "-"))
    lines.append(SumLine(_("退给您"), Fen(sheet.sheet.refundable), "=", total=True))
    return lines


def _taken(lesson: LessonLine) -> tuple[int, str]:
    day = _day(day_of(lesson.answered_at)) if lesson.answered_at else ""
    taught = _day(day_of(lesson.starts_at))
    if lesson.state == "confirmed":
        return lesson.amount_fen, _("%(day)s，您确认了") % {"day": day}
    if lesson.state == "deemed":
        return lesson.amount_fen, _("%(day)s，过期没答复，算上过了") % {"day": taught}
    if lesson.state == "settled":
        kept = lesson.kept_fen or 0
        if kept * 2 == lesson.amount_fen:
            return kept, _("%(day)s调解，各担一半") % {"day": day}
        return kept, _("%(day)s争议有了结果") % {"day": day}
    if lesson.state == "disputed":
        return lesson.amount_fen, _("有争议，先冻结，另外处理")
    return lesson.amount_fen, _("%(day)s上的，等您确认") % {"day": taught}


def _day(day: date) -> str:
    return _("%(month)d月%(day)d日") % {"month": day.month, "day": day.day}


def _second_way(contract: ContractPage, sheet: RefundSheet) -> list[str]:
    """The lessons never taught, plus what disputes gave back: must come to the same."""
    used = sum(each.centiunits for each in contract.lessons)
    left = contract.total_centiunits - used
    back = [
        (each.ordinal, each.amount_fen - (each.kept_fen or 0))
        for each in sheet.confirmed
        if each.state == "settled" and (each.kept_fen or 0) < each.amount_fen
    ]
    given = sum(amount for _ordinal, amount in back)
    rest = sheet.sheet.paid - sum(each.amount_fen for each in contract.lessons)
    if rest + given - sheet.sheet.refunded != sheet.sheet.refundable:
        return []
    lines = [_("没上的%(count)s课时：%(sum)s") % {"count": units(left), "sum": yuan(Fen(rest))}]
    for ordinal, amount in back:
        lines.append(_("加第%(n)d课时退回的：%(sum)s") % {"n": ordinal, "sum": yuan(Fen(amount))})
    if sheet.sheet.refunded:
        lines.append(_("减已经退过的：%(sum)s") % {"sum": yuan(Fen(sheet.sheet.refunded))})
    return lines


def _enough(
    contract: ContractPage, sheet: RefundSheet, bank_name: str, bank_day: date | None
) -> list[SumLine]:
    """What lies in custody, less what is not free."""
    sums = contract.sums
    note = _("%(bank)s，%(day)s账") % {"bank": bank_name, "day": _day(bank_day)} if bank_day else ""
    lines = [SumLine(_("这份合同在专户里的钱"), Fen(sums.is_there), note=note)]
    for label, amount in (
        (_("已确认，银行要划给机构"), sums.payable),
        (_("上了，等您确认"), sums.pending),
        (_("有争议，先冻结"), sums.frozen),
        (_("另一笔退费"), sums.refund_payable),
    ):
        if amount:
            lines.append(SumLine(label, Fen(amount), "-"))
    lines.append(SumLine(_("可以退的"), Fen(sheet.unearned_fen), "=", total=True))
    return lines


def _ahead(contract: ContractPage, sheet: RefundSheet, days: Calendar, today: date) -> list[Step]:
    """Three dates, with the holiday that lies between named."""
    count = _("%(days)d个工作日") % {"days": contract.silence_days}
    off = [
        _("%(name)s（%(first)s至%(last)s）不算")
        % {"name": name, "first": _day(first), "last": _day(last)}
        for name, first, last in holidays_between(days, today, sheet.answer_by_on)
    ]
    notes = [_("，").join([count, *off]), _("到期不答复，就算同意")]
    if sheet.provisional:
        notes.append(_("明年放假安排还没公布，日子可能要变"))
    return [
        Step(_("今天　您提交"), "now", [long_day_words(today)]),
        Step(
            _("最晚%(day)s　机构答复") % {"day": long_day_words(sheet.answer_by_on)}, "next", notes
        ),
        Step(_("下一个银行工作日　退款"), "next", [_("原路退回您付款的账户")]),
    ]


def _progress(
    request: HttpRequest, contract: ContractPage, found: RefundLine, days: Calendar
) -> HttpResponse:
    now = _standing(request, found)
    differs = found.state in ("requested", "contested", "reviewing")
    changed = changed_words(found.amount_fen, now) if differs else []
    amount = Fen(now.sheet.refundable if changed else found.amount_fen)
    context = {
        "contract": contract,
        "refund": found,
        "changed": changed,
        "lines": _now(now.sheet, found.basis),
        "state": REFUND_STATES[found.state],
        "amount_fen": amount,
        "in_words": yuan_in_words(amount),
        "cooling": cooling_words(now.terms),
        "steps": _so_far(found, days),
        "facts": [
            Fact(_("原因"), REFUND_REASONS.get(found.reason, found.reason)),
            Fact(_("申请"), session_words(found.requested_at)),
            due_fact(now.terms),
        ],
        "receipts": [each for each in contract.steps if each.reference == found.code],
        "notices": said(request),
        "back_url": reverse("family:contract", args=[contract.code]),
    }
    return render(request, "family/refund_progress.html", context)


def _standing(request: HttpRequest, found: RefundLine) -> Standing:
    """The refund as the contract stands now, under the rules of the day it was asked."""
    asked = day_of(found.requested_at)
    with reading(actor_of(request)):
        pack = pack_on(asked)
        if pack is None:
            raise NoRulesInForce(key="calendar", day=asked.isoformat())
        days = calendar(pack, "government", asked)
        return refund_sheets.standing(actor_of(request), found.code, pack, days)


def _now(sheet: Sheet, basis: str) -> list[SumLine]:
    return [
        SumLine(_("您付的学费"), Fen(sheet.paid)),
        SumLine(_("上过的课"), Fen(sheet.earned), "-"),
        SumLine(_("等您确认的课"), Fen(sheet.pending), "-"),
        SumLine(_("有争议，先冻结"), Fen(sheet.frozen), "-"),
        SumLine(_("已经退过的"), Fen(sheet.refunded), "-"),
        *listed_lines(sheet.listed, basis),
        SumLine(_("退给您"), Fen(sheet.refundable), "=", total=True),
    ]


def _so_far(found: RefundLine, days: Calendar) -> list[Step]:
    asked = Step(_("您申请了"), "done", [long_day_words(day_of(found.requested_at))])
    paid = Step(_("银行退款"), "next", [_("定了以后下一个银行工作日")])
    if found.state == "requested":
        start = day_of(found.requested_at)
        off = [
            _("%(name)s（%(first)s至%(last)s）不算")
            % {"name": name, "first": _day(first), "last": _day(last)}
            for name, first, last in holidays_between(days, start, found.answer_by_on)
        ]
        by = _("最晚%(day)s　机构答复") % {"day": long_day_words(found.answer_by_on)}
        return [asked, Step(by, "now", [*off, _("到期不答复，就算同意")]), paid]
    answered = long_day_words(day_of(found.answered_at)) if found.answered_at else ""
    if found.state == "reviewing":
        looks = Step(_("县监管员审核"), "now", [_("结果和理由会告诉您")])
        return [asked, looks, paid]
    if found.state == "contested":
        notes = [answered, _("机构写的：%(words)s") % {"words": found.answer}]
        judged = Step(_("县监管员处理"), "now", [_("结果和理由会告诉您")])
        return [asked, Step(_("机构不同意"), "stop", notes), judged, paid]
    agreed = Step(_grounds(found), "done", [answered])
    if found.state == "paid" and found.paid_on:
        done = Step(_("退到了"), "done", [long_day_words(found.paid_on)], Fen(found.amount_fen))
        return [asked, agreed, done]
    if found.state == "returned":
        back = _("对方银行退回来了，钱还在专户。监管员会联系您换一个本人账户。")
        return [asked, agreed, Step(_("银行没退成"), "stop", [back])]
    going = Step(_("银行退款"), "now", [_("下一个银行工作日，原路退回")], Fen(found.amount_fen))
    return [asked, agreed, going]


def _grounds(found: RefundLine) -> str:
    return {
        "agreed": _("机构同意了"),
        "deemed": _("机构没答复，算同意"),
        "adjudicated": _("监管部门决定退"),
    }.get(found.ground, _("定了"))
