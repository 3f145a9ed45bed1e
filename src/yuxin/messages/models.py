"""Tables of messages. Personal: row-level security shows each person their own rows."""

from typing import ClassVar

from django.db import models
from django.db.models import Q


class Message(models.Model):
    """One thing told to one person or account."""

    id = models.UUIDField(primary_key=True)
    to_person_id = models.BigIntegerField(null=True)
    to_account_id = models.BigIntegerField(null=True)
    template = models.CharField(max_length=60)
    version = models.SmallIntegerField()
    facts_sealed = models.BinaryField()
    legal_effect = models.BooleanField()
    urgent = models.BooleanField()
    created_at = models.DateTimeField()
    shown_at = models.DateTimeField(null=True)
    proven_at = models.DateTimeField(null=True)
    proof = models.CharField(max_length=10, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="message_to_one",
                condition=Q(to_person_id__isnull=True) ^ Q(to_account_id__isnull=True),
            ),
            models.CheckConstraint(
                name="message_proof_has_instant",
                condition=Q(proof="", proven_at=None) | (~Q(proof="") & Q(proven_at__isnull=False)),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["to_person_id", "-created_at"], name="message_of_person"),
            models.Index(fields=["to_account_id", "-created_at"], name="message_of_account"),
        ]

    def __str__(self) -> str:
        return f"{self.template} {self.id}"


class Delivery(models.Model):
    """One way out for a message. Its id is the message id that the gateway sees."""

    class State(models.TextChoices):
        """Held: an earlier way is still tried."""

        HELD = "HELD"
        WAITING = "WAITING"
        ACCEPTED = "ACCEPTED"
        FAILED = "FAILED"

    id = models.UUIDField(primary_key=True)
    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="deliveries")
    to_person_id = models.BigIntegerField()
    position = models.SmallIntegerField()
    channel = models.CharField(max_length=10)
    state = models.CharField(max_length=10, choices=State.choices)
    attempts = models.SmallIntegerField(default=0)
    due_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["message", "position"], name="delivery_in_order"),
            models.CheckConstraint(
                name="delivery_waits_for_an_instant",
                condition=Q(state="WAITING", due_at__isnull=False)
                | (~Q(state="WAITING") & Q(due_at=None)),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["due_at"], name="delivery_due", condition=Q(state="WAITING"))
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.state} {self.id}"


class OneTimeCode(models.Model):
    """Six digits that sign one thing: only their keyed hash is kept."""

    id = models.UUIDField(primary_key=True)
    person_id = models.BigIntegerField()
    purpose = models.CharField(max_length=40)
    payload_sha256 = models.CharField(max_length=64)
    code_hmac = models.BinaryField()
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries_left = models.SmallIntegerField()
    proven_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="code_tries_are_few", condition=Q(tries_left__gte=0, tries_left__lte=5)
            ),
            models.CheckConstraint(
                name="code_used_after_proof",
                condition=Q(used_at=None) | Q(proven_at__isnull=False),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["person_id", "purpose", "-issued_at"], name="code_of_person")
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.id}"
