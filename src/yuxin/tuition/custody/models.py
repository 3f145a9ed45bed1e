"""Custody accounts, the steps they took, and the three-party agreements they rest on."""

from typing import ClassVar

from django.db import models
from django.db.models import Q


class AccountState(models.TextChoices):
    """How far an account is. The registry shows the first four of the one in use."""

    OPENED = "OPENED", "已开户"
    FILED = "FILED", "已备案"
    VERIFIED = "VERIFIED", "已核验"
    PAYMENT_ENABLED = "PAYMENT_ENABLED", "已开通支付"
    RUNNING_OFF = "RUNNING_OFF", "余额清退中"  # replaced: its contracts finish on it
    CLOSED = "CLOSED", "已销户"
    WITHDRAWN = "WITHDRAWN", "已撤回"


# What may follow what.
NEXT: dict[str, tuple[str, ...]] = {
    "OPENED": ("FILED", "WITHDRAWN"),
    "FILED": ("VERIFIED", "WITHDRAWN"),
    "VERIFIED": ("PAYMENT_ENABLED", "WITHDRAWN", "RUNNING_OFF"),
    "PAYMENT_ENABLED": ("RUNNING_OFF",),
    "RUNNING_OFF": ("CLOSED",),
}
OVER = (AccountState.CLOSED, AccountState.WITHDRAWN)


class CustodyAccount(models.Model):
    """A special account of one institution at one bank; its number is sealed.

    `in_use`: new contracts go to it. At most one of an institution is; while it is being replaced
    one more is on its way, and those replaced before run off.
    """

    code = models.CharField(max_length=13, unique=True)
    institution_id = models.BigIntegerField()
    bank_code = models.CharField(max_length=14)
    bank_name = models.CharField(max_length=80)
    title = models.CharField(max_length=160)
    number_sealed = models.BinaryField()
    number_index = models.BinaryField()
    number_last4 = models.CharField(max_length=4)
    settlement_sealed = models.BinaryField(null=True)
    settlement_last4 = models.CharField(max_length=4, blank=True)
    state = models.CharField(max_length=16, choices=AccountState)
    in_use = models.BooleanField(default=False)
    opened_on = models.DateField()
    reason = models.CharField(max_length=200, blank=True)  # why it replaces another

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="account_state_known", condition=Q(state__in=AccountState.values)
            ),
            models.UniqueConstraint(
                "institution_id", name="one_account_in_use", condition=Q(in_use=True)
            ),
            models.UniqueConstraint(
                "institution_id",
                name="one_account_on_its_way",
                condition=Q(in_use=False, state__in=["OPENED", "FILED", "VERIFIED"]),
            ),
            # Bank files name an account of a contract by its last four digits (see reconciliation).
            models.UniqueConstraint(
                "institution_id",
                "bank_code",
                "number_last4",
                name="accounts_told_apart",
                condition=~Q(state="WITHDRAWN"),
            ),
            models.CheckConstraint(
                name="account_in_use_is_alive",
                condition=Q(in_use=False)
                | Q(state__in=["OPENED", "FILED", "VERIFIED", "PAYMENT_ENABLED"]),
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["number_index"], name="account_by_number")]

    def __str__(self) -> str:
        return f"{self.bank_code} {self.number_last4} {self.state}"


class AccountStep(models.Model):
    """One step of an account, with its paper; only added to."""

    institution_id = models.BigIntegerField()
    account = models.ForeignKey(CustodyAccount, on_delete=models.PROTECT, related_name="steps")
    state = models.CharField(max_length=16, choices=AccountState)
    on = models.DateField()
    document_no = models.CharField(max_length=80, blank=True)
    words = models.CharField(max_length=200, blank=True)
    by_id = models.BigIntegerField(null=True)
    by_name = models.CharField(max_length=60, blank=True)
    entry_id = models.CharField(max_length=32, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("account", "state", name="account_step_once")
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.state} {self.on}"


class Agreement(models.Model):
    """A three-party agreement of bureau, institution and bank (三方监管协议); only added to."""

    institution_id = models.BigIntegerField()
    bank_code = models.CharField(max_length=14)
    number = models.CharField(max_length=60)
    bureau = models.CharField(max_length=80)
    signed_on = models.DateField()
    valid_until = models.DateField(null=True)
    file_sha256 = models.CharField(max_length=64, blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("bank_code", "number", name="agreement_number_once"),
            models.CheckConstraint(
                name="agreement_days_ordered",
                condition=Q(valid_until=None) | Q(valid_until__gte=models.F("signed_on")),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["institution_id", "bank_code"], name="agreement_of_account")
        ]

    def __str__(self) -> str:
        return self.number
