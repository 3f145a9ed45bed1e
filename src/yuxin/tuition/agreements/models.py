"""What was agreed: conditions of a course, particulars of a child, texts and signatures."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from yuxin.tuition.models import ClassGroup, Contract, Course, Learner


class Billing(models.TextChoices):
    """By what a course is charged; it decides from when it may be (N05, N06)."""

    LESSON = "LESSON"
    PERIOD = "PERIOD"
    BOTH = "BOTH"


class Method(models.TextChoices):
    """How many learners one teacher has before them."""

    ONE_TO_ONE = "ONE_TO_ONE"
    SMALL = "SMALL"
    LARGE = "LARGE"
    OTHER = "OTHER"


class CourseTerms(models.Model):
    """What an institution fills in for the contracts of a course; without it the blanks stay."""

    course = models.OneToOneField(
        Course, on_delete=models.PROTECT, primary_key=True, related_name="conditions"
    )
    institution_id = models.BigIntegerField()
    billing = models.CharField(max_length=6, choices=Billing, default=Billing.LESSON)
    method = models.CharField(max_length=10, choices=Method, default=Method.SMALL)
    size_min = models.PositiveSmallIntegerField(default=0)
    may_not_open = models.BooleanField(default=False)
    joins_late = models.BooleanField(default=True)
    lease_until = models.DateField(null=True)
    adviser = models.CharField(max_length=40, blank=True)
    teacher_qualification = models.CharField(max_length=80, blank=True)
    full_refund_after_days = models.PositiveSmallIntegerField(default=0)
    refund_at_list_price = models.BooleanField(default=False)  # N15; only where policy permits
    penalty_institution = models.CharField(max_length=200, blank=True)
    penalty_family = models.CharField(max_length=200, blank=True)
    mediator = models.CharField(max_length=80, blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="course_billing_known", condition=Q(billing__in=Billing.values)
            ),
            models.CheckConstraint(
                name="course_method_known", condition=Q(method__in=Method.values)
            ),
        ]

    def __str__(self) -> str:
        return f"conditions of {self.course_id}"


class Particulars(models.Model):
    """What the model contract asks of a child and its guardian, sealed as one text.

    Read by the guardian alone, and written into the text of the contracts that they sign.
    """

    learner = models.OneToOneField(
        Learner, on_delete=models.PROTECT, primary_key=True, related_name="particulars"
    )
    guardian_id = models.BigIntegerField()
    sealed = models.BinaryField()
    recorded_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"particulars of {self.learner_id}"


class ContractText(models.Model):
    """The exact words of a contract as both sides sign them; their hash is in its terms."""

    contract = models.OneToOneField(
        Contract, on_delete=models.PROTECT, primary_key=True, related_name="text"
    )
    institution_id = models.BigIntegerField()
    guardian_id = models.BigIntegerField()
    template = models.CharField(max_length=40)
    text_sealed = models.BinaryField()
    text_sha256 = models.CharField(max_length=64)
    purchaser_sealed = models.BinaryField()
    made_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="contract_text_hash_form", condition=Q(text_sha256__regex="^[0-9a-f]{64}$")
            )
        ]

    def __str__(self) -> str:
        return f"text of {self.contract_id}"


class Side(models.TextChoices):
    """Who signs."""

    FAMILY = "family"
    INSTITUTION = "institution"


class Way(models.TextChoices):
    """The kind of electronic signature, as the paper names it."""

    PHONE_CODE = "phone_code"  # a code sent to the guardian's telephone
    DEVICE_CODE = "device_code"  # a code of the account's own device
    SIMULATED = "simulated"  # history of a demo


class Signature(models.Model):
    """One side signed exactly these terms, once."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="signatures")
    institution_id = models.BigIntegerField()
    guardian_id = models.BigIntegerField()
    side = models.CharField(max_length=11, choices=Side)
    way = models.CharField(max_length=11, choices=Way)
    signer_account_id = models.BigIntegerField(null=True)
    signer_sealed = models.BinaryField()
    payload_sha256 = models.CharField(max_length=64)
    signed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("contract", "side", name="contract_signed_once_by_a_side"),
            models.CheckConstraint(name="signature_side_known", condition=Q(side__in=Side.values)),
            models.CheckConstraint(name="signature_way_known", condition=Q(way__in=Way.values)),
        ]

    def __str__(self) -> str:
        return f"{self.contract_id} {self.side}"


class Supplement(models.Model):
    """A supplement (补充协议): what both sides changed or closed, with a text of its own.

    The signed contract stays as it was; what a supplement in force says goes before it.
    """

    class Kind(models.TextChoices):
        """What it is about."""

        TEACHER = "teacher"
        SCHEDULE = "schedule"
        CLASS = "class"
        DISPUTE = "dispute"
        PARTIAL_REFUND = "partial_refund"
        CLOSING = "closing"

    class State(models.TextChoices):
        """Proposed and signed by the institution, then answered by the family."""

        PROPOSED = "proposed"
        IN_FORCE = "in_force"
        DECLINED = "declined"
        WITHDRAWN = "withdrawn"

    code = models.CharField(max_length=13, unique=True)
    institution_id = models.BigIntegerField()
    guardian_id = models.BigIntegerField()
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="supplements")
    kind = models.CharField(max_length=14, choices=Kind)
    state = models.CharField(max_length=9, choices=State, default=State.PROPOSED)
    new_class = models.ForeignKey(ClassGroup, on_delete=models.PROTECT, null=True, related_name="+")
    new_centiunits = models.PositiveIntegerField(null=True)
    refund_fen = models.BigIntegerField(default=0)
    text_sealed = models.BinaryField()
    text_sha256 = models.CharField(max_length=64)
    proposed_at = models.DateTimeField()
    proposer_sealed = models.BinaryField()
    proposer_way = models.CharField(max_length=11, choices=Way)
    signed_at = models.DateTimeField(null=True)
    signer_sealed = models.BinaryField(null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["institution_id", "state"], name="supplement_by_state"),
            models.Index(fields=["guardian_id", "state"], name="supplement_by_guardian"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                "contract", name="one_open_supplement", condition=Q(state="proposed")
            ),
            models.CheckConstraint(
                name="supplement_in_force_is_signed",
                condition=~Q(state="in_force") | Q(signed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="supplement_refund_not_negative", condition=Q(refund_fen__gte=0)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.kind} {self.state}"
