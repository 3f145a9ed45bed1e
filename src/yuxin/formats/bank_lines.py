"""What the six bank files say, line by line. Amounts are whole fen; accounts are full numbers.

Law: the layout is this project's own, no public rule prescribes one; see `docs/bank-files.md`.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Final

from yuxin.formats.bank_fields import (
    Amount,
    Choice,
    Count,
    Day,
    Flag,
    Instant,
    Maybe,
    Text,
)

ID = Text(64, r"[A-Za-z0-9][A-Za-z0-9._:-]*")
ACCOUNT = Text(40, r"[0-9A-Za-z-]{4,40}")
BANK_CODE = Text(20, r"[A-Z0-9]{2,20}")
SHA256_HEX = Text(64, r"[0-9a-f]{64}")


class FileKind(StrEnum):
    """The six files. REQ goes to the bank, the others come from it."""

    IN = "IN"
    OUT = "OUT"
    REF = "REF"
    BAL = "BAL"
    ACC = "ACC"
    REQ = "REQ"


class Outcome(StrEnum):
    """What became of an instruction. RETURNED may follow SUCCESS days later (退票)."""

    SUCCESS = "SUCCESS"
    FAILED = "FAILED"
    RETURNED = "RETURNED"


class FailCode(StrEnum):
    """Why money did not move, or came back."""

    INSUFFICIENT_FUNDS = "INSUFFICIENT_FUNDS"
    UNKNOWN_ACCOUNT = "UNKNOWN_ACCOUNT"
    ACCOUNT_CLOSED = "ACCOUNT_CLOSED"
    ACCOUNT_FROZEN = "ACCOUNT_FROZEN"
    UNKNOWN_PAYMENT = "UNKNOWN_PAYMENT"
    OVER_PAYMENT = "OVER_PAYMENT"
    CARD_CLOSED = "CARD_CLOSED"
    NOT_PERMITTED = "NOT_PERMITTED"


class Channel(StrEnum):
    """How the money came in."""

    UNIONPAY = "UNIONPAY"
    WECHAT = "WECHAT"
    ALIPAY = "ALIPAY"
    ECNY = "ECNY"
    COUNTER = "COUNTER"
    LOAN = "LOAN"  # forbidden (N12), and told when it happens


class RefundRoute(StrEnum):
    """ORIGINAL: back through the payment's own channel; ACCOUNT: to a checked other account."""

    ORIGINAL = "ORIGINAL"
    ACCOUNT = "ACCOUNT"


class InstructionType(StrEnum):
    """What the platform orders."""

    RELEASE = "RELEASE"
    ADVANCE = "ADVANCE"
    REFUND = "REFUND"
    RETURN = "RETURN"
    DEPOSIT = "DEPOSIT"  # a deposit goes back to its institution


# What goes to an institution's own account; the rest goes back to payers.
TO_INSTITUTION: Final = (
    InstructionType.RELEASE,
    InstructionType.ADVANCE,
    InstructionType.DEPOSIT,
)


class AccountEvent(StrEnum):
    """What happened to an account itself."""

    OPENED = "OPENED"
    FREEZE = "FREEZE"
    UNFREEZE = "UNFREEZE"
    NAME_CHANGE = "NAME_CHANGE"
    CLOSING = "CLOSING"


class Currency(StrEnum):
    """Custody is kept in yuan alone."""

    CNY = "CNY"


@dataclass(frozen=True, slots=True)
class Header:
    """The first line: which file of which bank and day this is, and whether more parts follow."""

    format: Annotated[str, Text(20, r"yuxin-bank-1")]
    file: Annotated[FileKind, Choice(FileKind)]
    bank: Annotated[str, BANK_CODE]
    acct_date: Annotated[date, Day()]
    part: Annotated[int, Count(1, 9999)]
    last: Annotated[bool, Flag()]
    made_at: Annotated[datetime, Instant()]


@dataclass(frozen=True, slots=True)
class Trailer:
    """The last line: `sha256` is over all bytes before it."""

    count: Annotated[int, Count(0, 10**6)]
    sum_fen: Annotated[int, Count(0, 2**53 - 1)]
    sha256: Annotated[str, SHA256_HEX]


@dataclass(frozen=True, slots=True)
class InLine:
    """One receipt on a custody account."""

    bank_serial: Annotated[str, ID]
    acct_date: Annotated[date, Day()]
    posted_at: Annotated[datetime, Instant()]
    custody_acct: Annotated[str, ACCOUNT]
    amount_fen: Annotated[int, Amount()]
    channel: Annotated[Channel, Choice(Channel)]
    channel_serial: Annotated[str, ID]
    contract_no: Annotated[str | None, Maybe(ID)]
    sub_account: Annotated[str | None, Maybe(ACCOUNT)]
    payer_name_mask: Annotated[str, Text(40)]


@dataclass(frozen=True, slots=True)
class OutLine:
    """The result of a release or an advance."""

    bank_serial: Annotated[str, ID]
    instruction_id: Annotated[str, ID]
    status: Annotated[Outcome, Choice(Outcome)]
    amount_fen: Annotated[int, Amount()]
    fee_fen: Annotated[int, Amount(least=0)]
    fail_code: Annotated[FailCode | None, Maybe(Choice(FailCode))]
    posted_at: Annotated[datetime, Instant()]


@dataclass(frozen=True, slots=True)
class RefLine:
    """The result of a refund or of a return to the sender."""

    bank_serial: Annotated[str, ID]
    instruction_id: Annotated[str, ID]
    refund_id: Annotated[str, ID]
    original_channel_serial: Annotated[str, ID]
    amount_fen: Annotated[int, Amount()]
    status: Annotated[Outcome, Choice(Outcome)]
    route: Annotated[RefundRoute, Choice(RefundRoute)]
    fail_code: Annotated[FailCode | None, Maybe(Choice(FailCode))]
    posted_at: Annotated[datetime, Instant()]


@dataclass(frozen=True, slots=True)
class BalLine:
    """A custody account at the end of the accounting day; debits are money out."""

    custody_acct: Annotated[str, ACCOUNT]
    opening_fen: Annotated[int, Amount(least=0)]
    debit_sum_fen: Annotated[int, Amount(least=0)]
    credit_sum_fen: Annotated[int, Amount(least=0)]
    closing_fen: Annotated[int, Amount(least=0)]
    frozen_fen: Annotated[int, Amount(least=0)]
    interest_fen: Annotated[int, Amount(least=0)]
    currency: Annotated[Currency, Choice(Currency)]

    @property
    def adds_up(self) -> bool:
        """Opening + credits - debits = closing; where not, reconciliation opens a BAL_DIFF."""
        return self.opening_fen + self.credit_sum_fen - self.debit_sum_fen == self.closing_fen


@dataclass(frozen=True, slots=True)
class AccLine:
    """An event of the account itself, with the authority that ordered it."""

    event_id: Annotated[str, ID]
    custody_acct: Annotated[str, ACCOUNT]
    event: Annotated[AccountEvent, Choice(AccountEvent)]
    frozen_fen: Annotated[int | None, Maybe(Amount(least=0))]
    authority: Annotated[str | None, Maybe(Text(80))]
    document_no: Annotated[str | None, Maybe(Text(80))]
    title: Annotated[str | None, Maybe(Text(120))]
    posted_at: Annotated[datetime, Instant()]


@dataclass(frozen=True, slots=True)
class ReqLine:
    """An order of the platform. `instruction_id` is the key: one id moves money at most once.

    `lines_sha256` is the digest of what the sum is made of (the postings settled); for refunds
    and returns `refund_id`, `original_channel_serial` and `route` are given, `to_acct` only where
    the route is ACCOUNT.
    """

    instruction_id: Annotated[str, ID]
    batch_id: Annotated[str, ID]
    type: Annotated[InstructionType, Choice(InstructionType)]
    amount_fen: Annotated[int, Amount()]
    from_acct: Annotated[str, ACCOUNT]
    to_acct: Annotated[str | None, Maybe(ACCOUNT)]
    value_date: Annotated[date, Day()]
    refund_id: Annotated[str | None, Maybe(ID)]
    original_channel_serial: Annotated[str | None, Maybe(ID)]
    route: Annotated[RefundRoute | None, Maybe(Choice(RefundRoute))]
    lines_sha256: Annotated[str, SHA256_HEX]


def absent_field(line: ReqLine) -> str | None:
    """The first field that an instruction of its type needs and does not have."""
    if line.type in TO_INSTITUTION:
        needed = ["to_acct"]
    else:
        needed = ["refund_id", "original_channel_serial", "route"]
        needed += ["to_acct"] if line.route is RefundRoute.ACCOUNT else []
    return next((name for name in needed if getattr(line, name) is None), None)


Line = InLine | OutLine | RefLine | BalLine | AccLine | ReqLine
LINE_OF: dict[FileKind, type[Line]] = {
    FileKind.IN: InLine,
    FileKind.OUT: OutLine,
    FileKind.REF: RefLine,
    FileKind.BAL: BalLine,
    FileKind.ACC: AccLine,
    FileKind.REQ: ReqLine,
}
ID_FIELD: dict[FileKind, str] = {
    FileKind.IN: "bank_serial",
    FileKind.OUT: "bank_serial",
    FileKind.REF: "bank_serial",
    FileKind.BAL: "custody_acct",
    FileKind.ACC: "event_id",
    FileKind.REQ: "instruction_id",
}
"""The field that no two lines of a file share. OUT and REF: the bank's serial, because the same
instruction under two serials is a fact to reconcile, not a fault of the file."""

SUM_FIELD: dict[FileKind, str | None] = {
    FileKind.IN: "amount_fen",
    FileKind.OUT: "amount_fen",
    FileKind.REF: "amount_fen",
    FileKind.BAL: "closing_fen",
    FileKind.ACC: None,
    FileKind.REQ: "amount_fen",
}


def sum_of(kind: FileKind, lines: tuple[Line, ...]) -> int:
    """What the trailer's sum says of these lines."""
    field = SUM_FIELD[kind]
    return sum(getattr(line, field) for line in lines) if field else 0
