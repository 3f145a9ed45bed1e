"""Contract K: the model of the documents, played to its end in March and April 2026.

Twenty lessons of 100.00 yuan: paid, taught, disputed, settled at half, deemed confirmed, refunded.
Its bank is another one than the county's and lives in memory: the contract is over.
"""

from datetime import date, datetime, timedelta
from typing import Final

from yuxin.access.demo import recording_at
from yuxin.access.reading import reading
from yuxin.formats import party_keys
from yuxin.jobs import day as closing
from yuxin.kernel.clock import SHANGHAI, day_of
from yuxin.operations.tuition.answer_refund import answer_refund
from yuxin.operations.tuition.dispute_lesson import dispute_lesson
from yuxin.parties.bank.bank import Bank
from yuxin.site.simulation import county, disputes
from yuxin.site.simulation.acting import Player
from yuxin.site.simulation.county import Institution
from yuxin.site.simulation.exchange import demo_bank, exchange
from yuxin.site.simulation.household import Household
from yuxin.site.simulation.plan import PlannedClass, PlannedCourse, PlannedInstitution
from yuxin.tuition.models import Contract
from yuxin.tuition.services.courses import SessionDraft

CODE: Final = "K"
BANK: Final = ("DEMOBANK2", "示例农商银行")
NAME: Final = "示例县晨光美术培训中心有限公司"
NUMBER: Final = 9000
_WEDNESDAY: Final = "周三班"


def _at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=SHANGHAI)


def _sessions() -> tuple[SessionDraft, ...]:
    starts = [_at("03-04 16:00"), _at("03-07 09:00"), _at("03-11 16:00")]
    starts += [_at("04-08 16:00") + timedelta(days=day) for day in range(17)]
    return tuple(SessionDraft(each, each + timedelta(minutes=90)) for each in starts)


def _planned() -> PlannedInstitution:
    class_ = PlannedClass(_WEDNESDAY, "林老师", 12, _sessions())
    course = PlannedCourse(
        "少儿水彩", "ARTS", 10_000, 20, date(2026, 3, 3), date(2026, 5, 31), (class_,)
    )
    return PlannedInstitution(
        number=NUMBER,
        name=NAME,
        brand="晨光美术",
        category="ARTS",
        town=("990101", "河口镇"),
        address="示例县河口镇滨河路1号",
        connected=True,
        conduct="honest",
        courses=(course,),
    )


def play(player: Player, family: Household, child: int) -> Institution:
    """Play contract K from the payment to the last fen of the refund."""
    code, name = BANK
    key = party_keys.new_key()
    pem = party_keys.public_pem(key.public_key()).decode()
    early = _at("01-05 08:00")
    if not _is_over(family):
        county.enter_bank(player, early, code=code, name=name, key_pem=pem, folder="-", cashier="")
    with demo_bank(code, key, None, date(2026, 3, 1)) as bank:
        (one,) = county.enter_some(
            player, [_planned()], 0, bank, _at("02-27 09:00"), lambda _: None
        )
        county.publish(player, one, _at("02-27 10:00"))
        if not _is_over(family):
            _live(player, one, family, child, bank)
    return one


def _is_over(family: Household) -> bool:
    with reading(family.guardian):
        return Contract.objects.filter(code=CODE, state=Contract.State.CLOSED).exists()


def _live(player: Player, one: Institution, family: Household, child: int, bank: Bank) -> None:
    """The sixteen lines of the table, each by the act that makes it."""
    family.signs(one.classes[0], child, _at("03-02 09:50"), code=CODE)
    family.pays(one, CODE, bank, _at("03-02 10:02"))
    exchange(bank, _at("03-03 08:40"), at_once=True)
    first = family.taught(one, CODE, 1, _at("03-04 17:30"))
    family.confirms(first, _at("03-04 19:10"))
    _transfer(bank, "03-04", "03-05")
    family.taught(one, CODE, 2, _at("03-07 10:30"))
    family.looks(_at("03-07 12:00"))
    third = family.taught(one, CODE, 3, _at("03-11 17:30"))
    player.act(
        dispute_lesson,
        family.guardian,
        _at("03-11 20:00"),
        CODE,
        lesson_code=third.code,
        reason="teacher",
        words="换了老师，少上40分钟",
    )
    disputes.mediated(
        player, one.id, (one.head, family.guardian), third.code, _at("03-25 15:00"), kept_bps=5_000
    )
    _transfer(bank, "03-25", "03-26")
    _morning("03-28")
    _evening("03-28")
    exchange(bank, _at("03-30 09:00"), at_once=True)
    refund = family.asks_refund(CODE, _at("03-30 09:10"))
    exchange(bank, _at("03-30 15:00"), at_once=True)
    player.act(answer_refund, one.head, _at("04-01 10:00"), CODE, refund_code=refund, agree=True)
    _transfer(bank, "04-01", "04-02")
    assert _is_over(family), "contract K ends with nothing left"


def _transfer(bank: Bank, evening: str, day: str) -> None:
    _evening(evening)
    exchange(bank, _at(f"{day} 15:00"), at_once=True)


def _morning(day: str) -> None:
    at = _at(f"{day} 00:05")
    with recording_at(at):
        closing.run(closing.MORNING, day_of(at), at)


def _evening(day: str) -> None:
    at = _at(f"{day} 23:50")
    with recording_at(at):
        closing.run(closing.EVENING, day_of(at), at)
