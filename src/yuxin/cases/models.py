"""Proceedings and their steps. What a proceeding is about lies in the package of its kind."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from yuxin.kernel.actor import Role


class Proceeding(models.Model):
    """One thing under way. `institution_id` 0: of no institution (a bank's missing file).

    `reference` is what people call it by: the code of the contract, refund or lesson it is about.
    The term of its state: `days` counted as `counts` from `since_on`, which is day 0.
    """

    code = models.CharField(max_length=13, unique=True)
    kind = models.CharField(max_length=40)
    state = models.CharField(max_length=40)
    institution_id = models.BigIntegerField()
    guardian_id = models.BigIntegerField(null=True)
    owner_id = models.BigIntegerField(null=True)  # the account in charge
    reference = models.CharField(max_length=64, blank=True)
    amount_fen = models.BigIntegerField(null=True)
    opened_at = models.DateTimeField()
    since_on = models.DateField()
    days = models.PositiveSmallIntegerField(null=True)
    counts = models.CharField(max_length=12, blank=True)
    due_on = models.DateField(null=True)
    provisional = models.BooleanField(default=False)
    extended = models.BooleanField(default=False)
    step_count = models.PositiveIntegerField(default=0)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["institution_id", "kind", "state", "due_on"],
                name="proceeding_open",
                condition=Q(closed_at=None),
            ),
            models.Index(fields=["guardian_id"], name="proceeding_by_guardian"),
            models.Index(
                fields=["owner_id"], name="proceeding_by_owner", condition=Q(closed_at=None)
            ),
            models.Index(fields=["kind", "reference"], name="proceeding_by_reference"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="proceeding_term_whole",
                condition=Q(due_on=None, days=None, counts="")
                | Q(
                    due_on__isnull=False,
                    days__isnull=False,
                    counts__in=["working_day", "bank_day", "day"],
                ),
            ),
            models.CheckConstraint(
                name="proceeding_amount_not_negative",
                condition=Q(amount_fen=None) | Q(amount_fen__gte=0),
            ),
            models.CheckConstraint(
                name="proceeding_closed_waits_for_nobody",
                condition=Q(closed_at=None) | Q(due_on=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.code} {self.state}"


class ProceedingStep(models.Model):
    """One line of a proceeding's timeline; added to, never changed.

    `move` is a row of the kind's table, or `assigned` or `extended`, which keep the state.
    `role` is what the maker acted as; `clock` has no account.
    """

    proceeding = models.ForeignKey(Proceeding, on_delete=models.PROTECT, related_name="steps")
    institution_id = models.BigIntegerField()
    guardian_id = models.BigIntegerField(null=True)
    sequence = models.PositiveIntegerField()
    move = models.CharField(max_length=40)
    from_state = models.CharField(max_length=40, blank=True)
    to_state = models.CharField(max_length=40)
    at = models.DateTimeField()
    account_id = models.BigIntegerField(null=True)
    role = models.CharField(max_length=24, choices=[(role.value, role.value) for role in Role])
    words = models.CharField(max_length=500, blank=True)
    document_sha256 = models.CharField(max_length=64, blank=True)
    owner_id = models.BigIntegerField(null=True)  # who was put in charge
    due_on = models.DateField(null=True)  # the deadline that the step set
    entry_id = models.CharField(max_length=32)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("proceeding", "sequence", name="proceeding_step_once"),
        ]

    def __str__(self) -> str:
        return f"{self.proceeding_id}/{self.sequence} {self.move}"
