"""Advances worked off by taught lessons, and what institutions owe to contracts."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from yuxin.tuition.models import Contract, RefundCase


class Recovery(models.Model):
    """Earned money that worked off an advance, instead of being transferred."""

    code = models.CharField(max_length=13, unique=True)
    institution_id = models.BigIntegerField()
    guardian_id = models.BigIntegerField()
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="recoveries")
    amount_fen = models.BigIntegerField()
    on = models.DateField()
    created_at = models.DateTimeField()
    taken_back_at = models.DateTimeField(null=True)  # the bank returned the advance after all

    class Meta:
        indexes: ClassVar = [models.Index(fields=["contract"], name="recovery_by_contract")]
        constraints: ClassVar = [
            models.CheckConstraint(name="recovery_positive", condition=Q(amount_fen__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.amount_fen} fen"


class Debt(models.Model):
    """What an institution owes to a contract whose refund its custody does not cover.

    It is paid into the contract's custody under the debt's own number, or straight to the family
    where the institution keeps the tuition itself (the guardian says that it came).
    """

    class State(models.TextChoices):
        """Only the bank's file or the guardian's word closes a debt."""

        OPEN = "open"
        STATED = "stated"  # the institution says that it paid the family; not confirmed yet
        PAID = "paid"
        COVERED = "covered"  # a deposit or an insurer pays it to the family instead

    code = models.CharField(max_length=13, unique=True)
    institution_id = models.BigIntegerField()
    guardian_id = models.BigIntegerField()
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="debts")
    refund = models.OneToOneField(RefundCase, on_delete=models.PROTECT, related_name="debt")
    amount_fen = models.BigIntegerField()
    direct = models.BooleanField()  # paid to the family, not into custody
    covered_fen = models.BigIntegerField(default=0)
    state = models.CharField(max_length=7, choices=State, default=State.OPEN)
    created_at = models.DateTimeField()
    due_on = models.DateField()
    stated_at = models.DateTimeField(null=True)
    payment_serial = models.CharField(max_length=64, blank=True)
    paid_on = models.DateField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["institution_id", "due_on"],
                name="debt_by_deadline",
                condition=~Q(state="paid"),
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(name="debt_positive", condition=Q(amount_fen__gt=0)),
            models.CheckConstraint(
                name="debt_covered_within_it",
                condition=Q(covered_fen__gte=0, covered_fen__lte=F("amount_fen"))
                & (~Q(state="covered") | Q(covered_fen=F("amount_fen"))),
            ),
            models.CheckConstraint(
                name="debt_paid_on_a_day",
                condition=Q(state="paid", paid_on__isnull=False)
                | (~Q(state="paid") & Q(paid_on=None)),
            ),
            models.CheckConstraint(
                name="debt_stated_only_when_direct", condition=~Q(state="stated") | Q(direct=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.state} {self.amount_fen} fen"

    @property
    def left_fen(self) -> int:
        """What the institution itself still has to pay of it, in fen."""
        return self.amount_fen - self.covered_fen


class Cover(models.Model):
    """What a refund from a deposit or an insurer pays of a debt, instead of the institution."""

    institution_id = models.BigIntegerField()
    guardian_id = models.BigIntegerField()
    debt = models.ForeignKey(Debt, on_delete=models.PROTECT, related_name="covers")
    refund = models.ForeignKey(RefundCase, on_delete=models.PROTECT, related_name="covers")
    amount_fen = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("debt", "refund", name="debt_covered_once_by_a_refund"),
            models.CheckConstraint(name="cover_positive", condition=Q(amount_fen__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.debt_id}/{self.refund_id} {self.amount_fen} fen"
