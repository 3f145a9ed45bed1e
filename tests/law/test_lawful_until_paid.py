"""What was lawful when a contract was drawn up must be so when it is signed and paid."""

from datetime import date, timedelta

import pytest

from tests.given import (
    at,
    bank,
    call,
    draft,
    guardian,
    institution,
    learner,
    opened_class,
    order_of,
    published,
    rules,
    sign,
    signed,
    timetable,
)
from yuxin.access.reading import reading
from yuxin.kernel.refusal import BadInput
from yuxin.operations.registry.change_status import change_status
from yuxin.operations.registry.correct_value import correct_value
from yuxin.operations.registry.record_licence import record_licence
from yuxin.operations.tuition.draft_contract import CourseClosed, draft_contract
from yuxin.operations.tuition.open_class import open_class
from yuxin.operations.tuition.sign_contract import DraftExpired
from yuxin.registry.models import LicenceValue, Status
from yuxin.registry.services import NewLicence
from yuxin.tuition.services.caps import OverCap
from yuxin.tuition.services.courses import SessionDraft
from yuxin.tuition.services.licence_scope import BeyondLicence
from yuxin.tuition.services.timetables import TimetableWrong

pytestmark = pytest.mark.django_db


def drafted(of, family, when: str = "03-01 21:00") -> str:
    receipt = draft_contract(
        call(family, when), class_code=opened_class(of), learner_id=learner(family)
    )
    return str(receipt["contract"])


def stop(of, when: str, status: Status) -> None:
    day = at(f"{when} 08:00").date()
    change_status(
        call(of.officer, f"{when} 08:00"),
        code=of.code,
        status=status,
        valid_from=day,
        reason="失联",
    )


def test_nobody_signs_with_an_institution_that_has_absconded():
    rules()
    of, family = institution(), guardian()
    code = drafted(of, family)
    stop(of, "03-02", Status.ABSCONDED)
    with pytest.raises(CourseClosed):
        sign(family, code, when="03-02 09:50")


def test_nobody_orders_a_payment_to_an_institution_that_has_closed():
    rules()
    of, family = institution(), guardian()
    bank(of)
    code = signed(family, opened_class(of))
    stop(of, "03-03", Status.CLOSED)
    with pytest.raises(CourseClosed):
        order_of(family, code, "03-03 10:00")


def test_nobody_pays_once_the_licence_was_cut_below_the_course():
    rules()
    of, family = institution(), guardian()
    bank(of)
    code = signed(family, opened_class(of))
    with reading(of.clock):
        held = LicenceValue.objects.get(licence__subject_id=of.id)
    correct_value(
        call(of.officer, "03-03 09:00"),
        code=of.code,
        aspect="licence",
        key={"licence_id": held.licence_id},
        valid_from=date(2026, 3, 3),
        values={
            "number": held.number,
            "kind": held.kind,
            "issuer": held.issuer,
            "categories": ["SPORTS"],
            "stages": list(held.stages),
            "modes": list(held.modes),
            "valid_until": held.valid_until,
            "site_codes": [],
        },
        reason="缩减",
    )
    with pytest.raises(BeyondLicence) as refused:
        order_of(family, code, "03-03 10:00")
    assert refused.value.field == "category"


def test_a_draft_is_signed_within_seven_days():
    rules()
    of, family = institution(), guardian()
    code = drafted(of, family, "02-22 09:00")
    with pytest.raises(DraftExpired):
        sign(family, code, when="03-01 09:01")
    assert sign(family, code, when="03-01 09:00")["order"]


def test_the_term_of_one_licence_is_not_lent_to_another_s_site():
    rules()
    of = institution(valid_until=date(2026, 4, 30))
    longer = NewLicence(
        number="B2",
        issuer="示例县教育局",
        categories=("ARTS",),
        stages=("COMPULSORY",),
        modes=("OFFLINE",),
        valid_until=date(2028, 1, 1),
        site_codes=("0000000000000",),
    )
    record_licence(
        call(of.clock, "02-10 09:00"), code=of.code, valid_from=date(2026, 2, 1), licence=longer
    )
    with pytest.raises(BeyondLicence) as refused:
        published(of)
    assert refused.value.field == "last_on"


def open_with(of, course: str, sessions: tuple[SessionDraft, ...]) -> None:
    open_class(
        call(of.head, "02-20 11:00"),
        course_code=course,
        name="周三班",
        teacher_name="林老师",
        capacity=12,
        sessions=sessions,
    )


def test_sixty_lessons_are_sixty_whatever_their_length():
    """N02 is not evaded by small units, by short sessions or by units of nothing."""
    rules()
    of = institution()
    course = published(of, draft(of, lesson_minutes=30))
    with pytest.raises(OverCap) as refused:
        open_with(of, course, timetable(80, centiunits=25))
    assert "prepay.lessons_max" in refused.value.say("zh")
    for units in (0, -100):
        extra = timetable(1, "04-10 16:00", centiunits=units)
        with pytest.raises(BadInput) as wrong:
            open_with(of, course, (*timetable(20), *extra))
        assert wrong.value.field == "centiunits"
    short = tuple(
        SessionDraft(each.starts_at, each.starts_at + timedelta(minutes=29))
        for each in timetable(20)
    )
    with pytest.raises(TimetableWrong) as too_short:
        open_with(of, course, short)
    assert "30分钟" in too_short.value.say("zh")
