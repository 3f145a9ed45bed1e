"""Disputes of the demo on their way: mediated to an agreement, or decided when that failed."""

from datetime import datetime, timedelta

from yuxin.access.reading import reading
from yuxin.cases.models import Proceeding
from yuxin.kernel.actor import Actor, Role
from yuxin.operations.cases.advance_proceeding import advance_proceeding
from yuxin.operations.tuition.accept_settlement import accept_settlement
from yuxin.operations.tuition.propose_settlement import propose_settlement
from yuxin.operations.tuition.settle_dispute import settle_dispute
from yuxin.site.simulation.acting import Player


def officer_of(institution_id: int) -> Actor:
    """An officer within one institution."""
    return Actor(None, "监管员", frozenset({Role.OFFICER}), (institution_id,))


def _proceeding(institution_id: int, lesson_code: str) -> str:
    with reading(Actor.clock((institution_id,))):
        return Proceeding.objects.values_list("code", flat=True).get(
            dispute__lesson__code=lesson_code
        )


def mediated(
    player: Player,
    institution_id: int,
    sides: tuple[Actor, Actor],
    lesson_code: str,
    at: datetime,
    *,
    kept_bps: int,
) -> None:
    """The institution accounts a day before, the mediator proposes, both say yes at `at`."""
    head, guardian = sides
    player.act(
        advance_proceeding,
        head,
        at - timedelta(days=1),
        f"{lesson_code}|answered",
        proceeding_code=_proceeding(institution_id, lesson_code),
        move="answered",
        words="当天林老师临时生病，由许老师代课，晚到了40分钟。",
    )
    told = player.act(
        propose_settlement,
        officer_of(institution_id),
        at - timedelta(hours=5),
        lesson_code,
        lesson_code=lesson_code,
        kept_bps=kept_bps,
        words="双方都有道理：课上了一半，各担一半。",
    )
    back = int(str(told["returned_fen"]))
    for number, side in enumerate((head, guardian)):
        when = at - timedelta(hours=1 - number)
        key = f"{lesson_code}|{number}"
        player.act(accept_settlement, side, when, key, lesson_code=lesson_code, seen_fen=back)


def decided(
    player: Player, institution_id: int, lesson_code: str, at: datetime, *, kept_bps: int
) -> None:
    """Mediation failed: the officer decides."""
    officer, number = officer_of(institution_id), _proceeding(institution_id, lesson_code)
    for move, words in (("heard", "机构未说明情况，先行调解。"), ("failed", "双方意见相差太大。")):
        player.act(
            advance_proceeding,
            officer,
            at,
            f"{lesson_code}|{move}",
            proceeding_code=number,
            move=move,
            words=words,
        )
    player.act(
        settle_dispute,
        officer,
        at,
        lesson_code,
        lesson_code=lesson_code,
        kept_bps=kept_bps,
        words="按双方陈述和点名记录决定。",
    )
