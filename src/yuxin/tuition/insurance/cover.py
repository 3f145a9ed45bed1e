"""Cover of single contracts: insurers, products, certificates, claims on them."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from yuxin.tuition.models import Contract, RefundCase


class Insurer(models.Model):
    """An insurer and how messages are exchanged with it."""

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=80)
    public_key_pem = models.TextField()
    exchange_folder = models.CharField(max_length=200)
    since_on = models.DateField()

    def __str__(self) -> str:
        return self.name


class Product(models.Model):
    """What an insurer offers to families of institutions, on which terms, and who pays."""

    class Kind(models.TextChoices):
        """Whom it covers."""

        PERSONAL = "PERSONAL", "点对点学费险"
        PERFORMANCE = "PERFORMANCE", "履约保险"

    class Payer(models.TextChoices):
        """Who pays the premium, to the insurer and outside custody."""

        FAMILY = "FAMILY", "家长"
        INSTITUTION = "INSTITUTION", "机构"

    code = models.CharField(max_length=13, unique=True)
    insurer = models.ForeignKey(Insurer, on_delete=models.PROTECT, related_name="products")
    kind = models.CharField(max_length=12, choices=Kind)
    name = models.CharField(max_length=60)
    terms = models.TextField(max_length=4000)
    premium_bps = models.PositiveIntegerField()
    cover_max_fen = models.BigIntegerField()
    payer = models.CharField(max_length=12, choices=Payer)
    required = models.BooleanField(default=False)
    offered_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="product_premium_and_cover",
                condition=Q(premium_bps__lte=10_000, cover_max_fen__gt=0),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Certificate(models.Model):
    """The cover of one contract; it ends with the course, or when the contract does."""

    class State(models.TextChoices):
        """Where it is."""

        ASKED = "asked"  # chosen with the payment; the insurer has not answered
        IN_FORCE = "in_force"
        REFUSED = "refused"
        ENDED = "ended"

    code = models.CharField(max_length=13, unique=True)
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="certificates")
    institution_id = models.BigIntegerField()
    guardian_id = models.BigIntegerField()
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="certificates")
    state = models.CharField(max_length=8, choices=State, default=State.ASKED)
    number = models.CharField(max_length=60, blank=True)
    cover_fen = models.BigIntegerField()
    premium_fen = models.BigIntegerField()
    from_on = models.DateField()
    until_on = models.DateField()
    asked_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    ended_on = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                "contract",
                "product",
                name="one_certificate_per_contract_and_product",
                condition=~Q(state="refused"),
            ),
            models.CheckConstraint(
                name="certificate_days_ordered", condition=Q(until_on__gte=F("from_on"))
            ),
            models.CheckConstraint(
                name="certificate_in_force_has_a_number",
                condition=~Q(state="in_force") | ~Q(number=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.state}"


class CoverClaim(models.Model):
    """A claim on a certificate, by the family or for it at a closing, and the insurer's answer."""

    class By(models.TextChoices):
        """Who claims."""

        FAMILY = "FAMILY"
        CLOSING = "CLOSING"

    class State(models.TextChoices):
        """What the insurer said."""

        FILED = "filed"
        PAID = "paid"
        REFUSED = "refused"

    code = models.CharField(max_length=13, unique=True)
    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="claims")
    institution_id = models.BigIntegerField()
    guardian_id = models.BigIntegerField()
    by = models.CharField(max_length=8, choices=By)
    state = models.CharField(max_length=8, choices=State, default=State.FILED)
    amount_fen = models.BigIntegerField()
    filed_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    paid_fen = models.BigIntegerField(default=0)
    serial = models.CharField(max_length=64, blank=True)
    words = models.CharField(max_length=200, blank=True)
    refund = models.OneToOneField(RefundCase, on_delete=models.PROTECT, null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                "certificate", name="one_claim_open_per_certificate", condition=Q(state="filed")
            ),
            models.CheckConstraint(
                name="cover_claim_paid_within_amount",
                condition=Q(amount_fen__gt=0, paid_fen__gte=0, paid_fen__lte=F("amount_fen")),
            ),
            models.CheckConstraint(
                name="cover_claim_paid_has_a_serial",
                condition=~Q(state="paid") | (Q(paid_fen__gt=0) & ~Q(serial="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.state}"
