"""Keys of phones, and the visits that were redeemed with their codes."""

from typing import ClassVar

from django.db import models

from yuxin.tuition.models import Contract, Lesson


class VisitKey(models.Model):
    """The key by which the guardian's phone makes codes for one contract; sealed.

    A new one ends the old one: a lost phone redeems nothing more.
    """

    institution_id = models.BigIntegerField()
    guardian_id = models.BigIntegerField()
    contract = models.OneToOneField(Contract, on_delete=models.PROTECT, related_name="visit_key")
    key_sealed = models.BinaryField()
    issued_at = models.DateTimeField()
    missed_on = models.DateField(null=True)
    missed_count = models.PositiveSmallIntegerField(default=0)  # wrong codes on that day

    def __str__(self) -> str:
        return f"visit key of contract {self.contract_id}"


class Redemption(models.Model):
    """One code that was taken, and the lesson that it confirmed; a code is taken once."""

    institution_id = models.BigIntegerField()
    guardian_id = models.BigIntegerField()
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="redemptions")
    lesson = models.OneToOneField(Lesson, on_delete=models.PROTECT, related_name="redemption")
    step = models.BigIntegerField()
    redeemed_at = models.DateTimeField()
    redeemed_by = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("contract", "step", name="visit_code_once"),
        ]

    def __str__(self) -> str:
        return f"{self.contract_id} {self.step}"
