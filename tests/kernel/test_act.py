"""Refusals speak, the clock turns to Shanghai, an act is open or it is not."""

from datetime import UTC, date, datetime
from string import Formatter
from uuid import UUID

import pytest

from yuxin.kernel import calendar, codes, money, refusal
from yuxin.kernel.act import Act, Call, Receipt, act_is_open, open_act, require_act
from yuxin.kernel.actor import EVERYBODY, Actor, Role
from yuxin.kernel.clock import at, day_of, now
from yuxin.kernel.refusal import BadInput, Forbidden, NotFound, Refusal

REQUEST = UUID(int=1)


class NoRules:
    """Rules of a jurisdiction that has none."""

    def on(self, key, day):
        raise NotImplementedError


def act(instant=datetime(2026, 3, 4, 16, 0, tzinfo=UTC)):
    return Act(Actor.public(), instant, REQUEST, "lesson.confirmed", NoRules())


class TooMany(Refusal):
    code = "too_many"
    zh = "最多 {most} 节，“{field}”填了 {given} 节。"
    en = "At most {most} lessons; “{field}” says {given}."


def test_a_refusal_says_what_is_wrong_in_the_language_of_the_person():
    refused = TooMany(field="lessons", most=60, given=61)
    assert refused.say("zh-hans") == "最多 60 节，“lessons”填了 61 节。"
    assert refused.say("en-GB") == "At most 60 lessons; “lessons” says 61."
    assert refused.field == "lessons"
    assert dict(refused.facts) == {"most": 60, "given": 61}
    assert "too_many" in str(refused)


def test_a_refusal_without_its_facts_is_our_error():
    with pytest.raises(AssertionError, match="given"):
        TooMany(most=60)


def all_refusals(of=Refusal):
    for one in of.__subclasses__():
        yield one
        yield from all_refusals(one)


def test_kernel_refusals_have_a_code_each_and_the_same_facts_in_both_languages():
    modules = {module.__name__ for module in (calendar, codes, money, refusal)}
    kernel = [one for one in all_refusals() if one.__module__ in modules]
    assert len({one.code for one in kernel}) == len(kernel)
    for one in kernel:
        zh, en = (
            {name for _, name, _, _ in Formatter().parse(text) if name} for text in (one.zh, one.en)
        )
        assert {name.removesuffix("_zh") for name in zh} == {
            name.removesuffix("_en") for name in en
        }


def test_the_status_of_a_refusal_is_http():
    assert (NotFound().status, Forbidden().status, BadInput(field="x").status) == (404, 403, 422)
    assert Refusal().status == 409


def test_a_business_day_is_the_day_in_shanghai():
    assert day_of(datetime(2026, 3, 4, 15, 59, tzinfo=UTC)) == date(2026, 3, 4)
    assert day_of(datetime(2026, 3, 4, 16, 0, tzinfo=UTC)) == date(2026, 3, 5)
    assert at(date(2026, 3, 28), 0, 5) == datetime(2026, 3, 27, 16, 5, tzinfo=UTC)
    assert now().tzinfo is UTC


def test_an_instant_without_a_zone_has_no_day():
    with pytest.raises(AssertionError):
        day_of(datetime(2026, 3, 4))  # noqa: DTZ001
    with pytest.raises(AssertionError):
        Call(Actor.public(), datetime(2026, 3, 4), REQUEST)  # noqa: DTZ001


def test_an_actor_holds_roles_and_reaches_only_what_is_named():
    clock = Actor.clock((7,))
    assert clock.has(Role.CLOCK, Role.OFFICER)
    assert not clock.has(Role.OFFICER)
    assert clock.institution_ids == (7,)
    assert Actor.public("en").institution_ids == ()
    assert Role.CLOCK not in EVERYBODY
    assert Role.PUBLIC in EVERYBODY


def test_services_find_the_open_act_and_nothing_outside_one():
    assert not act_is_open()
    with pytest.raises(AssertionError, match="inside an operation"):
        require_act()
    with open_act(act()) as opened:
        assert require_act() is opened
        assert opened.day == date(2026, 3, 5)
        with pytest.raises(AssertionError, match="never calls"), open_act(act()):
            raise NotImplementedError
    assert not act_is_open()


def test_an_act_that_fails_is_closed():
    with pytest.raises(NotFound), open_act(act()):
        raise NotFound
    assert not act_is_open()


def test_a_receipt_is_read_by_key():
    receipt = Receipt("0" * 32, {"share_fen": 10000})
    assert receipt["share_fen"] == 10000
    assert not receipt.repeated
    assert Call(Actor.public(), now(), REQUEST).request_id == REQUEST
