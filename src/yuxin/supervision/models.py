"""Complaints with their decisions, and gaps in feeds that a bank or the platform caused."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

RECORDED_NOW = models.Func(function="public.recorded_now")


class Outcome(models.TextChoices):
    """What a complaint counts as."""

    VALID = "VALID", "有效"
    WITHDRAWN = "WITHDRAWN", "实际解决后撤回"
    DUPLICATE = "DUPLICATE", "重复"
    INVALID = "INVALID", "无效"


class Ground(models.TextChoices):
    """Why a valid complaint is valid."""

    SUBSTANTIATED = "SUBSTANTIATED", "查实"
    UNANSWERED = "UNANSWERED", "逾期未答复"


class Complaint(models.Model):
    """A complaint as received. Who complained is a keyed hash: it tells families apart, no more."""

    code = models.CharField(max_length=13, unique=True)
    institution_id = models.BigIntegerField()
    received_on = models.DateField()
    matter_of = models.ForeignKey("self", on_delete=models.PROTECT, null=True)
    summary = models.CharField(max_length=400)
    complainant_index = models.BinaryField()
    recorded_at = models.DateTimeField(db_default=RECORDED_NOW)
    recorded_by = models.BigIntegerField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["institution_id", "received_on"], name="complaint_by_day")
        ]

    def __str__(self) -> str:
        return self.code


class ComplaintDecision(models.Model):
    """What a complaint counts as from a day on; a further row corrects it.

    Units: `weight_centi` in hundredths of a complaint.
    """

    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="decisions")
    institution_id = models.BigIntegerField()
    decided_on = models.DateField()
    outcome = models.CharField(max_length=10, choices=Outcome)
    ground = models.CharField(max_length=14, choices=Ground, blank=True)
    safety = models.BooleanField(default=False)
    weight_centi = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=400)
    recorded_at = models.DateTimeField(db_default=RECORDED_NOW)
    recorded_by = models.BigIntegerField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                "complaint", "decided_on", "recorded_at", name="complaint_decision_once"
            ),
            models.CheckConstraint(
                name="complaint_valid_has_ground",
                condition=Q(outcome="VALID", ground__in=Ground.values)
                | (~Q(outcome="VALID") & Q(ground="")),
            ),
            models.CheckConstraint(
                name="complaint_weight_of_outcome",
                condition=Q(outcome="VALID", weight_centi=100)
                | Q(outcome="WITHDRAWN", weight_centi__lte=100)
                | Q(outcome__in=["DUPLICATE", "INVALID"], weight_centi=0),
            ),
            models.CheckConstraint(
                name="complaint_safety_is_valid", condition=Q(safety=False) | Q(outcome="VALID")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id} {self.outcome}"


class Feed(models.TextChoices):
    """Data that somebody else sends."""

    STATEMENT = "STATEMENT", "财务报表"
    INSURANCE = "INSURANCE", "保险"
    FUNDS = "FUNDS", "资金"


class FeedGap(models.Model):
    """That a bank, or the platform itself (no bank named), caused a gap; it lasts until `ended`."""

    feed = models.CharField(max_length=10, choices=Feed)
    bank_code = models.CharField(max_length=20, blank=True)
    valid_from = models.DateField()
    ended = models.BooleanField(default=False)
    reason = models.CharField(max_length=200)
    recorded_at = models.DateTimeField(db_default=RECORDED_NOW)
    recorded_by = models.BigIntegerField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                "feed", "bank_code", "valid_from", "recorded_at", name="feed_gap_value_once"
            ),
            models.CheckConstraint(
                name="feed_gap_of_a_bank_is_funds",
                condition=Q(bank_code="") | Q(feed="FUNDS"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.feed} {self.bank_code or 'platform'} from {self.valid_from}"
