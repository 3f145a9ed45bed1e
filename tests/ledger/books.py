"""Builders for the ledger's tests: a contract, its postings, its buckets in yuan."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any

import psycopg
from django.db import connection, transaction

from tests.conftest import Cluster
from yuxin.access.context import opened
from yuxin.kernel.act import Act, open_act
from yuxin.kernel.actor import Actor, Role
from yuxin.kernel.ids import fact_key
from yuxin.kernel.money import Fen, parse_yuan
from yuxin.ledger.buckets import Bucket
from yuxin.ledger.models import ContractBalance
from yuxin.ledger.services import Group, Posted, Posting, arrays_of, open_contracts, post

CLOCK = Actor(None, "clock", frozenset({Role.CLOCK}))
AT = datetime(2026, 3, 2, 2, 2, tzinfo=UTC)
ACT = Act(CLOCK, AT, uuid.UUID(int=1), "test.posted", None)  # type: ignore[arg-type]
CALL = (
    "SELECT * FROM ledger.post(%s, %s::integer[], %s::uuid[], %s::bigint[], %s::smallint[],"
    " %s::smallint[], %s::bigint[], %s::date[], %s::text[], %s::text[], %s::uuid[])"
)


@contextmanager
def booking() -> Iterator[Act]:
    """An open operation, as the services ask for it; ends with its transaction."""
    with opened("operation"), transaction.atomic(), open_act(ACT):
        yield ACT


def moved(
    debit: int,
    credit: int,
    yuan: str,
    *,
    ref: str = "K-1",
    contract: int = 42,
    on: date = date(2026, 3, 4),
    kind: str = "test.moved",
    reverses: uuid.UUID | None = None,
) -> Posting:
    """One posting whose key follows from contract, kind, reference and buckets."""
    key = fact_key(
        AT, contract=str(contract), fact=kind, action=f"{debit}/{credit}", occurrence=ref
    )
    return Posting(key, Bucket(debit), Bucket(credit), parse_yuan(yuan), kind, ref, on, reverses)


def booked(*postings: Posting, institution: int = 7, contract: int = 42) -> Posted:
    """Open the contract if need be and post one group."""
    with booking() as act:
        open_contracts(act, institution_id=institution, contract_ids=[contract])
        return post(act, [Group(institution, contract, postings)])


def balance(institution: int = 7, contract: int = 42) -> ContractBalance:
    """The balance row of a contract."""
    with booking():
        return ContractBalance.objects.get(institution_id=institution, contract_id=contract)


def buckets(institution: int = 7, contract: int = 42) -> dict[Bucket, int]:
    """Fen per bucket, empty ones left out."""
    row = balance(institution, contract)
    return {b: row.in_bucket(b) for b in Bucket if row.in_bucket(b)}


def in_yuan(**amounts: str) -> dict[Bucket, int]:
    """`in_yuan(custody="1900.00")` in the form of `buckets`."""
    return {Bucket[name.upper()]: parse_yuan(text) for name, text in amounts.items()}


def logged_in(cluster: Cluster, role: str = "app", **options: Any) -> psycopg.Connection[Any]:
    """A connection of its own to the database of the test, committing each statement."""
    login = cluster.login(role, connection.settings_dict["NAME"])
    return psycopg.connect(**login, autocommit=True, **options)


def call(db: psycopg.Connection[Any], group: Group) -> tuple[int, int, datetime]:
    """Call ledger.post itself, as the role that `db` logged in as."""
    row = db.execute(CALL, [group.institution_id, *arrays_of([group])]).fetchone()
    assert row is not None
    return row


def fen(yuan: str) -> Fen:
    """Yuan in fen; the empty text is nothing."""
    return parse_yuan(yuan or "0")
