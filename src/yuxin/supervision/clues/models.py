"""Payments outside custody as families told them, and signs of closing as officers saw them."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

RECORDED_NOW = models.Func(function="public.recorded_now")


class Comparison(models.TextChoices):
    """How the payee stands to the supervised account."""

    SUPERVISED = "SUPERVISED", "就是监管账户"
    OTHER = "OTHER", "不是监管账户"
    UNKNOWN = "UNKNOWN", "没有账号可比"


class Means(models.TextChoices):
    """How it was paid."""

    TRANSFER = "TRANSFER", "银行转账"
    WECHAT = "WECHAT", "微信"
    ALIPAY = "ALIPAY", "支付宝"
    CASH = "CASH", "现金"
    LOAN = "LOAN", "贷款或分期"
    OTHER = "OTHER", "其他"


class Finding(models.TextChoices):
    """What the bureau found."""

    SUBSTANTIATED = "SUBSTANTIATED", "查实"
    UNFOUNDED = "UNFOUNDED", "不属实"
    INSIDE = "INSIDE", "款项已在监管账户"


class OutsidePayment(models.Model):
    """A clue: money that a family says it paid elsewhere. It names no child and no reporter.

    The payee's account is kept as a keyed hash and its last four digits; the photo by its hash.
    """

    code = models.CharField(max_length=13, unique=True)
    institution_id = models.BigIntegerField()
    paid_on = models.DateField()
    amount_fen = models.BigIntegerField()
    means = models.CharField(max_length=8, choices=Means)
    payee_name = models.CharField(max_length=80)
    payee_index = models.BinaryField(null=True)
    payee_last4 = models.CharField(max_length=4, blank=True)
    comparison = models.CharField(max_length=10, choices=Comparison)
    words = models.CharField(max_length=400, blank=True)
    photo_sha256 = models.CharField(max_length=64, blank=True)
    reported_at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=RECORDED_NOW)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="outside_positive", condition=Q(amount_fen__gt=0)),
            models.CheckConstraint(
                name="outside_comparison_known", condition=Q(comparison__in=Comparison.values)
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["institution_id", "paid_on"], name="outside_by_institution")
        ]

    def __str__(self) -> str:
        return self.code


class Reporter(models.Model):
    """Who reported a clue. Only this guardian reads the row; the bureau answers through it."""

    clue_code = models.CharField(max_length=13, unique=True)
    guardian_id = models.BigIntegerField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["guardian_id"], name="reporter_by_guardian")]

    def __str__(self) -> str:
        return f"reporter of {self.clue_code}"


class OutsideFinding(models.Model):
    """What the bureau found on a clue, once; only added to.

    `measure_proposed`: a measure on the licence is proposed, where a local threshold is passed.
    """

    payment = models.OneToOneField(OutsidePayment, on_delete=models.PROTECT, related_name="finding")
    institution_id = models.BigIntegerField()
    finding = models.CharField(max_length=13, choices=Finding)
    words = models.CharField(max_length=400)
    found_on = models.DateField()
    found_by = models.BigIntegerField()
    measure_proposed = models.CharField(max_length=200, blank=True)
    recorded_at = models.DateTimeField(db_default=RECORDED_NOW)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="finding_known", condition=Q(finding__in=Finding.values)),
            models.CheckConstraint(name="finding_has_words", condition=~Q(words="")),
            models.CheckConstraint(
                name="measure_only_where_substantiated",
                condition=Q(measure_proposed="") | Q(finding="SUBSTANTIATED"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.payment_id} {self.finding}"


class SignKind(models.TextChoices):
    """Signs that an institution may close."""

    RENT = "RENT", "拖欠房租"
    WAGES = "WAGES", "拖欠工资"
    POWER = "POWER", "断水断电"
    MOVED = "MOVED", "搬离或人去楼空"
    CONTACT = "CONTACT", "负责人联系不上"
    OTHER = "OTHER", "其他"


class ClosureSign(models.Model):
    """A sign that an institution may close, as seen on a day. Only added to."""

    institution_id = models.BigIntegerField()
    kind = models.CharField(max_length=8, choices=SignKind)
    seen_on = models.DateField()
    words = models.CharField(max_length=400)
    recorded_at = models.DateTimeField(db_default=RECORDED_NOW)
    recorded_by = models.BigIntegerField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="sign_kind_known", condition=Q(kind__in=SignKind.values)),
        ]
        indexes: ClassVar = [
            models.Index(fields=["institution_id", "seen_on"], name="sign_by_institution")
        ]

    def __str__(self) -> str:
        return f"{self.institution_id} {self.kind} {self.seen_on}"
