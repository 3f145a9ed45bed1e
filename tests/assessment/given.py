"""Builders for judgements: an institution with learners, places, money, papers. All fictional."""

import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from django.db import connection, transaction

from tests.given import Institution, call, institution, opened_class
from yuxin.access.context import opened, set_actor
from yuxin.access.reading import reading
from yuxin.access.sealed import blind_index
from yuxin.assessment import queries
from yuxin.assessment.models import Judgement
from yuxin.evidence import services as evidence
from yuxin.jobs.judge_colours import judge_all, judge_marked
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Actor, Role
from yuxin.kernel.clock import SHANGHAI
from yuxin.kernel.ids import fact_key
from yuxin.kernel.money import Fen
from yuxin.ledger import services as ledger
from yuxin.ledger.models import Bucket
from yuxin.operations.licensing.file_statement import file_statement
from yuxin.operations.operation import DECLARED, operation
from yuxin.operations.supervision.decide_complaint import decide_complaint
from yuxin.operations.supervision.record_complaint import record_complaint
from yuxin.operations.tuition.record_insurance import record_insurance
from yuxin.supervision.models import Ground, Outcome
from yuxin.supervision.services import Decision, NewComplaint
from yuxin.tuition.insurance.models import InsuranceKind
from yuxin.tuition.insurance.services import NewPolicy
from yuxin.tuition.models import BankBalance, BankFile, ClassGroup, ClassSession

TODAY = date(2026, 11, 16)
CLOCK = Actor.clock(())
QUARTERS = (date(2026, 3, 31), date(2026, 6, 30), date(2026, 9, 30))
OWED = Fen(10_000_000)


def noon(day: date) -> datetime:
    """Noon of a day in Shanghai."""
    return datetime(day.year, day.month, day.day, 12, tzinfo=SHANGHAI)


def small(number: int = 1, **how: Any) -> Institution:
    """A connected institution with everything in order, of 80 learners and 30 places."""
    return whole(number, learners=80, capacity=30, **how)


def whole(
    number: int = 1,
    *,
    learners: int,
    capacity: int = 30,
    statements: tuple[date, ...] = QUARTERS,
    insured_until: date | None = date(2027, 5, 31),
    ratio_bps: int | None = 10_200,
    until_on: date = date(2028, 12, 31),
    day: date = TODAY,
    connected: bool = True,
) -> Institution:
    """A connected institution with everything in order but what is said otherwise."""
    of = institution(
        f"晨光{number}美术培训中心", number=number, valid_until=until_on, connected=connected
    )
    rooms(of, capacity)
    if learners:
        enrolled(of, learners)
    for quarter in statements:
        filed(of, quarter)
    if insured_until is not None:
        insured(of, insured_until, covered=learners)
    owing(of, OWED)
    if ratio_bps is not None:
        balances(of, {day - timedelta(days=3): ratio_bps})
    return of


def rooms(of: Institution, capacity: int) -> None:
    """The rooms of the institution's one site; the registered one is closed for it."""
    with connected_as(of.clock), connection.cursor() as cursor:
        cursor.execute("SELECT code FROM registry_site WHERE id = %s", [of.site_id])
        cursor.execute(
            "INSERT INTO registry_room (code, site_id) VALUES (%s, %s) RETURNING id",
            [f"0000000{of.id:06d}"[-13:], of.site_id],
        )
        room = cursor.fetchone()[0]
        cursor.execute(
            "INSERT INTO registry_roomvalue (room_id, valid_from, name, capacity, area_dm2,"
            " ended, reason, source) VALUES (%s, '2025-01-01', '画室', %s, %s, false, '', '')",
            [room, capacity, capacity * 300],
        )


@contextmanager
def connected_as(actor: Actor) -> Iterator[None]:
    """A write by the hand of a builder, as this actor."""
    with opened("operation"), transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            set_actor(cursor, actor)
        yield


def enrolled(
    of: Institution,
    count: int,
    signed_on: date = date(2026, 3, 2),
    *,
    total_fen: int = 200_000,
    centiunits: int = 2_000,
    terms: str = "{}",
    learner: int | None = None,
) -> str:
    """So many learners with a contract each in one class; the code of the class.

    `learner`: the contract is that one's, who learns elsewhere too.
    """
    code = opened_class(of)
    builder = Actor(None, "造", frozenset({Role.CLOCK}), (of.id,), (80_000,))
    with connected_as(builder), connection.cursor() as cursor:
        group = ClassGroup.objects.get(code=code)
        cursor.execute(
            "INSERT INTO tuition_learner (guardian_id, name_sealed, school, grade, added_at)"
            " SELECT 80000, '\\x00', '', '', now() FROM generate_series(1, %s) RETURNING id",
            [count],
        )
        ids = [row[0] for row in cursor.fetchall()]
        if learner is not None:
            ids = [learner]
        cursor.execute(
            "INSERT INTO tuition_contract (code, institution_id, guardian_id, learner_id,"
            " learner_name_sealed, course_id, class_group_id, origin, state, total_fen,"
            " total_centiunits, gift_centiunits, bank_code, custody_title, custody_sealed,"
            " custody_last4, terms, terms_sha256, rules_sha256, deemed_days, silence_days,"
            " supervision, drafted_at, signed_at, paid_at)"
            " SELECT lpad(%s::text || 'L' || learner::text, 13, '0'), %s, 80000, learner,"
            " '\\x00', %s, %s, 'own', 'active', %s, %s, 0, 'B', 'T', '\\x00', '0001', %s,"
            " '', '', 3, 15, 'CUSTODY_PER_LESSON', %s, %s, %s FROM unnest(%s::bigint[]) AS learner",
            [
                of.id,
                of.id,
                group.course_id,
                group.pk,
                total_fen,
                centiunits,
                terms,
                *[noon(signed_on)] * 3,
                ids,
            ],
        )
        cursor.execute(
            "INSERT INTO tuition_contractstep (institution_id, guardian_id, contract_id, kind, at,"
            " amount_fen, reference, entry_id, item_key)"
            " SELECT institution_id, guardian_id, id, 'paid', paid_at, total_fen, '', '', ''"
            " FROM tuition_contract WHERE institution_id = %s AND learner_id = ANY (%s)",
            [of.id, ids],
        )
    return code


def filed(of: Institution, quarter: date, on: date | None = None) -> None:
    """The statement of a quarter, filed ten days after its end unless told otherwise."""
    when = noon(on or quarter + timedelta(days=10))
    file_statement(call(of.head, when), code=of.code, quarter_end_on=quarter)


def insured(
    of: Institution,
    until: date,
    *,
    covered: int,
    number: str = "PL-1",
    since: date = date(2026, 1, 1),
) -> None:
    """A policy of learners' accidents."""
    policy = NewPolicy(
        kind=InsuranceKind.ACCIDENT,
        insurer="示例保险公司",
        number=number,
        valid_from=since,
        valid_until=until,
        covered_count=covered,
    )
    record_insurance(call(of.head, noon(since)), code=of.code, policy=policy)


def owing(of: Institution, fen: Fen, on: date = date(2026, 3, 2)) -> None:
    """Fees not earned yet, in the books."""

    @operation("test.owed", roles={Role.CLOCK})
    def owe(act: Act) -> Receipt:
        contract = 9_000_000 + of.id
        ledger.open_contracts(act, institution_id=of.id, contract_ids=[contract])
        key = fact_key(act.at, contract=str(contract), fact="test", action="paid", occurrence=1)
        posting = ledger.Posting(key, Bucket.CUSTODY, Bucket.UNEARNED, fen, "test.paid", "t-1", on)
        ledger.post(act, [ledger.Group(of.id, contract, [posting])])
        return Receipt(evidence.append(act, chain="t", subject="t", body={}).id)

    try:
        owe(call(of.clock, noon(on)))
    finally:
        del DECLARED["owe"]


def balances(of: Institution, by_day: Mapping[date, int], *, owed: Fen = OWED) -> None:
    """What the bank says lay on the account at the end of days, in bps of what is owed."""
    with connected_as(of.clock):
        for day, bps in by_day.items():
            file = BankFile.objects.create(
                sha256=uuid.uuid4().hex * 2,
                bank_code="DEMOBANK",
                kind="BAL",
                account_day=day,
                part=of.id,
                line_count=1,
                sum_fen=0,
                received_at=noon(day) + timedelta(hours=8),
            )
            closing = owed * bps // 10_000
            BankBalance.objects.create(
                file=file,
                account_index=blind_index("custody_number", of.custody),
                account_last4=of.custody[-4:],
                account_day=day,
                opening_fen=closing,
                debit_fen=0,
                credit_fen=0,
                closing_fen=closing,
                frozen_fen=0,
            )


def complained(
    of: Institution,
    times: int,
    on: date = TODAY - timedelta(days=10),
    outcome: Outcome = Outcome.VALID,
) -> list[str]:
    """So many families who complained of matters of their own, all found right."""
    codes = []
    for each in range(times):
        said = NewComplaint(received_on=on, summary="退费拖延", complainant=f"1380000{each:04d}")
        receipt = record_complaint(call(of.officer, noon(on)), code=of.code, complaint=said)
        codes.append(str(receipt["complaint"]))
        decided(of, codes[-1], on, outcome)
    return codes


def decided(
    of: Institution,
    complaint: str,
    on: date,
    outcome: Outcome = Outcome.VALID,
    *,
    safety: bool = False,
) -> None:
    """What an officer decided on a complaint."""
    ground = Ground.SUBSTANTIATED if outcome is Outcome.VALID else None
    decide_complaint(
        call(of.officer, noon(on)),
        complaint_code=complaint,
        decision=Decision(outcome=outcome, reason="已核实", ground=ground, safety=safety),
    )


_ticks = count(1)


def clock_of_the_books(at: datetime) -> None:
    """Let what follows be recorded at an instant and a little more, as a demo may."""
    said = at + timedelta(milliseconds=next(_ticks))
    with opened("operation"), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('yuxin.recorded_at', %s, false)", [said.isoformat()])


@contextmanager
def evening_of(day: date) -> Iterator[None]:
    """What is judged in here is known in the evening; what comes after it is recorded later."""
    clock_of_the_books(noon(day) + timedelta(hours=10))
    yield
    clock_of_the_books(noon(day) + timedelta(hours=10))


def judged(of: Institution, day: date = TODAY) -> Judgement:
    """The judgement after the marks of a day were worked off."""
    with evening_of(day):
        judge_marked(noon(day))
    return standing(of, day)


def night(day: date) -> int:
    """The nightly run of a day."""
    with evening_of(day):
        return judge_all(day, noon(day))


def standing(of: Institution, day: date = TODAY) -> Judgement:
    """The judgement that stands at the end of a day."""
    with reading(of.clock):
        row = queries.judgement_on(of.clock, of.id, day)
    assert row is not None, "nothing was judged"
    return row


def replayed(of: Institution, day: date = TODAY) -> queries.Replayed:
    """The judgement of a day computed anew."""
    with reading(of.clock):
        found = queries.replay(of.clock, of.id, day)
    assert found is not None
    return found


def sits(of: Institution, day: date) -> None:
    """The institution's class meets on a day."""
    with connected_as(of.clock):
        group = ClassGroup.objects.get(institution_id=of.id)
        ClassSession.objects.create(
            code=f"S{of.id:012d}",
            institution_id=of.id,
            class_group=group,
            ordinal=200,
            starts_at=noon(day),
            ends_at=noon(day) + timedelta(minutes=90),
        )
