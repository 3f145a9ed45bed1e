"""Holds on an institution's outflow, and its notices of large use."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

RECORDED_NOW = models.Func(function="public.recorded_now")


class Reason(models.TextChoices):
    """Why outflow is held."""

    ORDER = "ORDER", "主管部门决定"
    CLOSED = "CLOSED", "机构停业或失联"


class Hold(models.Model):
    """A hold on everything that leaves custody for an institution but refunds.

    In force from its approval by a second person until two persons lifted it. `document_number`
    is that of the bureau's order; without one there is no hold.
    """

    code = models.CharField(max_length=13, unique=True)
    institution_id = models.BigIntegerField()
    reason = models.CharField(max_length=8, choices=Reason)
    document_number = models.CharField(max_length=60)
    words = models.CharField(max_length=400)
    alert_code = models.CharField(max_length=13, blank=True)
    proposed_by = models.BigIntegerField()
    proposed_at = models.DateTimeField()
    approved_by = models.BigIntegerField(null=True)
    approved_at = models.DateTimeField(null=True)
    lift_number = models.CharField(max_length=60, blank=True)
    lift_words = models.CharField(max_length=400, blank=True)
    lift_proposed_by = models.BigIntegerField(null=True)
    lift_proposed_at = models.DateTimeField(null=True)
    lifted_by = models.BigIntegerField(null=True)
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="hold_reason_known", condition=Q(reason__in=["ORDER", "CLOSED"])
            ),
            models.CheckConstraint(
                name="hold_has_a_document_number", condition=~Q(document_number="")
            ),
            models.CheckConstraint(
                name="hold_by_two_persons",
                condition=Q(approved_by=None, approved_at=None)
                | (Q(approved_at__isnull=False) & ~Q(approved_by=F("proposed_by"))),
            ),
            models.CheckConstraint(
                name="hold_lifted_by_two_persons",
                condition=Q(lifted_by=None, lifted_at=None)
                | (
                    Q(lifted_at__isnull=False, approved_at__isnull=False)
                    & ~Q(lift_number="")
                    & ~Q(lifted_by=F("lift_proposed_by"))
                ),
            ),
            models.UniqueConstraint(
                "institution_id",
                "reason",
                name="one_hold_of_a_reason_at_a_time",
                condition=Q(lifted_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.institution_id} {self.document_number}"


class LargeUse(models.Model):
    """A notice of an institution that it will use a large sum: what for, how much, when."""

    institution_id = models.BigIntegerField()
    plan = models.CharField(max_length=400)
    amount_fen = models.BigIntegerField()
    use_from = models.DateField()
    use_until = models.DateField()
    notified_on = models.DateField()
    recorded_at = models.DateTimeField(db_default=RECORDED_NOW)
    recorded_by = models.BigIntegerField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="large_use_positive", condition=Q(amount_fen__gt=0)),
            models.CheckConstraint(
                name="large_use_days_ordered", condition=Q(use_until__gte=F("use_from"))
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["institution_id", "use_from"], name="large_use_by_day")
        ]

    def __str__(self) -> str:
        return f"{self.institution_id} from {self.use_from}"
