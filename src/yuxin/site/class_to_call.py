"""A class of learners to call the roll of, made through operations in a throw-away installation."""

import uuid
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.http import HttpResponse

from yuxin.access import queries as access
from yuxin.access.proof import Proof
from yuxin.access.reading import reading
from yuxin.kernel.act import Call
from yuxin.kernel.actor import Actor, Role
from yuxin.kernel.clock import at, day_of
from yuxin.look import signed_in
from yuxin.operations.access.create_account import create_account
from yuxin.operations.access.grant_role import grant_role
from yuxin.operations.access.open_session import open_session
from yuxin.operations.tuition.enrol_many import enrol_many
from yuxin.operations.tuition.open_class import open_class
from yuxin.registry import queries as registry
from yuxin.site import small_county
from yuxin.tuition.models import ClassSession, Course
from yuxin.tuition.services.courses import SessionDraft
from yuxin.tuition.services.enrolling import Enrolment

LESSONS = 20


@dataclass(frozen=True)
class ToCall:
    """The sessions whose roll waits, and the cookies of their teacher."""

    sessions: list[str]
    cookies: dict[str, str]


def build(classes: int, learners: int, now: datetime) -> ToCall:
    """So many classes of so many paid learners, their first session under way at `now`."""
    begun = now - timedelta(days=2)
    (code,) = small_county.build(1, begun - timedelta(days=1))
    with reading(small_county.NOBODY):
        owner = registry.id_of_code(small_county.NOBODY, code)
    assert owner is not None, "the institution was just entered"
    head = Actor(9, "measure", frozenset({Role.INSTITUTION_HEAD}), (owner,))
    with reading(head):
        course = Course.objects.get(institution_id=owner)
    for number in range(classes):
        _class(head, course, number, learners, begun)
    with reading(head):
        waiting = ClassSession.objects.filter(ordinal=1).order_by("pk")
        sessions = list(waiting.values_list("code", flat=True))
    return ToCall(sessions, _teacher(owner, now))


def _class(head: Actor, course: Course, number: int, learners: int, when: datetime) -> None:
    start = at(day_of(when) + timedelta(days=1), 9, 0)
    sessions = tuple(
        SessionDraft(start + timedelta(days=n), start + timedelta(days=n, minutes=90))
        for n in range(LESSONS)
    )
    opened = open_class(
        Call(head, when, uuid.uuid4()),
        course_code=course.code,
        name=f"{number}",
        teacher_name=f"teacher {number}",
        capacity=learners,
        sessions=sessions,
    )
    enrolments = tuple(
        Enrolment(
            class_code=str(opened["class"]),
            guardian_id=1_000_000 + number * 1000 + n,
            learner_name=f"learner {n}",
            grade="",
            channel_serial=f"{number}-{n}",
        )
        for n in range(learners)
    )
    guardians = tuple(each.guardian_id for each in enrolments)
    clock = replace(Actor.clock((course.institution_id,)), person_ids=guardians)
    enrol_many(
        Call(clock, when, uuid.uuid4()),
        institution_id=course.institution_id,
        enrolments=enrolments,
    )


def _teacher(owner: int, now: datetime) -> dict[str, str]:
    """A teacher of the institution who has signed in: the cookies."""
    office = Actor(None, "measure", frozenset({Role.ADMINISTRATOR}))
    early = datetime(2025, 1, 2, tzinfo=UTC)
    made = create_account(
        Call(office, early, uuid.uuid4()),
        login="teacher",
        display_name="teacher",
        organisation="measure",
        password_hash=make_password(uuid.uuid4().hex),
        totp_sealed=None,
        person_id=None,
    )
    grant_role(
        Call(office, early, uuid.uuid4()),
        account_id=int(str(made["account_id"])),
        role=Role.INSTITUTION_TEACHER.value,
        area_code="",
        subject_id=owner,
        valid_from=early.date(),
    )
    token = access.new_token()
    open_session(
        Call(Actor.public(), now - timedelta(seconds=1), uuid.uuid4()),
        login="teacher",
        proof=Proof(password_right=True, code_needed=False, totp_step=None),
        token_sha256=access.token_sha256(token),
        family=False,
        address="127.0.0.1",
        agent="bench",
    )
    answer = HttpResponse()
    signed_in.keep(answer, token, family=False)
    return {name: morsel.value for name, morsel in answer.cookies.items()}
