"""What a phone sent later than it was tapped, and what could not be done any more."""

from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

RECORDED_NOW = models.Func(function="public.recorded_now")


class QueuedAct(models.Model):
    """An act that waited on a phone. `claimed_at` is the tap's time by the phone's clock.

    No names and no content: what was done is in the log under the request's number. A conflict
    is an act that could not be done; it stays a task of the account until it was looked at.
    """

    class Outcome(models.TextChoices):
        """What became of it."""

        DONE = "done"
        CONFLICT = "conflict"

    account_id = models.BigIntegerField()
    institution_id = models.BigIntegerField()
    request_id = models.UUIDField()
    act = models.CharField(max_length=40)
    subject = models.CharField(max_length=13)
    outcome = models.CharField(max_length=8, choices=Outcome)
    refusal = models.CharField(max_length=40, blank=True)
    claimed_at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=RECORDED_NOW)
    received_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("account_id", "request_id", name="queued_act_once"),
            models.CheckConstraint(
                name="queued_within_three_days",
                condition=Q(outcome="conflict")
                | Q(received_at__lte=F("claimed_at") + timedelta(hours=72)),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["account_id", "-claimed_at"], name="queued_by_account"),
        ]

    def __str__(self) -> str:
        return f"{self.act} {self.outcome}"
