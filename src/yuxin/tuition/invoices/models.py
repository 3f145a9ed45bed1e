"""Invoices as recorded. Rows are only added; a red invoice undoes one."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from yuxin.tuition.models import Contract


class Invoice(models.Model):
    """One invoice of one contract; `undoes` makes it a red one over the same sum."""

    institution_id = models.BigIntegerField()
    guardian_id = models.BigIntegerField()
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="invoices")
    number = models.CharField(max_length=24)
    title_sealed = models.BinaryField()
    buyer_sealed = models.BinaryField()
    amount_fen = models.BigIntegerField()
    issued_on = models.DateField()
    undoes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="undone_by"
    )
    title_matches = models.BooleanField()
    buyer_matches = models.BooleanField()
    from_sheet = models.BooleanField(default=False)
    recorded_at = models.DateTimeField()
    recorded_by = models.BigIntegerField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["institution_id", "issued_on"], name="invoice_by_day"),
            models.Index(fields=["guardian_id"], name="invoice_by_guardian"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint("institution_id", "number", name="invoice_number_once"),
            models.CheckConstraint(name="invoice_amount_positive", condition=Q(amount_fen__gt=0)),
            models.CheckConstraint(
                name="invoice_number_form", condition=Q(number__regex="^[0-9A-Z]{8,24}$")
            ),
        ]

    def __str__(self) -> str:
        return self.number
