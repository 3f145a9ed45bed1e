"""Values with history, one table per aspect of a subject.

Nothing is overwritten. A value holds from its start until the next start; an end is a row with
`ended`. Of the rows with one start the latest recorded holds: a correction is a new row.
"""

from typing import ClassVar, Final

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from yuxin.registry.models.subjects import RECORDED_NOW, Subject


class Value(models.Model):
    """What every value carries: since when, known since when, from whom, why."""

    valid_from = models.DateField()
    recorded_at = models.DateTimeField(db_default=RECORDED_NOW)
    recorded_by = models.BigIntegerField(null=True)
    ended = models.BooleanField(default=False)
    reason = models.CharField(max_length=200, blank=True)
    source = models.CharField(max_length=120, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{type(self).__name__} from {self.valid_from}"


def once(name: str, *key: str) -> models.UniqueConstraint:
    """One row per thing, start and moment of recording; its index also answers as-of reads."""
    return models.UniqueConstraint(fields=[*key, "valid_from", "recorded_at"], name=name)


class RegistrationKind(models.TextChoices):
    """Where the legal person is registered, and as what."""

    ENTERPRISE = "ENTERPRISE", "企业（营业执照）"
    INDIVIDUAL = "INDIVIDUAL", "个体工商户（营业执照）"
    PRIVATE_NON_ENTERPRISE = "PRIVATE_NON_ENTERPRISE", "民办非企业单位"
    PUBLIC_INSTITUTION = "PUBLIC_INSTITUTION", "事业单位"
    ORGAN = "ORGAN", "机关"
    ASSOCIATION = "ASSOCIATION", "社会团体"
    OTHER = "OTHER", "其他"


class Status(models.TextChoices):
    """Whether a subject is at work."""

    ACTIVE = "ACTIVE", "在办"
    SUSPENDED = "SUSPENDED", "停业"
    CLOSED = "CLOSED", "终止"
    REVOKED = "REVOKED", "吊销"
    ABSCONDED = "ABSCONDED", "失联"
    UNLICENSED = "UNLICENSED", "无证"
    UNKNOWN = "UNKNOWN", "待核"


class Category(models.TextChoices):
    """The category of training."""

    SUBJECT = "SUBJECT", "学科"
    ARTS = "ARTS", "艺术"
    SCITECH = "SCITECH", "科技"
    SPORTS = "SPORTS", "体育"
    OTHER = "OTHER", "其他"


class CustodyState(models.TextChoices):
    """How far the special custody account is (资金监管四线并进)."""

    OPENED = "OPENED", "已开户"
    FILED = "FILED", "已备案"
    VERIFIED = "VERIFIED", "已核验"
    PAYMENT_ENABLED = "PAYMENT_ENABLED", "已开通支付"


class NameValue(Value):
    """The registered name and the name on the board."""

    subject = models.ForeignKey(
        Subject, on_delete=models.PROTECT, db_index=False, related_name="names"
    )
    registered_name = models.CharField(max_length=160, blank=True)
    brand = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints: ClassVar = [once("name_value_once", "subject")]


class IdentityValue(Value):
    """The legal person: its code, its old numbers, where and when it was registered."""

    subject = models.ForeignKey(
        Subject, on_delete=models.PROTECT, db_index=False, related_name="identities"
    )
    uscc = models.CharField(max_length=18, blank=True)
    old_numbers = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    registration_kind = models.CharField(
        max_length=24, choices=RegistrationKind.choices, blank=True
    )
    established_on = models.DateField(null=True, blank=True)
    capital_fen = models.BigIntegerField(null=True, blank=True)
    legal_representative = models.CharField(max_length=60, blank=True)
    business_scope = models.TextField(max_length=4000, blank=True)

    class Meta:
        constraints: ClassVar = [
            once("identity_value_once", "subject"),
            models.CheckConstraint(
                name="identity_uscc_form",
                condition=Q(uscc="") | Q(uscc__regex="^[0-9A-HJ-NPQRTUWXY]{18}$"),
            ),
            models.CheckConstraint(
                name="identity_capital_not_negative",
                condition=Q(capital_fen__isnull=True) | Q(capital_fen__gte=0),
            ),
        ]


class StatusValue(Value):
    """Whether the subject is at work."""

    subject = models.ForeignKey(
        Subject, on_delete=models.PROTECT, db_index=False, related_name="statuses"
    )
    status = models.CharField(max_length=12, choices=Status.choices)

    class Meta:
        constraints: ClassVar = [
            once("status_value_once", "subject"),
            models.CheckConstraint(name="status_known", condition=Q(status__in=Status.values)),
        ]


class CategoryValue(Value):
    """The category of training, and on what it rests (published, licence, an officer's word)."""

    subject = models.ForeignKey(
        Subject, on_delete=models.PROTECT, db_index=False, related_name="categories"
    )
    category = models.CharField(max_length=8, choices=Category.choices, blank=True)
    basis = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints: ClassVar = [
            once("category_value_once", "subject"),
            models.CheckConstraint(
                name="category_known", condition=Q(category="") | Q(category__in=Category.values)
            ),
        ]


class PlaceValue(Value):
    """Where the subject is registered: the node of administration and the address."""

    subject = models.ForeignKey(
        Subject, on_delete=models.PROTECT, db_index=False, related_name="places"
    )
    area_code = models.CharField(max_length=12, blank=True)
    address = models.CharField(max_length=240, blank=True)

    class Meta:
        constraints: ClassVar = [once("place_value_once", "subject")]


class AuthorityValue(Value):
    """Who approved the subject and who supervises it (谁审批谁监管)."""

    subject = models.ForeignKey(
        Subject, on_delete=models.PROTECT, db_index=False, related_name="authorities"
    )
    approving = models.CharField(max_length=80, blank=True)
    supervising = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints: ClassVar = [once("authority_value_once", "subject")]


class CustodyValue(Value):
    """The special custody account: exactly one per institution; its number is sealed.

    The settlement account is the institution's own: the only target of releases.
    """

    subject = models.ForeignKey(
        Subject, on_delete=models.PROTECT, db_index=False, related_name="custody"
    )
    bank_code = models.CharField(max_length=14)
    bank_name = models.CharField(max_length=80)
    account_title = models.CharField(max_length=160)
    number_sealed = models.BinaryField()
    number_index = models.BinaryField()
    number_last4 = models.CharField(max_length=4)
    settlement_sealed = models.BinaryField(null=True)
    settlement_index = models.BinaryField(null=True)  # to see whose own account is another's too
    settlement_last4 = models.CharField(max_length=4, blank=True)
    agreement_number = models.CharField(max_length=60, blank=True)
    state = models.CharField(max_length=16, choices=CustodyState.choices)

    class Meta:
        constraints: ClassVar = [
            once("custody_value_once", "subject"),
            models.CheckConstraint(
                name="custody_state_known", condition=Q(state__in=CustodyState.values)
            ),
            models.CheckConstraint(
                name="custody_last4_form", condition=Q(number_last4__regex="^[0-9]{4}$")
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["number_index"], name="custody_by_number"),
            models.Index(fields=["settlement_index"], name="custody_by_settlement"),
        ]


FEEDS: Final = ("CONTRACTS", "BANK", "LESSONS", "STAFF", "NATIONAL_PLATFORM")


class ConnectionValue(Value):
    """Whether an officer has confirmed the licence and the first feeds.

    Without a row the subject is not connected (未接入): nothing is said of it but what its
    source says.
    """

    subject = models.ForeignKey(
        Subject, on_delete=models.PROTECT, db_index=False, related_name="connections"
    )
    connected = models.BooleanField()
    licence_number = models.CharField(max_length=60, blank=True)
    feeds = ArrayField(models.CharField(max_length=20), default=list, blank=True)

    class Meta:
        constraints: ClassVar = [
            once("connection_value_once", "subject"),
            models.CheckConstraint(
                name="connection_rests_on_licence_and_feeds",
                condition=Q(connected=False)
                | (~Q(licence_number="") & Q(feeds__len__gt=0) & Q(feeds__contained_by=FEEDS)),
            ),
        ]


class Brand(models.Model):
    """A name that several subjects may work under."""

    name = models.CharField(max_length=80, unique=True)

    def __str__(self) -> str:
        return self.name


class BrandUseValue(Value):
    """That a subject works under a brand."""

    subject = models.ForeignKey(
        Subject, on_delete=models.PROTECT, db_index=False, related_name="brand_uses"
    )
    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="uses")

    class Meta:
        constraints: ClassVar = [once("brand_use_value_once", "subject", "brand")]


class ControllerRole(models.TextChoices):
    """How somebody stands behind a subject."""

    ORGANISER = "ORGANISER", "举办者"
    ACTUAL_CONTROLLER = "ACTUAL_CONTROLLER", "实际控制人"
    LEGAL_REPRESENTATIVE = "LEGAL_REPRESENTATIVE", "法定代表人"
    SHAREHOLDER = "SHAREHOLDER", "股东"


class ControllerValue(Value):
    """That a person or organisation stands behind a subject."""

    subject = models.ForeignKey(
        Subject, on_delete=models.PROTECT, db_index=False, related_name="controllers"
    )
    controller = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="controls")
    role = models.CharField(max_length=24, choices=ControllerRole.choices)
    share_bps = models.IntegerField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            once("controller_value_once", "subject", "controller", "role"),
            models.CheckConstraint(
                name="controller_is_another", condition=~Q(subject=F("controller"))
            ),
            models.CheckConstraint(
                name="controller_share_range",
                condition=Q(share_bps__isnull=True) | Q(share_bps__range=(0, 10000)),
            ),
        ]
