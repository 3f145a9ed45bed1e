"""The exact bytes that rule, and who put them in force."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q


class RuleFile(models.Model):
    """One topic file, addressed by the hash of its bytes; kept for ever."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    data = models.BinaryField()

    def __str__(self) -> str:
        return self.sha256[:12]


class RulePack(models.Model):
    """A set of files laid over each other, and the day from which it rules.

    A pack is prepared by one person and put in force by another. The pack in force on a day is
    the one recorded last among those whose `valid_from` has come.
    """

    sha256 = models.CharField(max_length=64)
    layers = models.JSONField()
    valid_from = models.DateField()
    prepared_by = models.BigIntegerField()
    prepared_at = models.DateTimeField()
    reason = models.CharField(max_length=400)
    approved_by = models.BigIntegerField(null=True)
    approved_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="rule_pack_by_two_persons",
                condition=Q(approved_by=None) | ~Q(approved_by=F("prepared_by")),
            ),
        ]

    def __str__(self) -> str:
        return f"{'/'.join(self.layers)} {self.sha256[:12]} from {self.valid_from}"


class RulePackFile(models.Model):
    """A file's place in a pack."""

    pack = models.ForeignKey(RulePack, on_delete=models.PROTECT, related_name="places")
    jurisdiction = models.CharField(max_length=40)
    path = models.CharField(max_length=120)
    file = models.ForeignKey(RuleFile, on_delete=models.PROTECT)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("pack", "jurisdiction", "path", name="rule_pack_place_once")
        ]

    def __str__(self) -> str:
        return f"{self.jurisdiction}/{self.path}"
