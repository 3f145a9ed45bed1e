"""Two at once: the books come out the same whoever is first."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from tests.given import (
    BANK,
    World,
    at,
    call,
    looked,
    notify,
    order_of,
    paid_world,
    to_decide,
    world,
)
from yuxin.access.reading import reading
from yuxin.jobs import day as closing
from yuxin.kernel.clock import day_of
from yuxin.kernel.refusal import Refusal
from yuxin.operations.tuition.call_roll import call_roll
from yuxin.operations.tuition.confirm_lesson import (
    confirm_lesson,
    deem_lessons_confirmed_many,
)
from yuxin.operations.tuition.dispute_lesson import dispute_lesson
from yuxin.operations.tuition.record_payment import record_payment
from yuxin.operations.tuition.settle_dispute import settle_dispute
from yuxin.tuition.models import Instruction


def race(*acts: Callable[[], object]) -> list[str]:
    """Run acts at the same time; what became of each: done, or the code of the refusal."""
    start = threading.Barrier(len(acts))
    told: list[str] = [""] * len(acts)

    def run(number: int, act: Callable[[], object]) -> None:
        start.wait()
        try:
            act()
            told[number] = "done"
        except Refusal as refusal:
            told[number] = refusal.code
        finally:
            connection.close()

    racers = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    return told


def taught(k: World, when: str = "03-07 10:30") -> str:
    call_roll(call(k.institution.teacher, when), session_code=k.session(2))
    looked(k.family, when)
    return k.lesson(1).code


def test_guardian_and_clock_on_one_lesson(committing):
    k = paid_world()
    lesson = taught(k)
    told = race(
        lambda: confirm_lesson(call(k.family, "03-28 00:05"), lesson_code=lesson),
        lambda: deem_lessons_confirmed_many(
            call(k.institution.clock, "03-28 00:05"),
            institution_id=k.institution.id,
            on=at("03-28 00:05").date(),
        ),
    )
    assert told[1] == "done"
    assert told[0] in ("done", "already_answered")
    assert k.buckets() == {"custody": "2000.00", "unearned": "1900.00", "payable": "100.00"}


def test_two_officers_on_one_dispute(committing):
    k = paid_world()
    lesson = taught(k)
    dispute_lesson(call(k.family, "03-07 20:00"), lesson_code=lesson, reason="teacher")
    to_decide(k, 1, "03-20 15:00")
    told = race(
        *(
            lambda bps=bps: settle_dispute(
                call(k.institution.officer, "03-25 15:00"),
                lesson_code=lesson,
                kept_bps=bps,
                words="各半",
            )
            for bps in (5000, 10_000)
        )
    )
    assert sorted(told) == ["done", "not_disputed"]
    assert "frozen" not in k.buckets()


def test_two_notices_of_one_payment(committing):
    k = world()
    order = order_of(k.family, k.contract, "03-02 10:00").order_id
    told = race(
        *(
            lambda serial=serial: record_payment(
                call(k.institution.clock, "03-02 10:02"),
                bank_code=BANK,
                order_code=order,
                amount_fen=200000,
                channel="UNIONPAY",
                channel_serial=serial,
            )
            for serial in ("S-1", "S-2")
        )
    )
    assert sorted(told) == ["done", "not_payable"]
    assert k.buckets() == {"in_transit": "2000.00", "unearned": "2000.00"}


def test_a_notice_and_the_bank_s_file(committing):
    k = world()
    notice = k.bank.pay(order_of(k.family, k.contract, "03-02 10:00"), at("03-02 10:02"))
    told = race(lambda: notify(notice, "03-03 08:40"), lambda: k.exchange("03-03 08:40"))
    assert told[1] == "done"
    assert told[0] in ("done", "not_payable")
    assert k.buckets() == {"custody": "2000.00", "unearned": "2000.00"}


def test_a_dispute_and_the_order_to_transfer_the_same_lesson(committing):
    k = paid_world()
    lesson = taught(k)
    k.morning("03-28 00:05")
    assert k.buckets()["payable"] == "100.00"
    now = at("03-28 23:50")
    told = race(
        lambda: dispute_lesson(call(k.family, now), lesson_code=lesson, reason="not_held"),
        lambda: closing.run(closing.EVENING, day_of(now), now),
    )
    with reading(k.institution.clock):
        ordered = Instruction.objects.count()
    if told[0] == "done":
        assert (k.buckets().get("frozen"), ordered) == ("100.00", 0)
    else:
        assert (told[0], k.buckets().get("payable"), ordered) == ("already_answered", "100.00", 1)


def test_two_workers_close_one_day(committing):
    k = paid_world()
    confirm_lesson(call(k.family, "03-07 12:00"), lesson_code=taught(k))
    now = at("03-07 23:50")
    told = race(*(lambda: closing.run(closing.EVENING, day_of(now), now) for _ in range(2)))
    assert told == ["done", "done"]
    with reading(k.institution.clock):
        assert Instruction.objects.count() == 1


@pytest.mark.django_db
def test_closing_a_day_again_changes_nothing():
    k = paid_world()
    confirm_lesson(call(k.family, "03-07 12:00"), lesson_code=taught(k))
    for _ in range(3):
        k.evening("03-07 23:50")
    with reading(k.institution.clock):
        assert [(o.amount_fen, str(o.value_on)) for o in Instruction.objects.all()] == [
            (10000, "2026-03-09")
        ]


@pytest.mark.parametrize("first", ["order", "send"])
def test_a_dispute_and_the_sending_of_an_order_that_was_made_before(committing, first):
    """K7: a disputed lesson is never inside an order that the bank has."""
    k = paid_world()
    lesson = taught(k)
    k.morning("03-28 00:05")
    closing.run(closing.EVENING, at("03-28 00:00").date(), at("03-29 00:05"))
    now = at("03-30 09:00")
    sending = [step for step in closing.EXCHANGE if step[0] == "instructions_sent"]
    send = lambda: closing.run(sending, day_of(now), now)  # noqa: E731
    dispute = lambda: dispute_lesson(  # noqa: E731
        call(k.family, now), lesson_code=lesson, reason="not_held"
    )
    told = race(dispute, send) if first == "order" else [*race(send), *race(dispute)][::-1]
    with reading(k.institution.clock):
        order = Instruction.objects.get()
    if told[0] == "done":
        assert (k.buckets().get("frozen"), order.state, order.amount_fen) == (
            "100.00", "withdrawn", 0,
        )  # fmt: skip
        assert first == "order"
    else:
        assert (told[0], order.state, k.buckets()["payable"]) == (
            "already_answered", "sent", "100.00",
        )  # fmt: skip
