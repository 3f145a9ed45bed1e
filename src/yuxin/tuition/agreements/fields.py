"""The fields of the model contract beyond the plain ones (funds-rules 5), and their snapshots."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from yuxin.kernel.canonical import Json
from yuxin.rules.earning import PriceBasis
from yuxin.rules.pack import Pack
from yuxin.rules.table import fired_rows
from yuxin.tuition.agreements.models import Billing, CourseTerms, Method
from yuxin.tuition.models import ClassGroup, Course
from yuxin.tuition.services.joining import Share

UNPAID_DAYS = "charges.unpaid_days"
GUIDE = "charges.guide_prices"
BASIS = "prepay.refund_price_basis"


@dataclass(frozen=True)
class Setting:
    """What a contract is drawn up in: the class, what is bought of it, and the day's rules."""

    group: ClassGroup
    share: Share
    conditions: CourseTerms
    pack: Pack
    day: date


def conditions_of(course: Course) -> CourseTerms:
    """What the institution filled in for a course; the plain case where it did not."""
    return CourseTerms.objects.filter(course=course).first() or CourseTerms(
        course=course, institution_id=course.institution_id, method=Method.SMALL
    )


def completed(terms: Mapping[str, Json], setting: Setting) -> dict[str, Json]:
    """The terms with the fields that the plain ones leave out."""
    told, course = setting.conditions, setting.group.course
    payment, refund = terms["payment"], terms["refund"]
    assert isinstance(payment, dict)
    assert isinstance(refund, dict)
    return {
        **terms,
        "payment": {**payment, "unpaid_days": _whole(setting.pack, UNPAID_DAYS, setting.day)},
        "refund": {**refund, "basis": _basis(setting)},
        "service_more": _service(setting),
        "price_more": _price(course, setting),
        "refund_more": {
            "full_after_days": told.full_refund_after_days,
            "penalty_institution": told.penalty_institution,
            "penalty_family": told.penalty_family,
        },
        "dispute_more": {"mediator": told.mediator},
        "caps": caps_snapshot(course.category, setting.pack, setting.day),
    }


def _basis(setting: Setting) -> str:
    """The list price counts only where the institution wrote it in and policy permits it (N15)."""
    permitted = setting.pack.on(BASIS, setting.day).text == PriceBasis.LIST_PRICE
    if setting.conditions.refund_at_list_price and permitted:
        return PriceBasis.LIST_PRICE.value
    return PriceBasis.PROPORTIONAL.value


def _service(setting: Setting) -> dict[str, Json]:
    told, share = setting.conditions, setting.share
    return {
        "class_code": setting.group.code,
        "adviser": told.adviser,
        "method": str(told.method),
        "size_min": told.size_min,
        "may_not_open": told.may_not_open,
        "teacher_qualification": told.teacher_qualification,
        "lease_until": told.lease_until.isoformat() if told.lease_until else "",
        "joined_late": share.is_late,
        "held_sessions": share.held_count,
    }


def _price(course: Course, setting: Setting) -> dict[str, Json]:
    share = setting.share
    paid_units = share.centiunits - share.gift_centiunits
    listed = course.unit_price_fen * paid_units // 100
    return {
        "billing": str(setting.conditions.billing or Billing.LESSON),
        "list_fen": listed,
        "discount_fen": max(0, listed - share.total_fen),
        "guide": _guide_source(course, setting.pack, setting.day),
    }


def _guide_source(course: Course, pack: Pack, day: date) -> str:
    if course.category != "SUBJECT" or not pack.has(GUIDE, day):
        return ""
    cite = pack.on(GUIDE, day).cite
    return f"{cite.instrument}，{cite.clause}"


def caps_snapshot(category: str, pack: Pack, day: date) -> dict[str, Json]:
    """The caps in force when the contract is drawn up."""
    bound = fired_rows(pack.on("prepay.amount_max_binds", day).rows, {"category": category})
    return {
        "months_max": pack.on("prepay.months_max", day).integer,
        "lessons_max": pack.on("prepay.lessons_max", day).integer,
        "amount_max_fen": pack.on("prepay.amount_max_fen", day).integer if bound else None,
    }


def _whole(pack: Pack, key: str, day: date) -> int | None:
    return pack.on(key, day).integer if pack.has(key, day) else None
