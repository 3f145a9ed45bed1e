"""Messages: told inside the act, read by their reader alone, proved when they arrived."""

import uuid
from datetime import timedelta

import psycopg
import pytest
from django.db import connection

from tests.parties.bank_given import at
from yuxin.access.reading import reading
from yuxin.evidence import services as evidence
from yuxin.formats.gateway_messages import GatewayMessage, GatewayStatus
from yuxin.jobs.deliver_messages import deliver_due
from yuxin.kernel.act import Act, Call, Receipt
from yuxin.kernel.actor import Actor, Role
from yuxin.kernel.refusal import NotFound
from yuxin.messages import queries, services
from yuxin.messages.models import Delivery, Message
from yuxin.operations.messages.record_deliveries import DeliveriesMovedOn, record_deliveries
from yuxin.operations.messages.show_messages import show_messages
from yuxin.operations.operation import DECLARED, operation

NOW = at("03-02 10:00")
TEACHER = Actor(7, "方老师", frozenset({Role.INSTITUTION_TEACHER}), institution_ids=(3,))
CHEN = Actor(21, "陈女士", frozenset({Role.GUARDIAN}), person_ids=(501,))
LI = Actor(22, "李先生", frozenset({Role.GUARDIAN}), person_ids=(502,))
FACTS = {"course": "少儿水彩", "lesson": "L-1"}


class Phone:
    """A gateway that answers as it is told and keeps what it got."""

    def __init__(self, *answers: GatewayStatus | None) -> None:
        self.answers = list(answers)
        self.got: list[GatewayMessage] = []

    def hand_over(self, message: GatewayMessage) -> GatewayStatus | None:
        self.got.append(message)
        return self.answers.pop(0) if self.answers else GatewayStatus.ACCEPTED


@pytest.fixture
def tell():
    """An act that tells somebody something."""

    @operation("test.told", roles=set(Role))
    def tell_somebody(
        act: Act, *, to: int | None = None, account: int | None = None, channels: tuple = ()
    ) -> Receipt:
        number = services.send(
            act,
            template="lesson.to_confirm",
            facts=FACTS,
            to_person_id=to,
            to_account_id=account,
            channels=channels or ("inbox", "sms"),
            legal_effect=True,
        )
        entry = evidence.append(act, chain="t", subject="t", body={"message": number})
        return Receipt(entry.id, {"message": number})

    yield lambda instant=NOW, actor=TEACHER, **to: str(
        tell_somebody(Call(actor, instant, uuid.uuid4()), **to)["message"]
    )
    del DECLARED["tell_somebody"]


def deliver(phone: Phone, instant=NOW, addresses=None) -> int:
    def address_of(reader, person_id, channel, when):
        return f"1380000{person_id:04d}" if addresses is None else addresses.get(channel)

    return deliver_due(instant, phone, signature="育信", keep_codes=False, address_of=address_of)


def ways(actor: Actor) -> list[tuple[str, str, int]]:
    with reading(actor):
        rows = Delivery.objects.order_by("message__created_at", "position")
        return [(row.channel, row.state, row.attempts) for row in rows]


def proof(actor: Actor, number: str):
    with reading(actor):
        return queries.proven_at(actor, number)


@pytest.mark.django_db
def test_a_guardian_reads_what_the_teacher_s_act_told_and_nobody_else_does(tell):
    tell(to=501)

    with reading(CHEN):
        (letter,) = queries.inbox(CHEN)
        assert queries.unread_count(CHEN) == 1
    assert (letter.title, letter.is_new, letter.legal_effect) == ("请确认上课", True, True)
    assert "少儿水彩" in letter.text
    for stranger in (LI, TEACHER):
        with reading(stranger):
            assert queries.inbox(stranger) == []
            assert Message.objects.count() == Delivery.objects.count() == 0


@pytest.mark.django_db
def test_an_account_at_work_has_its_inbox_and_no_phone(tell):
    tell(account=7)

    with reading(TEACHER):
        assert len(queries.inbox(TEACHER)) == 1
        assert Delivery.objects.count() == 0
    assert deliver(Phone()) == 0


@pytest.mark.django_db
def test_facts_are_sealed_at_rest(tell):
    tell(to=501)

    with reading(CHEN):
        assert "少儿水彩".encode() not in bytes(Message.objects.get().facts_sealed)


@pytest.mark.django_db
def test_displaying_proves_once_and_only_one_s_own(tell):
    number = tell(to=501)
    assert proof(CHEN, number) is None

    show_messages(Call(CHEN, NOW, uuid.uuid4()), message_ids=(number,))

    assert proof(CHEN, number) == NOW
    for reader in (CHEN, LI):
        later = Call(reader, NOW + timedelta(hours=1), uuid.uuid4())
        with pytest.raises(NotFound):
            show_messages(later, message_ids=(number,))
    assert proof(CHEN, number) == NOW


@pytest.mark.django_db
def test_an_sms_that_was_accepted_proves_delivery(tell):
    number = tell(to=501)
    phone = Phone()

    assert deliver(phone) == 1
    assert deliver(phone) == 0

    (sent,) = phone.got
    assert (sent.address, sent.signature) == ("13800000501", "育信")
    assert "请确认或提出异议" in sent.text
    assert proof(CHEN, number) == NOW
    assert ways(CHEN) == [("sms", "ACCEPTED", 1)]


@pytest.mark.django_db
def test_an_unheard_answer_is_tried_again_with_the_same_number(tell):
    tell(to=501)
    phone = Phone(None, GatewayStatus.ACCEPTED)
    deliver(phone)
    assert deliver(phone, NOW + timedelta(seconds=59)) == 0

    assert deliver(phone, NOW + timedelta(seconds=60)) == 1

    assert phone.got[0] == phone.got[1]
    assert ways(CHEN) == [("sms", "ACCEPTED", 2)]


@pytest.mark.django_db
def test_a_way_that_fails_gives_way_to_the_next_and_does_not_prove(tell):
    number = tell(to=501, channels=("inbox", "sms", "wechat"))
    deliver(Phone(GatewayStatus.FAILED))
    assert ways(CHEN) == [("sms", "FAILED", 1), ("wechat", "WAITING", 0)]

    deliver(Phone())

    assert ways(CHEN) == [("sms", "FAILED", 1), ("wechat", "ACCEPTED", 1)]
    assert proof(CHEN, number) is None


@pytest.mark.django_db
def test_five_unheard_tries_end_a_way_and_no_proof_is_invented(tell):
    number = tell(to=501)
    instant = NOW
    for _ in range(5):
        deliver(Phone(None), instant)
        instant += timedelta(hours=3)

    assert ways(CHEN) == [("sms", "FAILED", 5)]
    assert proof(CHEN, number) is None
    assert deliver(Phone(), instant) == 0


@pytest.mark.django_db
def test_without_an_address_the_next_way_is_taken_at_once(tell):
    tell(to=501, channels=("sms", "email"))

    deliver(Phone(), addresses={"email": "chen@example.com"})
    deliver(Phone(), addresses={"email": "chen@example.com"})

    assert ways(CHEN) == [("sms", "FAILED", 1), ("email", "ACCEPTED", 1)]


@pytest.mark.django_db
def test_at_night_nothing_rings(tell):
    tell(at("03-02 22:00"), to=501)

    assert deliver(Phone(), at("03-03 07:59")) == 0
    assert deliver(Phone(), at("03-03 08:00")) == 1


@pytest.mark.django_db
def test_many_persons_are_served_in_one_go(tell):
    for person in range(501, 506):
        tell(to=person)
    phone = Phone()

    assert deliver(phone) == 5
    assert len({sent.address for sent in phone.got}) == 5


@pytest.mark.django_db
def test_an_answer_that_was_written_before_is_not_written_again(tell):
    tell(to=501)
    with reading(CHEN):
        row = Delivery.objects.get()
    answers = (services.Answer(row.pk.hex, 0, "FAILED"),)
    deliver(Phone())
    worker = Actor(None, "系统", frozenset({Role.CLOCK}), person_ids=(501,))

    with pytest.raises(DeliveriesMovedOn):
        record_deliveries(Call(worker, NOW, uuid.uuid4()), answers=answers, keep_codes=False)
    assert ways(CHEN) == [("sms", "ACCEPTED", 1)]


def test_a_second_worker_leaves_the_work_to_the_first(committing, tell):
    tell(to=501)
    login = committing.login("app", connection.settings_dict["NAME"])
    with psycopg.connect(**login, autocommit=True) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [0x79755F6D7367])
        assert deliver(Phone()) == 0
    assert deliver(Phone()) == 1


def test_the_application_cannot_turn_a_message_to_somebody_else(committing, tell):
    tell(to=501)
    login = committing.login("app", connection.settings_dict["NAME"])
    with psycopg.connect(**login) as app:
        app.execute("SELECT set_config('yuxin.persons', '{501}', true)")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute("UPDATE messages_message SET to_person_id = 502")
