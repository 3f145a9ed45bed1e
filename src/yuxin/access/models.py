"""Tables of access. Values with history hold from their start until the next one."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from yuxin.kernel.actor import Role

LINES = ("SUBJECT", "ARTS", "SCITECH", "SPORTS", "OTHER", "SCHOOL", "ALL")


class Area(models.Model):
    """A node of administration: county, town, development zone. Data, never derived from digits."""

    code = models.CharField(max_length=12)
    parent_code = models.CharField(max_length=12, blank=True)
    name = models.CharField(max_length=80)
    valid_from = models.DateField()
    recorded_at = models.DateTimeField(db_default=models.Func(function="public.recorded_now"))
    ended = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("code", "valid_from", "recorded_at", name="area_value_once")
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"


class Account(models.Model):
    """A sign-in: of a person at work, of a guardian, of a machine."""

    login = models.CharField(max_length=64, unique=True)
    display_name = models.CharField(max_length=80)
    organisation = models.CharField(max_length=120, blank=True)
    password = models.CharField(max_length=200)
    totp_sealed = models.BinaryField(null=True)
    totp_last_step = models.BigIntegerField(default=0)
    person_id = models.BigIntegerField(null=True, unique=True)
    language = models.CharField(max_length=5, default="zh")
    active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.login


class Grant(models.Model):
    """One right: role x area node x line x subject (or none), from a day, until a day."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="grants")
    role = models.CharField(max_length=24, choices=[(role.value, role.value) for role in Role])
    area_code = models.CharField(max_length=12, blank=True)
    line = models.CharField(max_length=8, default="ALL")
    subject_id = models.BigIntegerField(null=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    ended_at = models.DateTimeField(null=True)
    granted_by = models.BigIntegerField(null=True)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="grant_line_known", condition=Q(line__in=LINES)),
            models.CheckConstraint(
                name="grant_period_ordered",
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=models.F("valid_from")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.area_code or self.subject_id or ''} {self.line}"


class Session(models.Model):
    """A signed-in browser. Only the hash of its token is stored."""

    token_sha256 = models.BinaryField(unique=True)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="sessions")
    opened_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    address = models.GenericIPAddressField(null=True)
    agent = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return f"session {self.pk} of account {self.account_id}"


class PrivilegedPeriod(models.Model):
    """A stated time in which an administrator may use a right that is otherwise shut."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="privileged")
    reason = models.CharField(max_length=400)
    opened_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="privileged_period_has_reason", condition=~Q(reason__exact="")
            )
        ]

    def __str__(self) -> str:
        return f"privileged until {self.expires_at:%Y-%m-%d %H:%M}"


class SignInAttempt(models.Model):
    """One try to sign in; the window of recent failures is what locks an account or address."""

    login = models.CharField(max_length=64)
    address = models.GenericIPAddressField(null=True)
    at = models.DateTimeField()
    succeeded = models.BooleanField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["login", "at"], name="attempt_by_login"),
            models.Index(fields=["address", "at"], name="attempt_by_address"),
        ]

    def __str__(self) -> str:
        return f"{self.login} {'in' if self.succeeded else 'refused'}"


class Look(models.Model):
    """Who looked at what that is masked for others, when and why."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="looks")
    kind = models.CharField(max_length=40)
    thing = models.CharField(max_length=80)
    reason = models.CharField(max_length=200)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.kind} {self.thing}"


class Installation(models.Model):
    """The one row that says whether this data folder is a demo or production."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    mode = models.CharField(max_length=10)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="installation_is_one", condition=Q(id=1)),
            models.CheckConstraint(
                name="installation_mode_known", condition=Q(mode__in=["demo", "production"])
            ),
        ]

    def __str__(self) -> str:
        return self.mode
