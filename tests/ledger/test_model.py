"""The ledger against the reference: any sequence of acts ends in the same books.

Short in the suite; `--long` searches further.
"""

import uuid
from dataclasses import replace
from datetime import date
from itertools import count

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from tests.ledger.books import booking
from tests.ledger.reference import Ledger
from yuxin.kernel.refusal import Refusal
from yuxin.ledger.buckets import MOVEMENTS, Bucket
from yuxin.ledger.models import ContractBalance
from yuxin.ledger.services import AMOUNT_MAX, Group, Posting, open_contracts, post

WORLDS = count(1)
CONTRACTS = (10, 11)
FORTH = sorted(MOVEMENTS)
PAYMENTS = [way for way in FORTH if way[1] is Bucket.UNEARNED and way[0].is_asset]
AMOUNTS = st.sampled_from([1, 50, 100, 333, 1000, 200000, 2**53 - 1])
PARTS = st.sampled_from([1, 2, 3])


class Books(RuleBasedStateMachine):
    """Acts on two contracts of two institutions, played to the database and to the reference."""

    groups = Bundle("groups")

    @initialize()
    def open(self) -> None:
        world = next(WORLDS)
        self.institutions = (world * 2, world * 2 + 1)
        self.keys = count(1)
        self.reference = Ledger()
        for institution in self.institutions:
            with booking() as act:
                open_contracts(act, institution_id=institution, contract_ids=CONTRACTS)
            for contract in CONTRACTS:
                self.reference.open(institution, contract)

    def _posting(
        self, way: tuple[Bucket, Bucket], fen: int, reverses: uuid.UUID | None = None
    ) -> Posting:
        key = uuid.UUID(int=next(self.keys) << 80 | 8 << 76 | 2 << 62)
        return Posting(key, *way, fen, "model.step", "M-1", date(2026, 3, 4), reverses)

    def _back(self, named: Posting, fen: int) -> Posting:
        return self._posting((named.credit, named.debit), fen, named.key)

    def _play(self, *call: Group) -> bool:
        """Post to both; whether it went through. They must agree on that, and on how much."""
        expected = self.reference.post(list(call))
        got = self._posted(call)
        # Of two faults in one call either may be told.
        assert isinstance(got, str) == isinstance(expected, str), (got, expected)
        if isinstance(got, str):
            return False
        assert got == expected
        return True

    @staticmethod
    def _posted(call: tuple[Group, ...]) -> str | int:
        try:
            with booking() as act:
                answer = post(act, call)
        except Refusal as refusal:
            return refusal.code
        return answer.count - answer.repeated

    @rule(
        target=groups,
        side=st.integers(0, 1),
        contract=st.sampled_from(CONTRACTS),
        way=st.sampled_from(PAYMENTS),
        fen=AMOUNTS,
    )
    def pay(self, side, contract, way, fen):
        group = Group(self.institutions[side], contract, [self._posting(way, fen)])
        return group if self._play(group) else multiple()

    @rule(
        target=groups,
        side=st.integers(0, 1),
        contract=st.sampled_from(CONTRACTS),
        ways=st.lists(st.sampled_from(FORTH), min_size=1, max_size=3),
        part=PARTS,
    )
    def move(self, side, contract, ways, part):
        """Move a part of what lies where it comes from: mostly possible, sometimes too much."""
        place = self.institutions[side], contract
        state = self.reference.contracts[place]
        postings = []
        for debit, credit in ways:
            source = credit if credit.is_asset else debit
            fen = min(max(1, state.buckets[source] // part), AMOUNT_MAX)
            postings.append(self._posting((debit, credit), fen))
            state = state.moved(postings[-1])
        group = Group(*place, postings)
        return group if self._play(group) else multiple()

    @rule(group=groups)
    def repeat(self, group):
        assert self._play(group), "a repeat answers as the first time"

    @rule(group=groups)
    def reuse_a_key(self, group):
        first, *rest = group.postings
        assert not self._play(replace(group, postings=[replace(first, fact_ref="M-2"), *rest]))
        other = sum(CONTRACTS) - group.contract_id
        assert not self._play(replace(group, contract_id=other))

    @rule(group=groups, fen=AMOUNTS)
    def add_to_a_group(self, group, fen):
        more = self._posting(FORTH[0], fen)
        assert not self._play(replace(group, postings=[*group.postings, more]))

    @rule(group=consumes(groups))
    def reverse(self, group):
        backs = [self._back(p, p.amount_fen) for p in group.postings]
        if self._play(replace(group, postings=backs)):
            again = [self._back(p, p.amount_fen) for p in group.postings]
            assert not self._play(replace(group, postings=again)), "taken back twice"

    @rule(group=groups)
    def reverse_another(self, group):
        first = group.postings[0]
        back = self._back(first, first.amount_fen - 1 or 2)
        assert not self._play(replace(group, postings=[back]))

    @rule(one=groups, fen=AMOUNTS, contract=st.sampled_from((*CONTRACTS, 12)))
    def call_of_old_and_new(self, one, fen, contract):
        new = Group(self.institutions[0], contract, [self._posting(PAYMENTS[0], fen)])
        self._play(one, new)

    @invariant()
    def agree(self):
        with booking():
            found = ContractBalance.objects.filter(institution_id__in=self.institutions)
            rows = {(b.institution_id, b.contract_id): b for b in found}
        assert rows.keys() == self.reference.contracts.keys()
        for place, contract in self.reference.contracts.items():
            row = rows[place]
            assert {b: row.in_bucket(b) for b in Bucket} == contract.buckets
            assert (row.paid_fen, row.released_fen, row.refunded_fen) == (
                contract.paid,
                contract.released,
                contract.refunded,
            )


def _search(examples: int, steps: int) -> None:
    run_state_machine_as_test(
        Books,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.django_db
def test_the_books_agree_with_the_reference():
    _search(examples=25, steps=25)


@pytest.mark.slow
@pytest.mark.django_db
def test_the_books_agree_with_the_reference_in_a_long_search():
    _search(examples=4000, steps=50)
