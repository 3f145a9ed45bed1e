"""Contracts that ran before supervision began, as the institution says and the guardian answers."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from yuxin.tuition.models import ClassGroup, Contract


class RunningContract(models.Model):
    """One contract of before: what was paid, what was taught, what is left to be made safe.

    `taught_centiunits` is the institution's word, `said_centiunits` the guardian's, and
    `agreed_centiunits` what counts. `contract` is the supervised contract over what is left;
    only its own books say whether the money has come.
    """

    class State(models.TextChoices):
        """Where it stands."""

        TOLD = "told"  # the guardian was asked
        CONTESTED = "contested"  # the guardian says otherwise: to be decided
        AGREED = "agreed"  # confirmed or decided: the money left is owed into custody
        ENDED = "ended"  # nothing is left to make safe

    code = models.CharField(max_length=13, unique=True)
    institution_id = models.BigIntegerField()
    guardian_id = models.BigIntegerField()
    class_group = models.ForeignKey(ClassGroup, on_delete=models.PROTECT, related_name="+")
    paper_number = models.CharField(max_length=40)  # the institution's own number
    learner_name_sealed = models.BinaryField()
    paid_fen = models.BigIntegerField()
    paid_on = models.DateField()
    total_centiunits = models.PositiveIntegerField()
    taught_centiunits = models.PositiveIntegerField()
    said_centiunits = models.PositiveIntegerField(null=True)
    said_note = models.CharField(max_length=200, blank=True)
    agreed_centiunits = models.PositiveIntegerField(null=True)
    decision = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.TOLD)
    told_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.BigIntegerField(null=True)
    cut_over_on = models.DateField()  # by when the money must be safe, as the rules said then
    contract = models.OneToOneField(
        Contract, on_delete=models.PROTECT, null=True, related_name="running"
    )

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["institution_id", "state"], name="running_by_institution"),
            models.Index(fields=["guardian_id"], name="running_by_guardian"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint("institution_id", "paper_number", name="running_contract_once"),
            models.CheckConstraint(name="running_paid_positive", condition=Q(paid_fen__gt=0)),
            models.CheckConstraint(
                name="running_taught_within_total",
                condition=Q(
                    total_centiunits__gt=0,
                    taught_centiunits__lte=F("total_centiunits"),
                )
                & (Q(said_centiunits=None) | Q(said_centiunits__lte=F("total_centiunits")))
                & (Q(agreed_centiunits=None) | Q(agreed_centiunits__lte=F("total_centiunits"))),
            ),
            models.CheckConstraint(
                name="running_agreed_is_known",
                condition=Q(state__in=["told", "contested"], contract=None)
                | Q(state="agreed", agreed_centiunits__isnull=False, contract__isnull=False)
                | Q(state="ended", agreed_centiunits=F("total_centiunits"), contract=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.paper_number} {self.state}"

    def left_fen(self, taught_centiunits: int) -> int:
        """What is left of the payment after so many units; the floor is on what was earned."""
        return self.paid_fen - self.paid_fen * taught_centiunits // self.total_centiunits

    @property
    def at_stake_fen(self) -> int:
        """What is to be made safe: what was agreed, else the most that either side says is left."""
        if self.agreed_centiunits is not None:
            return self.left_fen(self.agreed_centiunits)
        said = self.said_centiunits
        taught = self.taught_centiunits if said is None else min(said, self.taught_centiunits)
        return self.left_fen(taught)
