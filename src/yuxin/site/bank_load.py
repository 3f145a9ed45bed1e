# ruff: noqa: S608  -- statements are put together from the names of our own tables alone
"""A bank's day of any size in an installation that is thrown away: contracts, orders, lines, books.

Written set by set beside the acts, which is how a million lines come to lie there in a minute; what
is measured afterwards is the acts. Columns that are not named take their model's default.
"""

import json
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final

import psycopg
from django.db import models

from yuxin.access.sealed import blind_index, seal
from yuxin.registry.models import CustodyValue
from yuxin.tuition.models import (
    Bank,
    BankBalance,
    BankFile,
    BankLine,
    Contract,
    Instruction,
    InstructionLine,
    Lesson,
    PaymentOrder,
)

BANK: Final = "MEASURE"
PAID: Final = 200_000  # fen of a contract
SHARE: Final = 10_000  # fen of a lesson
KINDS: Final = ("IN", "OUT", "REF", "BAL", "ACC")


class Day:
    """A database in the hands of its superuser, and the day that is made in it."""

    def __init__(self, login: Mapping[str, Any], at: datetime, on: date) -> None:
        self.db = psycopg.connect(**{**login, "dbname": "yuxin"}, autocommit=True)
        self.at, self.on = at, on
        # Rows refer to people and courses that nobody asks for here.
        self.db.execute("SET session_replication_role = replica")
        self.db.execute("SET timezone = 'Asia/Shanghai'")

    def run(self, statement: str, *parameters: object) -> None:
        """One statement."""
        self.db.execute(statement.encode(), parameters or None)

    def fill(self, model: type[models.Model], given: Mapping[str, str], source: str) -> None:
        """Rows of a model: `given` are expressions over `source`, the rest are defaults."""
        columns, values = [], []
        for field in model._meta.concrete_fields:
            assert field.column is not None
            if field.column in given:
                columns.append(field.column)
                values.append(given[field.column])
            elif field.primary_key or field.has_db_default():
                continue
            elif not field.null:
                columns.append(field.column)
                values.append(self._default(field))
        table = model._meta.db_table
        self.run(f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(values)} {source}")

    def _default(self, field: "models.Field[Any, Any]") -> str:
        kind = field.get_internal_type()
        if kind == "DateTimeField":
            return f"'{self.at.isoformat()}'::timestamptz"
        if kind == "DateField":
            return f"'{self.on.isoformat()}'::date"
        if kind == "TimeField":
            return "'16:30'::time"
        if kind == "JSONField":
            return f"'{json.dumps(field.get_default() if field.has_default() else {})}'::jsonb"
        if kind == "BinaryField":
            return "''::bytea"
        if kind == "BooleanField":
            return str(field.get_default() is True).lower()
        value = field.get_default() if field.has_default() else None
        return f"'{value}'" if isinstance(value, str) and value else self._zero(kind, value)

    @staticmethod
    def _zero(kind: str, value: object) -> str:
        if kind in ("CharField", "TextField"):
            return "''"
        return str(int(value)) if isinstance(value, int) else "1"

    def accounts(self, count: int) -> None:
        """So many institutions, each with a custody account at the bank."""
        self.run(
            "CREATE TABLE public.bench_account (n bigint PRIMARY KEY, sealed bytea, own bytea,"
            " number_index bytea, last4 text)"
        )
        with self.db.cursor().copy("COPY public.bench_account FROM STDIN") as copy:
            for n in range(1, count + 1):
                number = f"62179000{n:08d}"
                copy.write_row(
                    (
                        n,
                        seal("custody_number", number),
                        seal("settlement_number", f"62178000{n:08d}"),
                        blind_index("custody_number", number),
                        number[-4:],
                    )
                )
        self.run("ANALYZE public.bench_account")
        given = {
            "subject_id": "n",
            "valid_from": "'2025-01-01'::date",
            "bank_code": f"'{BANK}'",
            "number_sealed": "sealed",
            "number_index": "number_index",
            "number_last4": "last4",
            "settlement_sealed": "own",
            "settlement_last4": "last4",
            "state": "'VERIFIED'",
        }
        self.fill(CustodyValue, given, "FROM public.bench_account")
        self.fill(Bank, {"code": f"'{BANK}'", "name": "'示例银行'"}, "")  # zh: a name

    def contracts(self, count: int, accounts: int) -> None:
        """So many paid contracts, dealt out evenly; contract n is of institution 1 + n mod count.

        Each was paid and arrived on the day; their books are opened.
        """
        of = _dealt(count, accounts)
        common = {"institution_id": "a.n", "guardian_id": "900000 + k", "bank_code": f"'{BANK}'"}
        code = "'C' || lpad(k::text, 12, '0')"
        self.fill(
            Contract,
            {
                **common,
                "id": "k",
                "code": code,
                "learner_id": "k",
                "state": "'active'",
                "total_fen": str(PAID),
                "total_centiunits": "2000",
                "gift_centiunits": "0",
                "custody_sealed": "a.sealed",
                "custody_last4": "a.last4",
                "terms_sha256": "'x'",
                "signed_at": f"'{self.at.isoformat()}'::timestamptz",
                "class_group_id": "a.n",
            },
            of,
        )
        paid = f"('{self.on}'::date + time '10:00') AT TIME ZONE 'Asia/Shanghai'"
        self.fill(
            PaymentOrder,
            {
                **common,
                "id": "k",
                "code": "'P' || lpad(k::text, 12, '0')",
                "contract_id": "k",
                "amount_fen": str(PAID),
                "state": "'arrived'",
                "channel": "'UNIONPAY'",
                "channel_serial": "'S' || k",
                "created_at": paid,
                "paid_at": paid,
                "arrived_on": f"'{self.on}'::date",
            },
            of,
        )
        self.run(
            "INSERT INTO ledger.contract_balance (institution_id, contract_id, custody_fen,"
            f" unearned_fen, paid_fen) SELECT a.n, k, {PAID}, {PAID}, {PAID} {of}"
        )
        self.post(f"{of}", 1002, 2001, PAID)
        self.post(f"{of}", 1001, 1002, PAID)

    def post(self, source: str, debit: int, credit: int, fen: int) -> None:
        """A posting for each contract of a source, effective on the day."""
        self.run(
            "INSERT INTO ledger.posting (institution_id, contract_id, amount_fen, recorded_at,"
            " batch_id, key, effective_on, debit, credit, payload_hash, fact_kind, fact_ref)"
            f" SELECT a.n, k, {fen}, now(), 1, gen_random_uuid(), '{self.on}', {debit}, {credit},"
            f" '\\x00'::bytea, 'bench', 'B-1' {source}"
        )

    def taught(self, count: int, accounts: int) -> None:
        """One lesson of each of the first contracts is confirmed and payable."""
        of = _dealt(count, accounts)
        self.fill(
            Lesson,
            {
                "id": "k",
                "institution_id": "a.n",
                "guardian_id": "900000 + k",
                "code": "'L' || lpad(k::text, 12, '0')",
                "contract_id": "k",
                "session_id": "k",
                "ordinal": "1",
                "amount_fen": str(SHARE),
                "state": "'confirmed'",
                "answered_at": "now()",
                "payable_on": f"'{self.on}'::date",
            },
            of,
        )
        self.post(of, 2001, 2002, SHARE)
        self.post(of, 2002, 2004, SHARE)
        self.run(
            f"UPDATE ledger.contract_balance SET unearned_fen = unearned_fen - {SHARE},"
            f" payable_fen = {SHARE} WHERE contract_id BETWEEN 1 AND {count}"
        )

    def released(self, count: int, accounts: int) -> None:
        """The lesson of each of the first contracts was ordered and transferred on the day."""
        of = _dealt(count, accounts)
        self.fill(
            Instruction,
            {
                "id": "k",
                "code": "'I' || lpad(k::text, 12, '0')",
                "institution_id": "a.n",
                "bank_code": f"'{BANK}'",
                "kind": "'release'",
                "state": "'done'",
                "amount_fen": str(SHARE),
                "from_last4": "a.last4",
            },
            of,
        )
        self.fill(
            InstructionLine,
            {
                "id": "k",
                "instruction_id": "k",
                "institution_id": "a.n",
                "contract_id": "k",
                "amount_fen": str(SHARE),
                "open": "false",
            },
            of,
        )
        self.run(f"UPDATE tuition_lesson SET release_id = contract_id WHERE id <= {count}")
        self.post(of, 2004, 1001, SHARE)
        self.run(
            f"UPDATE ledger.contract_balance SET payable_fen = 0, released_fen = {SHARE},"
            f" custody_fen = custody_fen - {SHARE} WHERE contract_id BETWEEN 1 AND {count}"
        )

    def ordered(self, count: int, accounts: int) -> None:
        """The lesson of each of the first contracts is in one order of its account, sent; the
        bank's result of each order has come and was not looked at yet.
        """
        order = {
            "id": "a.n",
            "code": "'I' || lpad(a.n::text, 12, '0')",
            "institution_id": "a.n",
            "bank_code": f"'{BANK}'",
            "kind": "'release'",
            "state": "'sent'",
            "amount_fen": f"{SHARE} * {_share(count, accounts)}",
            "from_last4": "a.last4",
        }
        self.fill(Instruction, order, "FROM public.bench_account a")
        line = {
            "id": "k",
            "instruction_id": "a.n",
            "institution_id": "a.n",
            "guardian_id": "900000 + k",
            "contract_id": "k",
            "amount_fen": str(SHARE),
            "open": "true",
        }
        self.fill(InstructionLine, line, _dealt(count, accounts))
        self.run(f"UPDATE tuition_lesson SET release_id = contract_id WHERE id <= {count}")
        told = {
            "file_id": "2",
            "bank_code": f"'{BANK}'",
            "bank_serial": "'B' || a.n || ':SUCCESS'",
            "kind": "'OUT'",
            "state": "'received'",
            "amount_fen": order["amount_fen"],
            "reference": order["code"],
            "detail": '\'{"status": "SUCCESS"}\'::jsonb',
        }
        self.fill(BankLine, told, "FROM public.bench_account a")
        self.run("ANALYZE")

    def files(self) -> None:
        """The five files of the day, all there."""
        for number, kind in enumerate(KINDS, start=1):
            self.fill(
                BankFile,
                {
                    "id": str(number),
                    "sha256": f"'{kind}'",
                    "bank_code": f"'{BANK}'",
                    "kind": f"'{kind}'",
                    "account_day": f"'{self.on}'::date",
                    "last": "true",
                    "refused": "''",
                },
                "",
            )

    def lines(self, receipts: int, releases: int, accounts: int) -> None:
        """The bank's lines of the day, matched, and its balances."""
        common = {"bank_code": f"'{BANK}'", "state": "'matched'", "institution_id": "a.n"}
        self.fill(
            BankLine,
            {
                **common,
                "file_id": "1",
                "bank_serial": "'B' || k",
                "kind": "'IN'",
                "account_last4": "a.last4",
                "amount_fen": str(PAID),
                "reference": "'C' || lpad(k::text, 12, '0')",
                "detail": "jsonb_build_object('channel_serial', 'S' || k)",
            },
            _dealt(receipts, accounts),
        )
        self.fill(
            BankLine,
            {
                **common,
                "file_id": "2",
                "bank_serial": "'B' || k || ':SUCCESS'",
                "kind": "'OUT'",
                "amount_fen": str(SHARE),
                "reference": "'I' || lpad(k::text, 12, '0')",
                "detail": '\'{"status": "SUCCESS"}\'::jsonb',
            },
            _dealt(releases, accounts),
        )
        self.fill(
            BankBalance,
            {
                "file_id": "4",
                "account_index": "a.number_index",
                "account_last4": "a.last4",
                "opening_fen": "0",
                "debit_fen": f"s.out * {SHARE}",
                "credit_fen": f"s.came * {PAID}",
                "closing_fen": f"s.came * {PAID} - s.out * {SHARE}",
                "frozen_fen": "0",
            },
            "FROM public.bench_account a CROSS JOIN LATERAL (SELECT"
            f" {_share(receipts, accounts)} AS came, {_share(releases, accounts)} AS out) s",
        )
        self.run("ANALYZE")


def _dealt(count: int, accounts: int) -> str:
    """Numbers k from 1 on, each with its account a."""
    return (
        f"FROM generate_series(1, {count}) k"
        f" JOIN public.bench_account a ON a.n = 1 + k % {accounts}"
    )


def _share(count: int, accounts: int) -> str:
    """How many of so many numbers an account got."""
    series = f"generate_series(a.n - 1, {count}, {accounts})"
    return f"(SELECT count(*) FROM {series} g WHERE g > 0)"


def yesterday(at: datetime) -> date:
    """The accounting day that is compared."""
    return (at - timedelta(days=1)).date()
