"""The terms of a contract as the guardian reads them, from the fields that are signed."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from yuxin.kernel.money import Fen, yuan
from yuxin.look.field_words import CATEGORIES, MODES, STAGES
from yuxin.look.mode_words import mode_name, when_it_moves
from yuxin.look.tuition_words import units
from yuxin.look.values import Fact, Meter
from yuxin.look.words import long_day_words
from yuxin.rules.plans import from_terms
from yuxin.tuition.queries.limits import Cap, Caps

Terms = Mapping[str, Any]


def parties(terms: Terms) -> list[Fact]:
    """Who contracts with whom."""
    seller, family = terms["party_a"], terms["party_b"]
    licence = _("许可证%(number)s") % {"number": seller["licence"]} if seller["licence"] else ""
    grade = " ".join(filter(None, (family["school"], family["grade"])))
    return [
        Fact(_("机构"), seller["name"], licence),
        Fact(_("信用代码"), seller["uscc"] or _("没有登记"), code=True),
        Fact(_("地址"), seller["address"] or "–"),
        Fact(_("审批部门"), seller["approving"] or _("见公示页")),
        Fact(_("学员"), family["learner"], grade),
    ]


def service(terms: Terms) -> list[Fact]:
    """What is taught, where, by whom, when."""
    told = terms["service"]
    gift = (
        _("其中赠送%(count)s课时") % {"count": units(told["gift_centiunits"])}
        if told["gift_centiunits"]
        else _("没有赠送")
    )
    kind = _("、").join(
        str(each)
        for each in (
            CATEGORIES[told["category"]],
            STAGES[told["stage"]],
            MODES[told["mode"]],
        )
    )
    count = _("%(count)s课时，每课时%(minutes)d分钟") % {
        "count": units(told["centiunits"]),
        "minutes": told["lesson_minutes"],
    }
    span = _("%(first)s到%(last)s") % {
        "first": long_day_words(date.fromisoformat(told["from"])),
        "last": long_day_words(date.fromisoformat(told["to"])),
    }
    size = ngettext("最多%(count)d人", "最多%(count)d人", told["class_size_max"])
    return [
        Fact(_("课程"), told["course"], kind),
        Fact(_("班级"), told["class"], size % {"count": told["class_size_max"]}),
        Fact(_("老师"), told["teacher"]),
        Fact(_("地点"), told["place"] or _("线上")),
        Fact(_("课时"), count, gift),
        Fact(_("起止"), span),
    ]


def price(terms: Terms) -> list[Fact]:
    """What it costs."""
    told = terms["price"]
    loan = _("可以贷款") if terms["payment"]["loan"] else _("不许用贷款付")
    each = _("%(sum)s元") % {"sum": yuan(Fen(told["unit_fen"]))}
    return [
        Fact(_("总价"), _("%(sum)s元") % {"sum": told["total"]}, told["total_in_words"]),
        Fact(_("单价"), _("每课时%(sum)s") % {"sum": each}),
        Fact(_("付款"), _("一次付清"), loan),
    ]


def funds(terms: Terms) -> list[Fact]:
    """Where the money lies and when it goes to the institution."""
    told = terms["funds"]
    plan = from_terms(told)
    days = told["transfer_bank_days"]
    after = ngettext("您确认后第%(days)d个银行工作日", "您确认后第%(days)d个银行工作日", days) % {
        "days": days
    }
    silent = told["confirm_silence_working_days"]
    silence = ngettext(
        "%(days)d个工作日不答复，算上过了", "%(days)d个工作日不答复，算上过了", silent
    )
    return [
        Fact(
            _("专户"),
            told["title"],
            _("%(bank)s，末四位%(last4)s") % {"bank": told["bank"], "last4": told["last4"]},
        ),
        Fact(_("监管方式"), mode_name(plan)),
        Fact(_("划款"), when_it_moves(plan), after if plan.by_lesson else ""),
        Fact(_("不答复"), silence % {"days": silent}, _("从消息送到您那天算起")),
    ]


def refund(terms: Terms) -> list[Fact]:
    """How money comes back."""
    told = terms["refund"]
    before = told["before_start_days"]
    start = (
        ngettext("开课前%(days)d天内申请，全退", "开课前%(days)d天内申请，全退", before)
        % {"days": before}
        if before
        else _("开课前申请，全退")
    )
    answer = told["answer_working_days"]
    silence = ngettext(
        "机构%(days)d个工作日内答复，不答复算同意",
        "机构%(days)d个工作日内答复，不答复算同意",
        answer,
    ) % {"days": answer}
    gifts = _("赠送的课一起算单价") if told["gifts"] == "POOLED" else _("赠送的课不算钱")
    return [
        Fact(_("没开课"), start),
        Fact(_("开了课"), _("付的钱减去上过的课，剩下全退"), gifts),
        Fact(_("多久"), silence, _("定了以后下一个银行工作日退")),
        Fact(_("退到哪"), _("原路退回您付款的账户")),
        Fact(_("有分歧"), _("先调解，也可以打12345")),
    ]


def timetable(terms: Terms) -> list[str]:
    """Every session, one line each."""
    return [
        _("%(n)d.　%(starts)s–%(ends)s")
        % {"n": number, "starts": each["starts"], "ends": each["ends"]}
        for number, each in enumerate(terms["service"]["timetable"], start=1)
    ]


def meters(terms: Terms, caps: Caps | None) -> list[Meter]:
    """The charge against the caps in force."""
    if caps is None:
        return []
    told = terms["service"]
    return cap_meters(
        caps,
        centiunits=told["centiunits"],
        total_fen=terms["price"]["total_fen"],
        first_on=date.fromisoformat(told["from"]),
        last_on=date.fromisoformat(told["to"]),
    )


def cap_meters(
    caps: Caps, *, centiunits: int, total_fen: int, first_on: date, last_on: date
) -> list[Meter]:
    """Lessons, time and sum, each against its cap."""
    months = (last_on.year - first_on.year) * 12 + last_on.month - first_on.month
    months += 1 if last_on.day >= first_on.day else 0
    shown = [
        _meter(_("课时"), centiunits, caps.lessons, 100, units(centiunits)),
        _meter(_("时长"), max(months, 1), caps.months, 1, _("%(n)d个月") % {"n": max(months, 1)}),
    ]
    if caps.amount is not None:
        shown.append(
            Meter(
                _("金额"),
                total_fen,
                caps.amount.value,
                yuan(Fen(total_fen)),
                yuan(Fen(caps.amount.value)),
            )
        )
    return shown


def _meter(label: str, value: int, cap: Cap, scale: int, shown: str) -> Meter:
    return Meter(label, value, cap.value * scale, shown, str(cap.value))
