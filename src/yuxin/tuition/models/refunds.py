"""Refunds: asked, answered or left unanswered, instructed, paid by the original route."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from yuxin.rules.earning import PriceBasis
from yuxin.tuition.models.contracts import Contract


class RefundCase(models.Model):
    """One request for the rest of a contract's money, with the arithmetic as it was shown."""

    class State(models.TextChoices):
        """States of funds-rules 4.3."""

        REQUESTED = "requested"
        CONTESTED = "contested"
        REVIEWING = "reviewing"  # an officer looks at it before anybody else
        APPROVED = "approved"  # agreed, deemed agreed or adjudicated
        INSTRUCTED = "instructed"
        PAID = "paid"
        RETURNED = "returned"
        WITHDRAWN = "withdrawn"

    class Ground(models.TextChoices):
        """How it was approved."""

        AGREED = "agreed"
        DEEMED = "deemed"
        ADJUDICATED = "adjudicated"
        CLOSING = "closing"  # the institution was declared closed or absconded

    class Source(models.TextChoices):
        """From what it is paid. Deposit and insurance pay what the institution owes."""

        CUSTODY = "custody"
        DEPOSIT = "deposit"
        INSURANCE = "insurance"

    code = models.CharField(max_length=13, unique=True)
    institution_id = models.BigIntegerField()
    guardian_id = models.BigIntegerField()
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="refunds")
    state = models.CharField(max_length=10, choices=State, default=State.REQUESTED)
    ground = models.CharField(max_length=12, choices=Ground, blank=True)
    reason = models.CharField(max_length=40)
    sheet = models.JSONField()  # paid, earned, pending, frozen, refunded, refundable: fen
    amount_fen = models.BigIntegerField()
    # By which price taken lessons were counted, and what the institution keeps on top of what it
    # earned where that is the list price; the order to transfer it.
    basis = models.CharField(
        max_length=12,
        choices=[(each.value, each.value) for each in PriceBasis],
        default=PriceBasis.PROPORTIONAL.value,
    )
    listed_fen = models.BigIntegerField(default=0)
    listed_release = models.ForeignKey(
        "tuition.InstructionLine", on_delete=models.PROTECT, null=True, related_name="+"
    )
    requested_at = models.DateTimeField()
    answer_by_on = models.DateField()
    answered_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=200, blank=True)
    paid_on = models.DateField(null=True)
    # Another account, checked by an officer, after the original route failed.
    account_sealed = models.BinaryField(null=True)
    account_last4 = models.CharField(max_length=4, blank=True)
    source = models.CharField(max_length=9, choices=Source, default=Source.CUSTODY)
    # Of a deposit: the account that pays, and under which number its money stands in the books.
    source_sealed = models.BinaryField(null=True)
    source_book = models.BigIntegerField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["institution_id", "answer_by_on"],
                name="refund_by_deadline",
                condition=Q(state="requested"),
            ),
            models.Index(fields=["guardian_id"], name="refund_by_guardian"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(name="refund_not_negative", condition=Q(amount_fen__gte=0)),
            models.CheckConstraint(
                name="refund_keeps_more_at_list_price_only",
                condition=Q(listed_fen=0) | Q(listed_fen__gt=0, basis="LIST_PRICE"),
            ),
            models.CheckConstraint(
                name="refund_of_a_deposit_names_it",
                condition=~Q(source="deposit") | Q(source_sealed__isnull=False, source_book__lt=0),
            ),
            models.UniqueConstraint(
                "contract",
                name="one_question_per_contract",
                condition=Q(state__in=["requested", "contested", "reviewing"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.state}"


class RefundRedirect(models.Model):
    """Another account for a refund that came back: one person checks it, another approves."""

    refund = models.ForeignKey(RefundCase, on_delete=models.PROTECT, related_name="redirects")
    institution_id = models.BigIntegerField()
    guardian_id = models.BigIntegerField()
    account_sealed = models.BinaryField()
    account_last4 = models.CharField(max_length=4)
    words = models.CharField(max_length=400)  # how the holder was identified
    proposed_by = models.BigIntegerField()
    proposed_at = models.DateTimeField()
    approved_by = models.BigIntegerField(null=True)
    approved_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="redirect_by_two_persons",
                condition=Q(approved_by=None) | ~Q(approved_by=models.F("proposed_by")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.refund_id} to *{self.account_last4}"
