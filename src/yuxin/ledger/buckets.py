"""The buckets of a contract, and what may move from one to another."""

from enum import IntEnum
from typing import Final


class Bucket(IntEnum):
    """The buckets of a contract: below 2000 what is held, above it what is owed to whom."""

    CUSTODY = 1001
    IN_TRANSIT = 1002
    ADVANCE = 1003
    UNEARNED = 2001
    PENDING = 2002
    FROZEN = 2003
    PAYABLE = 2004
    REFUND_PAYABLE = 2005

    @property
    def is_asset(self) -> bool:
        """Whether a debit raises it."""
        return self < 2000

    @property
    def zh(self) -> str:
        """The name on a Chinese statement."""
        return _NAMES[self][0]

    @property
    def en(self) -> str:
        """The name on an English statement."""
        return _NAMES[self][1]


_NAMES: Final = {
    Bucket.CUSTODY: ("托管存款", "custody"),
    Bucket.IN_TRANSIT: ("在途资金", "in transit"),
    Bucket.ADVANCE: ("机构预拨", "advance"),
    Bucket.UNEARNED: ("未消课", "unearned"),
    Bucket.PENDING: ("待确认", "pending"),
    Bucket.FROZEN: ("争议冻结", "frozen"),
    Bucket.PAYABLE: ("应付机构", "payable"),
    Bucket.REFUND_PAYABLE: ("应退学员", "refund payable"),
}

_B = Bucket
# What may move to what: (debit, credit). A correction is the same the other way round, and names
# the posting it takes back. The database holds the same list (`movement_is_known`).
MOVEMENTS: Final = {
    (_B.IN_TRANSIT, _B.UNEARNED): ("付款", "paid"),
    (_B.CUSTODY, _B.UNEARNED): ("付款到账", "paid into custody"),
    (_B.CUSTODY, _B.IN_TRANSIT): ("银行到账", "arrived at the bank"),
    (_B.UNEARNED, _B.PENDING): ("已授课", "taught"),
    (_B.PENDING, _B.PAYABLE): ("确认", "confirmed"),
    (_B.PENDING, _B.FROZEN): ("争议", "disputed"),
    (_B.FROZEN, _B.PAYABLE): ("裁定归机构", "decided for the institution"),
    (_B.FROZEN, _B.UNEARNED): ("裁定归学员", "decided for the learner"),
    (_B.FROZEN, _B.PENDING): ("撤回争议", "dispute withdrawn"),
    (_B.PENDING, _B.UNEARNED): ("课时作废", "lesson voided"),
    (_B.UNEARNED, _B.PAYABLE): ("按标价应付", "due at list price"),
    (_B.PAYABLE, _B.CUSTODY): ("划转成功", "transferred"),
    (_B.UNEARNED, _B.REFUND_PAYABLE): ("退费核定", "refund agreed"),
    (_B.REFUND_PAYABLE, _B.CUSTODY): ("退费到账", "refunded"),
    (_B.ADVANCE, _B.CUSTODY): ("预拨", "advanced"),
    (_B.PAYABLE, _B.ADVANCE): ("预拨抵扣", "advance recovered"),
    (_B.CUSTODY, _B.ADVANCE): ("预拨退回", "advance repaid"),
    (_B.ADVANCE, _B.UNEARNED): ("付至机构", "paid to the institution"),
    (_B.REFUND_PAYABLE, _B.ADVANCE): ("机构自退", "refunded by the institution"),
}
