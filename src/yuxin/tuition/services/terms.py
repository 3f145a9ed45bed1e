"""The fields of a contract as both sides see them before they sign (funds-rules 5)."""

from datetime import date

from yuxin.access.sealed import masked_name, unseal
from yuxin.kernel.canonical import Json
from yuxin.kernel.clock import SHANGHAI
from yuxin.kernel.money import Fen, yuan, yuan_in_words
from yuxin.kernel.refusal import Refusal
from yuxin.registry.models import CustodyState, CustodyValue, Entry, LicenceValue
from yuxin.rules.earning import PriceBasis
from yuxin.rules.pack import Pack
from yuxin.rules.plans import to_terms
from yuxin.tuition.models import ClassGroup, Course, Learner
from yuxin.tuition.services import modes
from yuxin.tuition.services.contracts import Custody
from yuxin.tuition.services.joining import Share, whole_course

FORM = "GF-2021-2604"
_READY = (CustodyState.VERIFIED, CustodyState.PAYMENT_ENABLED)


class NoCustodyAccount(Refusal):
    """The institution has no special account that may take money."""

    code = "no_custody_account"
    zh = "该机构的预收费资金托管专户还没有通过核验，不能签合同、不能收费。请向机构或教育局询问。"
    en = (
        "The institution's custody account is not verified yet, so nothing can be signed or paid. "
        "Please ask the institution or the bureau."
    )


def custody_of(value: CustodyValue | None) -> Custody:
    """The account that the money of a new contract goes to. Raises: NoCustodyAccount."""
    if value is None or value.state not in _READY:
        raise NoCustodyAccount
    return Custody(
        bank_code=value.bank_code,
        bank_name=value.bank_name,
        title=value.account_title,
        sealed=bytes(value.number_sealed),
        last4=value.number_last4,
        agreement=value.agreement_number,
    )


def of_contract(
    *,
    group: ClassGroup,
    learner: Learner,
    custody: Custody,
    institution: Entry,
    licence: LicenceValue | None,
    site_address: str,
    pack: Pack,
    day: date,
    share: Share | None = None,
) -> dict[str, Json]:
    """The model contract's fields. The learner's name stands masked: the log may open them."""
    name = unseal("learner", learner.name_sealed)
    common = of_class(
        group=group,
        custody=custody,
        institution=institution,
        licence=licence,
        site_address=site_address,
        pack=pack,
        day=day,
        share=share,
    )
    party = {"learner": masked_name(name), "school": learner.school, "grade": learner.grade}
    return {**common, "party_b": party}


def of_class(
    *,
    group: ClassGroup,
    custody: Custody,
    institution: Entry,
    licence: LicenceValue | None,
    site_address: str,
    pack: Pack,
    day: date,
    share: Share | None = None,
) -> dict[str, Json]:
    """What every contract of a class has in common: everything but the learner.

    `share`: what is bought of the course, where that is not all of it.
    """
    course = group.course
    bought = share or whole_course(course, list(group.sessions.all()))
    return {
        "form": FORM,
        "rules": pack.sha256,
        "party_a": {
            "name": institution.name,
            "brand": institution.brand,
            "uscc": institution.uscc,
            "address": institution.address,
            "approving": institution.approving,
            "supervising": institution.supervising,
            "licence": licence.number if licence else "",
            "licence_until": (
                licence.valid_until.isoformat() if licence and licence.valid_until else ""
            ),
        },
        "service": _service(group, course, site_address, bought),
        "price": _price(course, bought),
        "payment": {"instalments": 1, "loan": pack.on("prepay.loans_allowed", day).flag},
        "funds": {
            **to_terms(modes.plan_of_course(course, pack=pack, day=day)),
            "bank": custody.bank_name,
            "title": custody.title,
            "last4": custody.last4,
            "agreement": custody.agreement,
            "transfer_bank_days": pack.on("prepay.transfer_lag_bank_days", day).integer,
            "confirm_silence_working_days": pack.on(
                "prepay.confirm_silence_working_days", day
            ).integer,
        },
        "refund": _refund(course, pack, day),
        "dispute": {"first": "mediation", "hotline": "12345"},
    }


def _service(group: ClassGroup, course: Course, site_address: str, share: Share) -> dict[str, Json]:
    timetable: list[Json] = [
        {
            "starts": session.starts_at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M"),
            "ends": session.ends_at.astimezone(SHANGHAI).strftime("%H:%M"),
            "centiunits": session.centiunits,
        }
        for session in sorted(share.sessions, key=lambda each: each.ordinal)
    ]
    return {
        "course": course.name,
        "course_code": course.code,
        "class": group.name,
        "category": course.category,
        "stage": course.stage,
        "mode": course.mode,
        "place": site_address,
        "teacher": group.teacher_name,
        "class_size_max": group.capacity,
        "lesson_minutes": course.lesson_minutes,
        "centiunits": share.centiunits,
        "gift_centiunits": share.gift_centiunits,
        "from": share.first_on.isoformat(),
        "to": share.last_on.isoformat(),
        "timetable": timetable,
    }


def _price(course: Course, share: Share) -> dict[str, Json]:
    return {
        "unit_fen": course.unit_price_fen,
        "total_fen": share.total_fen,
        "total": yuan(Fen(share.total_fen)),
        "total_in_words": yuan_in_words(Fen(share.total_fen)),
        "itemised_fen": 0,
    }


def _refund(course: Course, pack: Pack, day: date) -> dict[str, Json]:
    return {
        "before_start_days": course.refund_before_start_days,
        "basis": PriceBasis.PROPORTIONAL.value,  # the other only where the contract agrees it
        "gifts": pack.on("prepay.gift_policy", day).text,
        "answer_working_days": pack.on("prepay.refund_silence_working_days", day).integer,
        "due_before_start_days": _optional(pack, "prepay.refund_due_before_start_days", day),
        "due_after_start_days": _optional(pack, "prepay.refund_due_after_start_days", day),
        "route": "ORIGINAL",
    }


def _optional(pack: Pack, key: str, day: date) -> int | None:
    """What only a local pack may say; the contract leaves it blank where none does."""
    return pack.on(key, day).integer if pack.has(key, day) else None
