"""Judge institutions: at once those that were marked, every night all of them.

Safe to stop and to repeat: marks are taken in the transaction that judges, and each part of a
night is one request whose number follows from the day and the institutions.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from functools import partial
from typing import Final
from uuid import uuid4

from yuxin.access.reading import reading
from yuxin.assessment import queries
from yuxin.jobs.apart import PARTS
from yuxin.kernel.act import Call
from yuxin.kernel.actor import Actor
from yuxin.kernel.clock import day_of
from yuxin.kernel.ids import request_id_for
from yuxin.operations.assessment.judge_colours import INSTITUTIONS_MAX, judge_colours

MARKED_AT_ONCE: Final = 100
_CLOCK: Final = Actor.clock(())


def judge_marked(at: datetime) -> int:
    """Judge up to a hundred institutions that were marked; how many were judged."""
    with reading(_CLOCK):
        marked = queries.marked(_CLOCK, limit=MARKED_AT_ONCE)
    if not marked:
        return 0
    before = PARTS.undone
    judged = PARTS.do("colours of all marked", at, partial(_judge_marked, marked, at))
    if PARTS.undone == before:
        return judged
    # One of them cannot be judged: the others are, one by one.
    return sum(
        PARTS.do(f"colour of institution {each}", at, partial(_judge_marked, [each], at))
        for each in marked
    )


def _judge_marked(marked: Sequence[int], at: datetime) -> int:
    call = Call(Actor.clock(tuple(marked)), at, uuid4())
    return int(str(judge_colours(call, institution_ids=tuple(marked))["judged"]))


def judge_all(_day: date, at: datetime) -> int:
    """Judge every connected institution, and those that were; how many were judged now.

    For the day on which it runs: the past was judged when it was known.
    """
    with reading(_CLOCK):
        asked = queries.to_judge(_CLOCK)
    return sum(
        PARTS.do(f"colours of institutions from {part[0]}", at, partial(_judge_part, part, at))
        for part in _parts(asked)
    )


def _judge_part(part: Sequence[int], at: datetime) -> int:
    key = f"colours|{day_of(at)}|{part[0]}|{part[-1]}|{len(part)}"
    call = Call(Actor.clock(tuple(part)), at, request_id_for(key))
    receipt = judge_colours(call, institution_ids=tuple(part), marked_only=False)
    return 0 if receipt.repeated else int(str(receipt["judged"]))


def _parts(asked: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(asked), INSTITUTIONS_MAX):
        yield asked[start : start + INSTITUTIONS_MAX]
