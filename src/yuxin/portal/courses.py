"""Courses of an institution against the caps in force, and the refund rule."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from yuxin.kernel.calendar import add_months
from yuxin.kernel.clock import day_of
from yuxin.kernel.money import Fen, yuan
from yuxin.look.values import Fact, Meter
from yuxin.look.words import long_day_words
from yuxin.portal import words
from yuxin.rules.pack import Pack
from yuxin.rules.table import fired_rows
from yuxin.rules.values import MARK_WORDS, Value
from yuxin.tuition.public import PublicClass, PublicCourse


def shown(
    courses: Sequence[PublicCourse],
    classes: Sequence[PublicClass],
    pack: Pack | None,
    day: date,
) -> dict[str, Any]:
    """The part of the page on courses: each with meters and classes, and one sentence above."""
    groups: dict[str, list[PublicClass]] = {}
    for one in classes:
        groups.setdefault(one.course_code, []).append(one)
    rows = [_course(each, groups.get(each.code, []), pack, day) for each in courses]
    over = sum(any(meter.value > meter.cap for meter in row["meters"]) for row in rows)
    return {
        "courses": rows,
        "caps_kind": "yellow" if over else "green",
        "caps_note": _caps_note(len(rows), over) if rows and pack else "",
        "refund": refund(pack, day) if rows and pack else [],
    }


def _caps_note(count: int, over: int) -> str:
    if over:
        return ngettext(
            "%(n)s门课超过了现在一次收费的上限（斜线后面的数）。",
            "%(n)s门课超过了现在一次收费的上限（斜线后面的数）。",
            over,
        ) % {"n": over}
    return ngettext(
        "%(n)s门课都没有超过一次收费的上限（斜线后面的数）。",
        "%(n)s门课都没有超过一次收费的上限（斜线后面的数）。",
        count,
    ) % {"n": count}


def _course(
    course: PublicCourse, classes: Sequence[PublicClass], pack: Pack | None, day: date
) -> dict[str, Any]:
    return {
        "classes": [_class(one) for one in classes],
        "name": words.han(course.name),
        "unit_price": Fen(course.unit_price_fen),
        "minutes": course.lesson_minutes,
        "total": Fen(course.total_fen),
        "gifts": words.units(course.gift_centiunits) if course.gift_centiunits else "",
        "first_on": course.first_on,
        "last_on": course.last_on,
        "meters": _meters(course, pack, day) if pack else [],
    }


def _class(one: PublicClass) -> dict[str, Any]:
    starts = one.first_starts_at
    return {
        "name": words.han(one.name),
        "starts": _("%s开课") % long_day_words(day_of(starts)) if starts else "",
        "url": reverse("family:enrol", args=[one.code]),
    }


def _meters(course: PublicCourse, pack: Pack, day: date) -> list[Meter]:
    lessons = pack.on("prepay.lessons_max", day).integer
    months = pack.on("prepay.months_max", day).integer
    units = course.paid_centiunits + course.gift_centiunits
    weeks = -(-((course.last_on - course.first_on).days + 1) // 7)
    meters = [
        Meter(_("课时"), units, lessons * 100, words.units(units), str(lessons)),
        Meter(
            _("时长"),
            (course.last_on - course.first_on).days + 1,
            (add_months(course.first_on, months) - course.first_on).days,
            ngettext("%(n)s周", "%(n)s周", weeks) % {"n": weeks},
            ngettext("%(n)s个月", "%(n)s个月", months) % {"n": months},
        ),
    ]
    if _amount_binds(course, pack, day):
        cap = pack.on("prepay.amount_max_fen", day).integer
        total = course.total_fen
        meters.append(Meter(_("金额（元）"), total, cap, _yuan(total), _yuan(cap)))
    return meters


def _amount_binds(course: PublicCourse, pack: Pack, day: date) -> bool:
    rows = pack.on("prepay.amount_max_binds", day).rows
    return bool(fired_rows(rows, {"category": course.category}))


def _yuan(fen: int) -> str:
    return yuan(Fen(fen)).removesuffix(".00")


def refund(pack: Pack, day: date) -> list[Fact]:
    """What a family gets back, and by when: each with the rule in force it rests on."""
    silence = pack.on("prepay.refund_silence_working_days", day)
    basis = pack.on("prepay.refund_price_basis", day)
    by_price = basis.text == "PROPORTIONAL"
    facts = [
        Fact(_("开课前"), _("全退。"), _source(basis)),
        Fact(
            _("开课后"),
            _("没上的课全退。"),
            _noted(_("按您实际付的价钱算，赠送的课也算在里面。") if by_price else "", basis),
        ),
        Fact(
            _("多久答复"),
            ngettext("%(n)s个工作日。", "%(n)s个工作日。", silence.integer)
            % {"n": silence.integer},
            _noted(_("到期不答复，就算机构同意。"), silence),
        ),
    ]
    if pack.has("prepay.refund_due_before_start_days", day):
        due = pack.on("prepay.refund_due_before_start_days", day)
        facts.append(Fact(_("多久退到"), _due(pack, day), _source(due)))
    facts.append(Fact(_("退到哪里"), _("从专户退回您付款的账户。")))
    return facts


def _noted(note: str, value: Value) -> str:
    return format_html("{} {}", note, _source(value)) if note else _source(value)


def _source(value: Value) -> str:
    """The source of one rule and how far it may be relied on: a proposal is never law."""
    zh, en = MARK_WORDS[value.mark]
    mark = en if (get_language() or "").startswith("en") else zh
    place = words.han(value.cite.instrument)
    return format_html(_("依据：{place}（{mark}）"), place=place, mark=mark)


def _due(pack: Pack, day: date) -> str:
    days = {
        "before": pack.on("prepay.refund_due_before_start_days", day).integer,
        "after": pack.on("prepay.refund_due_after_start_days", day).integer,
    }
    if pack.on("prepay.refund_due_counts", day).text == "WORKING_DAY":
        return _("开课前申请%(before)s个工作日，开课后%(after)s个工作日。") % days
    return _("开课前申请%(before)s天，开课后%(after)s天。") % days
