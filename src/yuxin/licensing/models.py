"""What institutions file: statements by quarter, renewals of licences."""

from typing import ClassVar

from django.db import models
from django.db.models import Q


class Statement(models.Model):
    """A quarterly financial statement as filed; a further row of the same quarter corrects it.

    Units: money in fen.
    """

    institution_id = models.BigIntegerField()
    quarter_end_on = models.DateField()
    filed_on = models.DateField()
    withdrawn = models.BooleanField(default=False)
    assets_fen = models.BigIntegerField(null=True)
    liabilities_fen = models.BigIntegerField(null=True)
    recorded_at = models.DateTimeField(db_default=models.Func(function="public.recorded_now"))
    recorded_by = models.BigIntegerField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                "institution_id", "quarter_end_on", "filed_on", "recorded_at", name="statement_once"
            ),
            models.CheckConstraint(
                name="statement_after_its_quarter",
                condition=Q(filed_on__gte=models.F("quarter_end_on")),
            ),
            models.CheckConstraint(
                name="statement_quarter_end",
                condition=Q(quarter_end_on__month=3, quarter_end_on__day=31)
                | Q(quarter_end_on__month=6, quarter_end_on__day=30)
                | Q(quarter_end_on__month=9, quarter_end_on__day=30)
                | Q(quarter_end_on__month=12, quarter_end_on__day=31),
            ),
            models.CheckConstraint(
                name="statement_sums_not_negative",
                condition=(Q(assets_fen=None) | Q(assets_fen__gte=0))
                & (Q(liabilities_fen=None) | Q(liabilities_fen__gte=0)),
            ),
        ]

    def __str__(self) -> str:
        return f"statement of {self.institution_id} to {self.quarter_end_on}"


class Renewal(models.Model):
    """An application to renew a licence, received for its term to a day; a further row withdraws.

    Once the licence runs to another day the application has done its work and counts no more.
    """

    institution_id = models.BigIntegerField()
    licence_number = models.CharField(max_length=60)
    valid_until = models.DateField()  # the last day of the term that is to be renewed
    filed_on = models.DateField()
    document = models.CharField(max_length=60)  # the number of the acceptance (受理通知书文号)
    withdrawn = models.BooleanField(default=False)
    recorded_at = models.DateTimeField(db_default=models.Func(function="public.recorded_now"))
    recorded_by = models.BigIntegerField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["institution_id"], name="renewal_by_institution")]
        constraints: ClassVar = [
            models.CheckConstraint(name="renewal_is_accepted", condition=~Q(document="")),
        ]

    def __str__(self) -> str:
        return f"renewal of {self.licence_number} filed {self.filed_on}"
