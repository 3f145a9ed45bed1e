"""Insurance policies as recorded."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from yuxin.tuition.insurance.cover import Certificate as Certificate
from yuxin.tuition.insurance.cover import CoverClaim as CoverClaim
from yuxin.tuition.insurance.cover import Insurer as Insurer
from yuxin.tuition.insurance.cover import Product as Product


class InsuranceKind(models.TextChoices):
    """What is insured."""

    LIABILITY = "LIABILITY", "责任险"
    ACCIDENT = "ACCIDENT", "学员意外险"
    PERFORMANCE = "PERFORMANCE", "履约保险"


class Policy(models.Model):
    """A policy from its first to its last day; a further row of its number corrects it.

    `covered_count` is the number of learners it covers.
    """

    institution_id = models.BigIntegerField()
    kind = models.CharField(max_length=12, choices=InsuranceKind)
    insurer = models.CharField(max_length=80)
    number = models.CharField(max_length=60)
    valid_from = models.DateField()
    valid_until = models.DateField()
    covered_count = models.PositiveIntegerField()
    recorded_at = models.DateTimeField(db_default=models.Func(function="public.recorded_now"))
    recorded_by = models.BigIntegerField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                "institution_id", "number", "valid_from", "recorded_at", name="policy_value_once"
            ),
            models.CheckConstraint(
                name="policy_days_ordered", condition=Q(valid_until__gte=F("valid_from"))
            ),
            models.CheckConstraint(
                name="policy_kind_known", condition=Q(kind__in=InsuranceKind.values)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number} until {self.valid_until}"
