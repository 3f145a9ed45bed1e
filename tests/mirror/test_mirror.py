"""Mirror mode: the same rules on facts of others lead to the same buckets, to the fen."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from tests.given import Institution, at, call, institution, rows, rules
from tests.mirror.given import PHONE, K, fact, key, receive, sealed, source
from yuxin.access.reading import reading
from yuxin.formats import party_keys
from yuxin.formats.mirror_files import MirrorForged, MirrorUnreadable
from yuxin.kernel.actor import Actor, Role
from yuxin.kernel.clock import SHANGHAI
from yuxin.kernel.refusal import NotFound
from yuxin.ledger.buckets import Bucket
from yuxin.operations.registry.register_guardian import register_guardian
from yuxin.operations.tuition.receive_mirror_file import MirrorSourceUnknown, receive_mirror_file
from yuxin.tuition.mirror import queries
from yuxin.tuition.mirror.models import MirrorFact
from yuxin.tuition.mirror.queries import Mirrored
from yuxin.tuition.mirror.services import MirrorContractUnknown, MirrorFactChanged

pytestmark = pytest.mark.django_db
ORDER = (
    Bucket.CUSTODY,
    Bucket.UNEARNED,
    Bucket.PENDING,
    Bucket.FROZEN,
    Bucket.PAYABLE,
    Bucket.REFUND_PAYABLE,
)
# The table of section 9, line by line: the instant, then the six columns in yuan.
TABLE = [
    ("03-02 10:02", 0, 2000, 0, 0, 0, 0),
    ("03-03 08:40", 2000, 2000, 0, 0, 0, 0),
    ("03-04 17:30", 2000, 1900, 100, 0, 0, 0),
    ("03-04 19:10", 2000, 1900, 0, 0, 100, 0),
    ("03-05 15:00", 1900, 1900, 0, 0, 0, 0),
    ("03-07 10:30", 1900, 1800, 100, 0, 0, 0),
    ("03-11 17:30", 1900, 1700, 200, 0, 0, 0),
    ("03-11 20:00", 1900, 1700, 100, 100, 0, 0),
    ("03-25 15:00", 1900, 1750, 100, 0, 50, 0),
    ("03-26 15:00", 1850, 1750, 100, 0, 0, 0),
    ("03-28 00:04", 1850, 1750, 100, 0, 0, 0),
    ("03-28 00:05", 1850, 1750, 0, 0, 100, 0),
    ("03-30 09:10", 1850, 1750, 0, 0, 100, 0),
    ("03-30 15:00", 1750, 1750, 0, 0, 0, 0),
    ("04-01 10:00", 1750, 0, 0, 0, 0, 1750),
    ("04-02 15:00", 0, 0, 0, 0, 0, 0),
]


def place() -> Institution:
    rules()
    source()
    return institution()


def shown(of: Institution, when: str = "04-03 10:00") -> Mirrored:
    with reading(of.officer):
        (found,) = queries.contracts(of.officer, at(when))
    return found


def test_the_life_of_contract_k_as_mirrored_facts_line_by_line():
    of = place()
    assert receive(of, K)["new"] == len(K)
    for when, *yuan in TABLE:
        held = shown(of, when).result.buckets
        assert [held[each] for each in ORDER] == [each * 100 for each in yuan], when
    end = shown(of)
    assert (end.result.released_fen, end.result.refunded_fen) == (25_000, 175_000)
    assert end.result.differences == []
    assert (end.origin, end.learner) == ("national", "陈**")


def test_the_same_file_twice_changes_nothing_and_the_same_facts_in_another_neither():
    of = place()
    receive(of, K[:5])
    again = receive(of, K[:5], when="04-03 11:00")
    assert (again["new"], again["before"]) == (0, 5)
    more = receive(of, K, when="04-03 12:00")
    assert (more["new"], more["before"]) == (len(K) - 5, 5)
    assert rows("SELECT count(*) FROM mirror_mirrorfact", reader=of.officer) == [(len(K),)]


def test_what_was_released_before_it_was_earned_is_a_difference_and_held_ahead():
    of = place()
    receive(of, (*K[:3], fact("release", "03-03 15:00", "R1", amount_fen=60_000)))
    found = shown(of)
    assert [(each.kind, each.ref, each.fen) for each in found.result.differences] == [
        ("released_ahead", "R1", 60_000)
    ]
    assert found.result.ahead_fen == 60_000
    held = found.result.buckets
    assert held[Bucket.CUSTODY] + held[Bucket.ADVANCE] == held[Bucket.UNEARNED]


def test_silence_in_a_year_without_a_calendar_confirms_nothing_and_breaks_nothing():
    of = place()
    old = replace(
        fact("lesson", "03-04 17:30", "L1", centiunits=100, told_on=date(2024, 3, 4)),
        at=datetime(2024, 3, 4, 17, 30, tzinfo=SHANGHAI),
    )
    begun = tuple(
        replace(each, at=datetime(2024, 3, 2, 9, n, tzinfo=SHANGHAI))
        for n, each in enumerate(K[:3])
    )
    receive(of, (*begun, old))
    held = shown(of).result
    assert (held.buckets[Bucket.PENDING], held.payable_fen) == (10_000, 0)


def test_lessons_recover_what_was_released_ahead():
    of = place()
    early = fact("release", "03-03 15:00", "R1", amount_fen=60_000)
    receive(of, (*K[:3], early, *K[3:5]))
    assert shown(of).result.ahead_fen == 50_000
    assert shown(of).result.payable_fen == 0


def test_a_refund_below_what_is_owed_is_a_difference():
    of = place()
    receive(of, (*K[:3], fact("refund_agreed", "03-10 10:00", "F1", amount_fen=150_000)))
    assert [(each.kind, each.fen) for each in shown(of).result.differences] == [
        ("refund_less", 50_000)
    ]


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        (lambda data: data.replace(b"200000", b"200001", 1), MirrorForged),
        (lambda data: data + b"x", MirrorForged),
    ],
)
def test_a_file_that_was_touched_is_refused_whole(change, refusal):
    of = place()
    data = sealed(of, K)
    with pytest.raises(refusal):
        receive_mirror_file(
            call(of.officer, "04-03 09:00"),
            data=change(data),
            signature=party_keys.sign(data, key()),
        )
    assert rows("SELECT count(*) FROM mirror_mirrorfact", reader=of.officer) == [(0,)]


@pytest.mark.parametrize(
    ("found", "written"),
    [
        (b"confirmed", b"confirmes"),
        (b",100,", b",-1,"),
        (b"#end,14,", b"#end,13,"),
        (b"2026-03-04T19:10", b"2026-13-04T19:10"),
        (b"L1,confirmed", b"\xff\xfe"),
    ],
)
def test_a_signed_file_that_is_not_as_the_layout_says_is_refused_whole(found, written):
    of = place()
    data = sealed(of, K)
    bad = data.replace(found, written) if found in data else data.replace(b"kind", b"k\xffnd")
    with pytest.raises(MirrorUnreadable):
        receive_mirror_file(
            call(of.officer, "04-03 09:00"), data=bad, signature=party_keys.sign(bad, key())
        )
    assert rows("SELECT count(*) FROM mirror_mirrorfact", reader=of.officer) == [(0,)]


def test_a_fact_is_never_told_twice_with_other_contents():
    of = place()
    receive(of, K[:3])
    with pytest.raises(MirrorFactChanged):
        receive(of, (*K[:2], replace(K[2], amount_fen=1)), when="04-03 11:00")
    with pytest.raises(MirrorContractUnknown):
        receive(of, (replace(K[5], contract="N-X"),), when="04-03 12:00")


def test_a_source_that_nobody_entered_is_not_believed():
    rules()
    of = institution()
    with pytest.raises(MirrorSourceUnknown):
        receive(of, K)
    source("bank")
    with pytest.raises(MirrorSourceUnknown):
        receive(of, K)


def test_an_officer_of_another_place_takes_nothing():
    of = place()
    data = sealed(of, K)
    other = Actor(9, "别处的干部", frozenset({Role.OFFICER}), (of.id + 999,))
    with pytest.raises(NotFound):
        receive_mirror_file(
            call(other, "04-03 09:00"), data=data, signature=party_keys.sign(data, key())
        )


def test_the_family_is_found_by_telephone_and_strangers_see_nothing():
    of = place()
    made = register_guardian(call(Actor.clock(()), "01-10 09:00"), name="陈女士", phone=PHONE)
    person = int(str(made["person_id"]))
    family = Actor(501, "陈女士", frozenset({Role.GUARDIAN}), person_ids=(person,))
    receive(of, K[:5])
    with reading(family):
        (found,) = queries.of_family(family, at("03-04 20:00"))
        assert found.learner == "陈小禾" and found.result.payable_fen == 10_000
    stranger = Actor(7, "旁人", frozenset({Role.GUARDIAN}), person_ids=(99_999,))
    with reading(stranger):
        assert queries.of_family(stranger, at("03-04 20:00")) == []
        assert not MirrorFact.objects.exists()
