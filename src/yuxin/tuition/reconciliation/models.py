"""What comparing the bank with the books came to: account days; events of accounts."""

from typing import ClassVar

from django.db import models
from django.db.models import Q


class BankDay(models.Model):
    """An accounting day of a bank whose files are all here; None until all of it was compared."""

    bank_code = models.CharField(max_length=20)
    account_day = models.DateField()
    checked_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("bank_code", "account_day", name="bank_day_once")
        ]

    def __str__(self) -> str:
        return f"{self.bank_code} {self.account_day}"


class AccountDay(models.Model):
    """One custody account on one accounting day: four levels compared, open or closed.

    `books_fen` is CUSTODY of the ledger with everything booked up to the day; `bridge` names what
    leads from it to the bank's closing: a list of `[kind, what, fen]`.
    """

    institution_id = models.BigIntegerField()  # 0: an account that we do not know
    bank_code = models.CharField(max_length=20)
    account_last4 = models.CharField(max_length=4)
    account_day = models.DateField()
    receipt_count = models.PositiveIntegerField()
    receipt_fen = models.BigIntegerField()
    release_count = models.PositiveIntegerField()
    release_fen = models.BigIntegerField()
    refund_count = models.PositiveIntegerField()
    refund_fen = models.BigIntegerField()
    other_day_count = models.PositiveIntegerField(default=0)  # same item, another day (DATE_DIFF)
    contract_count = models.PositiveIntegerField()
    proof_count = models.PositiveIntegerField()
    opening_fen = models.BigIntegerField()
    closing_fen = models.BigIntegerField()
    books_fen = models.BigIntegerField()
    bridge = models.JSONField(default=list)
    checked_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_by = models.BigIntegerField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                "bank_code",
                "account_day",
                "institution_id",
                "account_last4",
                name="account_day_once",
            )
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["institution_id", "account_day"], name="account_day_of_institution"
            ),
            models.Index(
                fields=["bank_code", "account_day"],
                name="account_day_open",
                condition=Q(closed_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bank_code} {self.account_last4} {self.account_day}"


class EventKind(models.TextChoices):
    """What a bank reports of an account itself (file ACC)."""

    OPENED = "OPENED", "开户"
    FREEZE = "FREEZE", "冻结"
    UNFREEZE = "UNFREEZE", "解冻"
    NAME_CHANGE = "NAME_CHANGE", "变更户名"
    CLOSING = "CLOSING", "销户"


class AccountEvent(models.Model):
    """An event of an account as its bank told it; only added to."""

    bank_code = models.CharField(max_length=20)
    event_id = models.CharField(max_length=64)
    institution_id = models.BigIntegerField()  # 0: an account that we do not know
    account_index = models.BinaryField()
    account_last4 = models.CharField(max_length=4)
    account_day = models.DateField()
    kind = models.CharField(max_length=12, choices=EventKind)
    frozen_fen = models.BigIntegerField(null=True)
    authority = models.CharField(max_length=80, blank=True)
    document_no = models.CharField(max_length=80, blank=True)
    title = models.CharField(max_length=120, blank=True)
    posted_at = models.DateTimeField()
    received_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("bank_code", "event_id", name="account_event_once"),
            models.CheckConstraint(
                name="account_event_known", condition=Q(kind__in=EventKind.values)
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["institution_id", "account_day"], name="event_of_institution")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.account_last4} {self.account_day}"
