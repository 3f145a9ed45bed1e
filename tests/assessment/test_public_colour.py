"""What the public sees: the colour alone, worse only after confirmation, better at once."""

from datetime import timedelta

import pytest
from django.db import connection

from tests.assessment.given import (
    TODAY,
    clock_of_the_books,
    complained,
    connected_as,
    decided,
    judged,
    noon,
    small,
)
from tests.given import call, rules
from yuxin.access.models import Account, Grant
from yuxin.access.reading import reading
from yuxin.assessment.decisions import ReasonMissing
from yuxin.kernel.actor import Actor, Role
from yuxin.messages import queries as letters
from yuxin.operations.assessment.confirm_colour import (
    ColoursNotPublic,
    NobodyToTell,
    NothingToConfirm,
    confirm_colour,
)
from yuxin.operations.assessment.override_colour import override_colour
from yuxin.operations.assessment.propose_override import propose_override
from yuxin.operations.assessment.record_colour_told import NothingToTell, record_colour_told
from yuxin.operations.messages.show_messages import show_messages
from yuxin.rules.colour import Colour
from yuxin.rules.folder import NATION
from yuxin.supervision.models import Outcome

TUESDAY = "2026-11-17"


@pytest.fixture(autouse=True)
def _clock(db):
    clock_of_the_books(noon(TODAY))


def public(of, day="2026-11-16"):
    with reading(Actor.public("zh")), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('yuxin.day', %s, true)", [day])
        cursor.execute("SELECT colour FROM portal.colour WHERE subject_id = %s", [of.id])
        rows = cursor.fetchall()
    return rows[0][0] if rows else None


def head_of(of):
    with connected_as(of.clock):
        account = Account.objects.create(
            login="head", display_name="负责人", password="x", created_at=noon(TODAY)
        )
        Grant.objects.create(
            account=account, role="institution_head", subject_id=of.id, valid_from=TODAY
        )
    return Actor(account.pk, "负责人", of.head.roles, (of.id,))


def reads(head, when=None):
    """The head opens the inbox: the text of the newest letter, and proof that it was seen."""
    with reading(head):
        found = letters.inbox(head)
    show_messages(
        call(head, when or noon(TODAY)),
        message_ids=tuple(each.id for each in found if each.is_new),
    )
    return found[0].text


def by_hand(of, colour):
    """Two people set the colour for five days."""
    proposed = propose_override(
        call(of.officer, noon(TODAY)),
        code=of.code,
        colour=colour,
        until_on=TODAY + timedelta(days=5),
        reason="已核实",
    )
    second = Actor(77, "二", frozenset({Role.HEAD}), (of.id,))
    override_colour(call(second, noon(TODAY)), proposal_id=int(str(proposed["proposal"])))


def test_worse_waits_for_an_officer_and_a_working_day_and_better_shows_at_once():
    rules()
    of = small()
    head = head_of(of)
    assert judged(of).effective == "GREEN"
    assert public(of) == "GREEN"

    codes = complained(of, 5)
    assert judged(of).effective == "RED"
    assert (public(of), public(of, "2026-12-31")) == ("GREEN", "GREEN")

    confirm_colour(call(of.officer, noon(TODAY)), code=of.code)
    assert (public(of), public(of, "2026-12-31")) == ("GREEN", "GREEN")  # nobody has seen it yet
    assert "红色" in reads(head)
    assert (public(of), public(of, TUESDAY)) == ("GREEN", "RED")
    with pytest.raises(NothingToConfirm):
        confirm_colour(call(of.officer, noon(TODAY)), code=of.code)
    assert len(codes) == 5


def test_a_colour_nobody_confirmed_stays_hidden_though_a_worse_one_waited_for_its_day():
    rules()
    of = small()
    head = head_of(of)
    judged(of)
    codes = complained(of, 5)
    assert judged(of).effective == "RED"
    confirm_colour(call(of.officer, noon(TODAY)), code=of.code)
    reads(head)
    by_hand(of, Colour.YELLOW)
    assert judged(of).effective == "YELLOW"
    assert (public(of), public(of, "2026-12-31")) == ("GREEN", "GREEN")
    assert len(codes) == 5


def test_nobody_is_shown_worse_without_having_been_told():
    rules()
    of = small()
    complained(of, 5)
    judged(of)
    with pytest.raises(NobodyToTell):
        confirm_colour(call(of.officer, noon(TODAY)), code=of.code)
    assert public(of, "2026-12-31") is None


def test_a_notice_served_in_person_counts_from_its_day_and_once():
    rules()
    of = small()
    head = head_of(of)
    judged(of)
    complained(of, 5)
    judged(of)
    with pytest.raises(NothingToTell):
        record_colour_told(call(of.officer, noon(TODAY)), code=of.code, words="现场送达")
    confirm_colour(call(of.officer, noon(TODAY)), code=of.code)
    with pytest.raises(ReasonMissing):
        record_colour_told(call(of.officer, noon(TODAY)), code=of.code, words=" ")
    receipt = record_colour_told(call(of.officer, noon(TODAY)), code=of.code, words="交负责人签收")
    assert receipt["from_on"] == TUESDAY
    assert public(of, TUESDAY) == "RED"
    reads(head, noon(TODAY) + timedelta(days=3))  # seen later on: the day stays
    assert public(of, TUESDAY) == "RED"
    with pytest.raises(NothingToTell):
        record_colour_told(call(of.officer, noon(TODAY)), code=of.code, words="再送一次")


def test_a_confirmation_is_void_once_the_colour_was_better_before_anybody_was_told():
    rules()
    of = small()
    head = head_of(of)
    judged(of)
    complained(of, 2)
    assert judged(of).effective == "YELLOW"
    confirm_colour(call(of.officer, noon(TODAY)), code=of.code)
    by_hand(of, Colour.GREEN)
    assert judged(of).effective == "GREEN"
    reads(head)
    assert public(of, "2026-12-31") == "GREEN"


def test_where_policy_shows_no_colour_the_public_sees_none():
    rules((NATION,))
    of = small()
    judged(of)
    assert public(of) is None
    with pytest.raises(ColoursNotPublic):
        confirm_colour(call(of.officer, noon(TODAY)), code=of.code)


def test_a_cleared_warning_stays_yellow_in_public_until_the_clean_days_are_over():
    rules()
    of = small()
    codes = complained(of, 2)
    assert judged(of).effective == "YELLOW"
    head = head_of(of)
    confirm_colour(call(of.officer, noon(TODAY)), code=of.code)
    reads(head)
    assert public(of, TUESDAY) == "YELLOW"
    for code in codes:
        decided(of, code, TODAY, Outcome.INVALID)
    assert judged(of).effective == "YELLOW"
    assert public(of, TUESDAY) == "YELLOW"
