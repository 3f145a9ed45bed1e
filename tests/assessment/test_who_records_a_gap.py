"""A gap excuses everybody it concerns: only who answers for all of them records it."""

from datetime import date

import pytest

from tests.given import call, institution, rules
from yuxin.kernel.actor import Actor, Role
from yuxin.kernel.refusal import Forbidden, NotFound
from yuxin.operations.supervision.record_feed_gap import record_feed_gap
from yuxin.supervision.models import Feed

pytestmark = pytest.mark.django_db


def _record(actor: Actor, bank: str) -> None:
    record_feed_gap(
        call(actor, "03-02 10:00"),
        feed=Feed.FUNDS,
        bank_code=bank,
        valid_from=date(2026, 3, 1),
        reason="银行系统停机",
    )


def _with(role: Role, *ids: int) -> Actor:
    return Actor(9, "沈亦舟", frozenset({role}), ids)


def test_a_bank_s_gap_needs_reach_over_all_it_concerns():
    rules()
    one, two = institution(number=1), institution("晚霞美术", number=2)
    _record(_with(Role.OFFICER, one.id, two.id), "DEMOBANK")
    with pytest.raises(Forbidden):
        _record(_with(Role.OFFICER, one.id), "DEMOBANK")
    for nobody in (_with(Role.OFFICER), _with(Role.HEAD)):
        with pytest.raises(NotFound):
            _record(nobody, "DEMOBANK")


def test_the_platform_s_gap_is_for_the_head():
    rules()
    one = institution(number=1)
    with pytest.raises(Forbidden):
        _record(_with(Role.OFFICER, one.id), "")
    _record(_with(Role.HEAD, one.id), "")
