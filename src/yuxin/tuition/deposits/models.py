"""Deposits as opened, the orders to top them up, and what they were used for."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from yuxin.cases.models import Proceeding
from yuxin.tuition.models import Contract, Instruction, RefundCase


class Deposit(models.Model):
    """One deposit of one institution. The money's balance stands in the ledger, not here."""

    class Kind(models.TextChoices):
        """What the deposit backs (funds-rules 2.6, 2.8)."""

        RISK = "RISK", "风险保证金"
        PERFORMANCE = "PERFORMANCE", "协议履行风险保证金"
        UNDELIVERED = "UNDELIVERED", "未消课风险保证金"

    class Holder(models.TextChoices):
        """In whose account it lies."""

        INSTITUTION = "INSTITUTION", "机构保证金账户"
        BUREAU = "BUREAU", "教育局保证金专户"

    class State(models.TextChoices):
        """Whether it still backs anything."""

        OPEN = "open"
        RETURNING = "returning"
        RETURNED = "returned"

    code = models.CharField(max_length=13, unique=True)
    institution_id = models.BigIntegerField()
    kind = models.CharField(max_length=12, choices=Kind)
    holder = models.CharField(max_length=12, choices=Holder)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    bank_code = models.CharField(max_length=20)
    account_title = models.CharField(max_length=120)
    number_sealed = models.BinaryField()
    number_index = models.BinaryField()
    number_last4 = models.CharField(max_length=4)
    opened_on = models.DateField()
    closed_on = models.DateField(null=True)
    return_asked_by = models.BigIntegerField(null=True)
    returned_by = models.BigIntegerField(null=True)
    instruction = models.ForeignKey(Instruction, on_delete=models.PROTECT, null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                "institution_id",
                "kind",
                name="one_open_deposit_of_a_kind",
                condition=~Q(state="returned"),
            ),
            models.CheckConstraint(
                name="deposit_returned_by_two",
                condition=Q(returned_by__isnull=True) | ~Q(returned_by=F("return_asked_by")),
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["number_index"], name="deposit_by_account")]

    def __str__(self) -> str:
        return f"{self.kind} {self.code}"


class Floor(models.Model):
    """What a deposit had to be on a day, from which contracts; written each time it changed."""

    deposit = models.ForeignKey(Deposit, on_delete=models.PROTECT, related_name="floors")
    institution_id = models.BigIntegerField()
    on = models.DateField()
    floor_fen = models.BigIntegerField()
    balance_fen = models.BigIntegerField()
    contract_count = models.PositiveIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="deposit_floor_not_negative",
                condition=Q(floor_fen__gte=0, balance_fen__gte=0),
            )
        ]

    def __str__(self) -> str:
        return f"{self.deposit_id} {self.on}: {self.floor_fen} fen"


class TopUp(models.Model):
    """An order to bring a deposit up to its floor; by when and how far is its proceeding's."""

    proceeding = models.OneToOneField(
        Proceeding, on_delete=models.PROTECT, primary_key=True, related_name="top_up"
    )
    deposit = models.ForeignKey(Deposit, on_delete=models.PROTECT, related_name="top_ups")
    institution_id = models.BigIntegerField()
    floor_fen = models.BigIntegerField()
    balance_fen = models.BigIntegerField()
    amount_fen = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="top_up_is_the_shortfall",
                condition=Q(amount_fen__gt=0, amount_fen=F("floor_fen") - F("balance_fen")),
            ),
        ]

    def __str__(self) -> str:
        return f"top-up of {self.deposit_id}: {self.amount_fen} fen"


class Use(models.Model):
    """A deposit drawn on for families, proposed by one person and decided by another."""

    class State(models.TextChoices):
        """How far the decision is."""

        PROPOSED = "proposed"
        DECIDED = "decided"
        REJECTED = "rejected"

    code = models.CharField(max_length=13, unique=True)
    deposit = models.ForeignKey(Deposit, on_delete=models.PROTECT, related_name="uses")
    institution_id = models.BigIntegerField()
    state = models.CharField(max_length=8, choices=State, default=State.PROPOSED)
    reason = models.CharField(max_length=200)
    shortfall_fen = models.BigIntegerField()
    amount_fen = models.BigIntegerField()
    proposed_by = models.BigIntegerField()
    proposed_at = models.DateTimeField()
    decided_by = models.BigIntegerField(null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="deposit_use_decided_by_another",
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")),
            ),
            models.CheckConstraint(
                name="deposit_use_within_shortfall",
                condition=Q(amount_fen__gt=0, amount_fen__lte=F("shortfall_fen")),
            ),
            models.UniqueConstraint(
                "deposit", name="one_use_proposed_at_a_time", condition=Q(state="proposed")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.state}"


class Part(models.Model):
    """What one contract gets of one use."""

    use = models.ForeignKey(Use, on_delete=models.PROTECT, related_name="parts")
    institution_id = models.BigIntegerField()
    guardian_id = models.BigIntegerField()
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="deposit_parts")
    shortfall_fen = models.BigIntegerField()
    amount_fen = models.BigIntegerField()
    refund = models.OneToOneField(RefundCase, on_delete=models.PROTECT, null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("use", "contract", name="one_part_per_contract_and_use"),
            models.CheckConstraint(
                name="part_within_shortfall",
                condition=Q(amount_fen__gte=0, amount_fen__lte=F("shortfall_fen")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.use_id}/{self.contract_id} {self.amount_fen}"
