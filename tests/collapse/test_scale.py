"""Ten thousand contracts of one institution: the list within 5 s, every balance within a minute."""

import logging
import time
from dataclasses import replace

import pytest
from django.db import connection

from tests.collapse.given import Collapsed, families
from tests.collapse.test_absconding import taught
from tests.given import at, bank, call, guardian, institution, opened_class, rules, timetable
from tests.tuition.test_races import race
from yuxin.access.reading import reading
from yuxin.jobs import run_closings
from yuxin.jobs.apart import PARTS
from yuxin.operations.collapse import set_closing_run as run_module
from yuxin.operations.collapse.decide_closing import decide_closing
from yuxin.operations.collapse.set_closing_run import set_closing_run
from yuxin.operations.tuition.confirm_lesson import confirm_lesson
from yuxin.operations.tuition.enrol_many import enrol_many
from yuxin.operations.tuition.instruct_releases import instruct_releases_many
from yuxin.tuition.collapse.models import Claim, Closing
from yuxin.tuition.models import Instruction, RefundCase
from yuxin.tuition.services.enrolling import Enrolment

SECONDS_MAX = 5.0


def crowd(contracts: int) -> Collapsed:
    """An institution with so many paid contracts in one class."""
    rules()
    of = institution()
    world = Collapsed(bank(of), of, guardian(), "")
    class_code = opened_class(of, sessions=timetable(20), capacity=contracts)
    for first in range(0, contracts, 1000):
        people = tuple(80_000 + n for n in range(first, min(first + 1000, contracts)))
        clock = replace(of.clock, person_ids=people)
        enrol_many(
            call(clock, "03-02 10:00"),
            institution_id=of.id,
            enrolments=tuple(
                Enrolment(class_code, person, f"学员{person}", "三年级", f"S{person:08d}")
                for person in people
            ),
        )
    return world


def listed(world: Collapsed) -> tuple[float, str]:
    """How long the declaration takes that lists every claim, in seconds."""
    code = world.propose()
    begin = time.monotonic()
    decide_closing(call(world.head, "03-10 10:00"), closing_code=code, declare=True)
    return time.monotonic() - begin, code


@pytest.mark.parametrize(
    "contracts",
    [60, pytest.param(1000, marks=pytest.mark.slow), pytest.param(10_000, marks=pytest.mark.slow)],
)
def test_the_claims_list_of_a_collapsed_institution(committing, contracts, record_property):
    world = crowd(contracts)
    seconds, code = listed(world)
    with reading(world.institution.clock):
        closing = Closing.objects.get(code=code)
        assert (closing.claim_count, closing.claim_fen) == (contracts, contracts * 200_000)
    begin = time.monotonic()
    set_closing_run(call(world.head, "03-10 11:00"), closing_code=code, running=True)
    run_closings.run_to_end(at("03-10 11:01"))
    told = f"{contracts}: listed {seconds:.2f} s, run {time.monotonic() - begin:.1f} s"
    record_property("seconds", told)
    logging.getLogger("yuxin.bench").warning(told)
    with reading(world.institution.clock):
        assert RefundCase.objects.count() == contracts
    assert seconds <= SECONDS_MAX


def test_a_release_run_and_the_freeze_at_once(committing):
    """Whoever is first: after both nothing can leave that was not at the bank before."""
    world = families(("1700.00",))
    taught(world, 1)
    confirm_lesson(call(world.family, "03-04 19:00"), lesson_code=world.lesson(1).code)
    code = world.propose()
    told = race(
        lambda: instruct_releases_many(
            call(world.institution.clock, "03-10 10:00"),
            institution_id=world.institution.id,
            on=at("03-09 10:00").date(),
        ),
        lambda: decide_closing(call(world.head, "03-10 10:00"), closing_code=code, declare=True),
    )
    assert told == ["done", "done"]
    world.exchange("03-10 15:00")
    world.exchange("03-11 15:00")
    with reading(world.institution.clock):
        assert set(Instruction.objects.values_list("state", flat=True)) <= {"withdrawn"}
    assert world.books(0)["custody"] == "1700.00"


def test_two_runs_at_once_line_up_every_refund_once(committing, monkeypatch):
    monkeypatch.setattr(run_module, "CONTRACTS_MAX", 20)
    world = crowd(60)
    _, code = listed(world)
    set_closing_run(call(world.head, "03-10 11:00"), closing_code=code, running=True)
    race(
        lambda: run_closings.run_to_end(at("03-10 11:01")),
        lambda: run_closings.run_to_end(at("03-10 11:02")),
    )
    run_closings.run_to_end(at("03-10 11:03"))
    with reading(world.institution.clock):
        assert RefundCase.objects.count() == 60
        assert set(Claim.objects.values_list("state", flat=True)) == {"ordered"}


def test_killed_in_a_page_the_run_goes_on_where_it_was(committing, monkeypatch):
    """The server goes away in the middle of a page: the page is undone, the next run does it."""
    monkeypatch.setattr(run_module, "CONTRACTS_MAX", 20)
    world = crowd(60)
    _, code = listed(world)
    set_closing_run(call(world.head, "03-10 11:00"), closing_code=code, running=True)
    run_closings.run_closings(at("03-10 11:01"))
    whole = run_module.timeline.record_many

    def killed(*_args: object, **_more: object) -> object:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        raise AssertionError

    monkeypatch.setattr(run_module.timeline, "record_many", killed)
    run_closings.run_closings(at("03-10 11:02"))
    connection.close()
    with reading(world.institution.clock):
        assert RefundCase.objects.count() == 20
    monkeypatch.setattr(run_module.timeline, "record_many", whole)
    PARTS.forget()
    run_closings.run_to_end(at("03-10 11:03"))
    with reading(world.institution.clock):
        assert RefundCase.objects.count() == 60
        assert Closing.objects.get(code=code).claim_count == 60
