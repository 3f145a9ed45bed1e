"""What a break is about; where it stands is its proceeding's."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from yuxin.cases.models import Proceeding
from yuxin.tuition.models import BankLine, Instruction, PaymentOrder


class Cause(models.TextChoices):
    """The breaks of funds-rules 7.4, a file that did not come, and those of levels 3 and 4."""

    PLATFORM_ONLY = "platform_only"
    BANK_ONLY = "bank_only"
    AMOUNT_DIFF = "amount_diff"
    STATUS_DIFF = "status_diff"
    DUPLICATE = "duplicate"
    DATE_DIFF = "date_diff"
    BAL_DIFF = "bal_diff"
    FILE_MISSING = "file_missing"
    BOOKS_DIFF = "books_diff"  # level 3: a contract's balance is not what its postings come to
    NO_PAPERS = "no_papers"  # level 4: a receipt without signed contract and purchaser
    UNCONFIRMED = "unconfirmed"  # level 4: a release without confirmed lessons


class Break(models.Model):
    """One difference. `key` names it by its facts: found again, it is the same break.

    `level`: 1 line, 2 account, 3 sub-ledger, 4 evidence (funds-rules 7.3). `held_fen` lies in
    suspense for it, as `line` told; `order` is what it was matched to by hand, `instruction` what
    returns it.
    """

    proceeding = models.OneToOneField(
        Proceeding, on_delete=models.PROTECT, primary_key=True, related_name="gap"
    )
    institution_id = models.BigIntegerField()
    key = models.CharField(max_length=160, unique=True)
    cause = models.CharField(max_length=16, choices=Cause)
    level = models.PositiveSmallIntegerField()
    bank_code = models.CharField(max_length=20)
    account_day = models.DateField()
    account_last4 = models.CharField(max_length=4, blank=True)
    reference = models.CharField(max_length=64, blank=True)
    expected_fen = models.BigIntegerField(null=True)
    found_fen = models.BigIntegerField(null=True)
    held_fen = models.BigIntegerField(default=0)
    note = models.CharField(max_length=200, blank=True)
    line = models.ForeignKey(BankLine, on_delete=models.PROTECT, null=True, related_name="breaks")
    order = models.ForeignKey(
        PaymentOrder, on_delete=models.PROTECT, null=True, related_name="breaks"
    )
    instruction = models.OneToOneField(
        Instruction, on_delete=models.PROTECT, null=True, related_name="returns"
    )
    return_count = models.PositiveSmallIntegerField(default=0)  # how often it was ordered back

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["bank_code", "account_day"], name="break_by_day"),
            models.Index(fields=["reference"], name="break_by_reference"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(name="break_level_known", condition=Q(level__in=[1, 2, 3, 4])),
            models.CheckConstraint(name="break_held_not_negative", condition=Q(held_fen__gte=0)),
            models.CheckConstraint(name="break_cause_known", condition=Q(cause__in=Cause.values)),
        ]

    def __str__(self) -> str:
        return f"{self.cause} {self.bank_code} {self.account_day}"
