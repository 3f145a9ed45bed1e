"""What a dispute is about and which settlements were proposed; its stand is the proceeding's."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from yuxin.cases.models import Proceeding
from yuxin.tuition.models import Lesson


class LessonDispute(models.Model):
    """A dispute over one lesson; a lesson is disputed once."""

    proceeding = models.OneToOneField(
        Proceeding, on_delete=models.PROTECT, primary_key=True, related_name="dispute"
    )
    institution_id = models.BigIntegerField()
    guardian_id = models.BigIntegerField()
    lesson = models.OneToOneField(Lesson, on_delete=models.PROTECT, related_name="dispute")

    def __str__(self) -> str:
        return f"dispute over lesson {self.lesson_id}"


class Settlement(models.Model):
    """A proposal: the institution keeps `kept_fen`, `back_fen` is the learner's again.

    The latest one is the one that stands while the proceeding is `proposed`.
    """

    dispute = models.ForeignKey(LessonDispute, on_delete=models.PROTECT, related_name="settlements")
    institution_id = models.BigIntegerField()
    guardian_id = models.BigIntegerField()
    number = models.PositiveSmallIntegerField()
    kept_bps = models.PositiveIntegerField()
    kept_fen = models.BigIntegerField()
    back_fen = models.BigIntegerField()
    words = models.CharField(max_length=400)
    proposed_at = models.DateTimeField()
    proposed_by = models.BigIntegerField(null=True)
    guardian_at = models.DateTimeField(null=True)  # when each side accepted
    institution_at = models.DateTimeField(null=True)
    agreed = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("dispute", "number", name="settlement_once"),
            models.UniqueConstraint(
                "dispute", name="one_settlement_agreed", condition=Q(agreed=True)
            ),
            models.CheckConstraint(
                name="settlement_share_real",
                condition=Q(kept_bps__lte=10_000, kept_fen__gte=0, back_fen__gte=0),
            ),
            models.CheckConstraint(
                name="settlement_agreed_by_both",
                condition=Q(agreed=False)
                | Q(guardian_at__isnull=False, institution_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dispute_id}/{self.number}: {self.kept_bps} bps"
