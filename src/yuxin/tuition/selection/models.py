"""Calls for custody banks: criteria, applications, seats of departments, points, results."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from yuxin.cases.models import Proceeding


class Selection(models.Model):
    """One call for custody banks; where it stands is its proceeding's.

    `places`: how many banks are taken. `term_months`: how long they serve.
    """

    code = models.CharField(max_length=13, unique=True)
    proceeding = models.OneToOneField(
        Proceeding, on_delete=models.PROTECT, related_name="selection"
    )
    title = models.CharField(max_length=120)
    documents = models.CharField(max_length=1000)  # what an application must hold
    called_on = models.DateField()
    closing_on = models.DateField()
    places = models.PositiveSmallIntegerField()
    term_months = models.PositiveSmallIntegerField()
    scoring_until = models.DateField(null=True)
    sheet_count = models.PositiveSmallIntegerField(null=True)  # sheets that were counted
    noticed_on = models.DateField(null=True)
    notice_words = models.CharField(max_length=500, blank=True)
    objection_days = models.PositiveSmallIntegerField(null=True)
    serves_from = models.DateField(null=True)
    serves_until = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="selection_days_ordered",
                condition=Q(closing_on__gte=F("called_on"))
                & (Q(scoring_until=None) | Q(scoring_until__gt=F("closing_on"))),
            ),
            models.CheckConstraint(
                name="selection_takes_banks_for_a_time",
                condition=Q(places__gt=0, term_months__gt=0),
            ),
            models.CheckConstraint(
                name="selection_term_whole",
                condition=Q(serves_from=None, serves_until=None)
                | Q(serves_until__gt=F("serves_from")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class Criterion(models.Model):
    """One thing that is scored; the weights of a call add up to 100. Only added to."""

    selection = models.ForeignKey(Selection, on_delete=models.PROTECT, related_name="criteria")
    ordinal = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=80)
    weight = models.PositiveSmallIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("selection", "ordinal", name="criterion_once"),
            models.CheckConstraint(
                name="criterion_weighs", condition=Q(weight__gte=1, weight__lte=100)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.weight}"


class Application(models.Model):
    """What one bank hands in; `rank` and `total` stand when the sheets were opened.

    `total` adds weight x points over all counted sheets. `decided_by`: the criterion that put it
    behind the one before with the same total. `left_on`: the bank left before its term was over.
    """

    selection = models.ForeignKey(Selection, on_delete=models.PROTECT, related_name="applications")
    bank_code = models.CharField(max_length=14)
    bank_name = models.CharField(max_length=60)
    words = models.CharField(max_length=1000)
    document_sha256 = models.CharField(max_length=64, blank=True)
    entered_by = models.BigIntegerField()
    entered_at = models.DateTimeField()
    total = models.PositiveIntegerField(null=True)
    rank = models.PositiveSmallIntegerField(null=True)
    tied = models.BooleanField(default=False)
    decided_by = models.CharField(max_length=80, blank=True)
    chosen = models.BooleanField(default=False)
    drawn = models.BooleanField(default=False)  # chosen by lot among the tied
    left_on = models.DateField(null=True)
    left_words = models.CharField(max_length=400, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("selection", "bank_code", name="one_application_of_a_bank"),
            models.CheckConstraint(
                name="chosen_by_its_rank", condition=Q(chosen=False) | Q(rank__isnull=False)
            ),
            models.CheckConstraint(
                name="only_the_chosen_leave", condition=Q(left_on=None) | Q(chosen=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.selection_id} {self.bank_code}"


class Seat(models.Model):
    """A person who scores, and for which department."""

    selection = models.ForeignKey(Selection, on_delete=models.PROTECT, related_name="seats")
    account_id = models.BigIntegerField()
    name = models.CharField(max_length=80)
    department = models.CharField(max_length=120)
    handed_in_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("selection", "account_id", name="one_seat_of_a_person"),
        ]

    def __str__(self) -> str:
        return f"{self.selection_id} {self.department}"


class Points(models.Model):
    """What one sheet gives one bank for one criterion: 0 to 100. Only added to.

    Sealed: until `opened` only who wrote it reads it (row-level security).
    """

    selection = models.ForeignKey(Selection, on_delete=models.PROTECT, related_name="points")
    account_id = models.BigIntegerField()
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="points")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="points")
    points = models.PositiveSmallIntegerField()
    opened = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                "account_id", "application", "criterion", name="points_given_once"
            ),
            models.CheckConstraint(name="points_to_a_hundred", condition=Q(points__lte=100)),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.application_id} {self.points}"
