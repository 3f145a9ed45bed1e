"""Who buys what: learners, contracts, orders to pay."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from yuxin.tuition.models.courses import ClassGroup, Course, Origin


class Learner(models.Model):
    """A child. Minors are no credit subjects: this row serves lessons and nothing else."""

    guardian_id = models.BigIntegerField()
    name_sealed = models.BinaryField()
    birth_sealed = models.BinaryField(null=True)
    school = models.CharField(max_length=60, blank=True)
    grade = models.CharField(max_length=20, blank=True)
    added_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["guardian_id"], name="learner_by_guardian")]

    def __str__(self) -> str:
        return f"learner {self.pk}"


class Contract(models.Model):
    """One contract of one learner for one course; its money never mixes with another's."""

    class State(models.TextChoices):
        """Where a contract is in its life."""

        DRAFT = "draft"
        SIGNED = "signed"
        ACTIVE = "active"
        REFUNDING = "refunding"
        CLOSED = "closed"
        CANCELLED = "cancelled"

    code = models.CharField(max_length=13, unique=True)
    institution_id = models.BigIntegerField()
    guardian_id = models.BigIntegerField()
    learner = models.ForeignKey(Learner, on_delete=models.PROTECT, related_name="contracts")
    learner_name_sealed = models.BinaryField()
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="contracts")
    class_group = models.ForeignKey(ClassGroup, on_delete=models.PROTECT, related_name="contracts")
    origin = models.CharField(max_length=8, choices=Origin, default=Origin.OWN)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    total_fen = models.BigIntegerField()
    total_centiunits = models.PositiveIntegerField()
    gift_centiunits = models.PositiveIntegerField(default=0)
    agreed_centiunits = models.PositiveIntegerField(null=True)  # fewer, by a supplement in force
    bank_code = models.CharField(max_length=20)
    custody_title = models.CharField(max_length=120)
    custody_sealed = models.BinaryField()  # where this contract's money lies till the end
    custody_last4 = models.CharField(max_length=4)
    supervision = models.CharField(max_length=20, default="CUSTODY_PER_LESSON")  # of its terms
    terms = models.JSONField()  # the fields of the model contract as both sides saw them
    terms_sha256 = models.CharField(max_length=64)
    rules_sha256 = models.CharField(max_length=64)
    deemed_days = models.PositiveSmallIntegerField()
    silence_days = models.PositiveSmallIntegerField()
    drafted_at = models.DateTimeField()
    signed_at = models.DateTimeField(null=True)
    paid_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["institution_id", "state"], name="contract_by_institution"),
            models.Index(fields=["guardian_id"], name="contract_by_guardian"),
            models.Index(fields=["class_group", "state"], name="contract_by_class"),
            models.Index(
                fields=["institution_id", "state"],
                name="contract_paid_ahead",
                condition=Q(supervision__in=["CUSTODY_ADVANCE", "CUSTODY_ROLLING"]),
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(name="contract_total_positive", condition=Q(total_fen__gt=0)),
            models.CheckConstraint(
                name="contract_units_cover_gift",
                condition=Q(total_centiunits__gt=F("gift_centiunits")),
            ),
            models.UniqueConstraint(
                "learner",
                "class_group",
                name="one_open_contract_per_learner_and_class",
                condition=Q(state__in=["draft", "signed", "active", "refunding"]),
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def centiunits_in_force(self) -> int:
        """The units that are still agreed; what each earns follows the price and units signed."""
        return self.total_centiunits if self.agreed_centiunits is None else self.agreed_centiunits


class PaymentOrder(models.Model):
    """An order to pay one contract; the channel pays it once."""

    class State(models.TextChoices):
        """Where the money is."""

        CREATED = "created"
        PAID = "paid"  # the channel said so: in transit
        ARRIVED = "arrived"  # the bank's file said so: in custody
        CANCELLED = "cancelled"  # the payer turned back, or let it expire

    code = models.CharField(max_length=13, unique=True)
    institution_id = models.BigIntegerField()
    guardian_id = models.BigIntegerField()
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="orders")
    bank_code = models.CharField(max_length=20)  # whose cashier is asked, and who may answer
    amount_fen = models.BigIntegerField()
    state = models.CharField(max_length=9, choices=State, default=State.CREATED)
    channel = models.CharField(max_length=20, blank=True)
    channel_serial = models.CharField(max_length=64, null=True)
    payer_mask = models.CharField(max_length=40, blank=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True)
    arrived_on = models.DateField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["guardian_id"], name="order_by_guardian"),
            models.Index(fields=["institution_id", "state"], name="order_by_state"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(name="order_amount_positive", condition=Q(amount_fen__gt=0)),
            models.UniqueConstraint(
                "contract",
                name="one_payment_per_contract",
                condition=Q(state__in=["paid", "arrived"]),
            ),
            # Two banks, and two channels of one, count their serials each for themselves.
            models.UniqueConstraint(
                "bank_code", "channel", "channel_serial", name="channel_serial_once"
            ),
        ]

    def __str__(self) -> str:
        return self.code


class ContractStep(models.Model):
    """One step of a contract's life as both sides read it, with the number of its entry.

    The log is the proof; this is the index by which a contract's receipts are found.
    """

    institution_id = models.BigIntegerField()
    guardian_id = models.BigIntegerField()
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=24)
    at = models.DateTimeField()
    amount_fen = models.BigIntegerField(default=0)
    reference = models.CharField(max_length=64, blank=True)
    entry_id = models.CharField(max_length=32)
    item_key = models.CharField(max_length=128, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["contract", "at"], name="step_by_contract"),
            models.Index(fields=["reference"], name="step_by_reference"),
        ]

    def __str__(self) -> str:
        return f"{self.contract_id} {self.kind}"
