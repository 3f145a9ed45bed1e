"""A learner's lessons: taught, then confirmed, disputed or deemed confirmed."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from yuxin.tuition.models.contracts import Contract
from yuxin.tuition.models.courses import ClassSession


class Lesson(models.Model):
    """One session of one contract. The amount is fixed by the units it holds, whatever the order.

    `spans` are the hundredths of the contract that it consumes, as pairs from-to.
    """

    class State(models.TextChoices):
        """What is known of a lesson; its money stands in the bucket beside it."""

        PENDING = "pending"  # 2002
        DISPUTED = "disputed"  # 2003
        CONFIRMED = "confirmed"  # 2004, then paid
        DEEMED = "deemed"  # as confirmed, by silence
        SETTLED = "settled"  # a dispute decided; `kept_fen` went to the institution
        VOIDED = "voided"  # called by mistake: its money and its units are the contract's again

    institution_id = models.BigIntegerField()
    guardian_id = models.BigIntegerField()
    code = models.CharField(max_length=13, unique=True)
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="lessons")
    session = models.ForeignKey(ClassSession, on_delete=models.PROTECT, related_name="lessons")
    ordinal = models.PositiveSmallIntegerField()
    centiunits = models.PositiveSmallIntegerField()
    spans = models.JSONField(default=list)
    amount_fen = models.BigIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.PENDING)
    present = models.BooleanField()
    taught_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)  # proof that the request reached the guardian
    deemed_on = models.DateField(null=True)  # silence counts as yes from 00:05 of this day
    stopped_by = models.CharField(max_length=12, blank=True)  # why silence did not count, when due
    answered_at = models.DateTimeField(null=True)
    kept_fen = models.BigIntegerField(null=True)
    payable_on = models.DateField(null=True)  # the day on which it was earned
    # The order to transfer it; empty again when the bank could not or sent it back.
    release = models.ForeignKey(
        "tuition.InstructionLine", on_delete=models.PROTECT, null=True, related_name="lessons"
    )
    dispute_reason = models.CharField(max_length=200, blank=True)
    correction = models.CharField(max_length=200, blank=True)  # why the roll was put right

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["institution_id", "deemed_on"],
                name="lesson_by_deadline",
                condition=Q(state="pending"),
            ),
            models.Index(fields=["guardian_id", "state"], name="lesson_by_guardian"),
            models.Index(fields=["institution_id", "state"], name="lesson_by_institution"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                "contract", "ordinal", name="lesson_ordinal_once", condition=~Q(state="voided")
            ),
            models.UniqueConstraint(
                "contract", "session", name="lesson_session_once", condition=~Q(state="voided")
            ),
            models.CheckConstraint(
                name="lesson_amount_not_negative", condition=Q(amount_fen__gte=0)
            ),
            models.CheckConstraint(
                name="lesson_settled_within_amount",
                condition=Q(kept_fen__isnull=True)
                | (Q(kept_fen__gte=0) & Q(kept_fen__lte=models.F("amount_fen"))),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contract_id}/{self.ordinal} {self.state}"
