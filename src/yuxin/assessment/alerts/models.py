"""Tables of alerts: what was found, what people made of it, what went to the credit file."""

from typing import ClassVar, Final

from django.db import models
from django.db.models import Q

from yuxin.cases.models import Proceeding

RECORDED_NOW: Final = models.Func(function="public.recorded_now")


class Level(models.TextChoices):
    """How loud an alert is; which rule has which level is policy."""

    GREEN = "GREEN", "提示"
    YELLOW = "YELLOW", "黄色"
    RED = "RED", "红色"


class Outcome(models.TextChoices):
    """What was decided on an alert."""

    NO_ISSUE = "NO_ISSUE", "未发现问题"
    TALK = "TALK", "约谈"
    CHECK = "CHECK", "专项检查"
    ORDER = "ORDER", "责令改正"
    FREEZE = "FREEZE", "提请暂停划转"
    EMERGENCY = "EMERGENCY", "应急处置"


class Signal(models.TextChoices):
    """Whether the rule was right to warn: its track record."""

    RIGHT = "RIGHT", "预警属实"
    WRONG = "WRONG", "误报"
    UNCLEAR = "UNCLEAR", "无法判断"


class AlertMark(models.Model):
    """A change that may raise or end an alert; left by whoever judged the colour."""

    institution_id = models.BigIntegerField()
    marked_at = models.DateTimeField(db_default=RECORDED_NOW)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["institution_id"], name="alert_mark_by_institution")
        ]

    def __str__(self) -> str:
        return f"mark of {self.institution_id}"


class Alert(models.Model):
    """One condition of one institution that a rule names, and what people made of it.

    `rule` is W01 … W22 or COLOUR, `what` the thing that it is about. `inputs` are the facts the
    rule saw, `conditions` the lines it held against them, `pack_sha256` the rules in force. While
    the condition holds or people have not closed it, there is one row and no second. Who has it,
    by when and how it went is its proceeding.
    """

    code = models.CharField(max_length=13, unique=True)
    proceeding = models.OneToOneField(Proceeding, on_delete=models.PROTECT, related_name="alert")
    institution_id = models.BigIntegerField()
    rule = models.CharField(max_length=8)
    what = models.CharField(max_length=40)
    level = models.CharField(max_length=6, choices=Level)
    row = models.CharField(max_length=64)
    inputs = models.JSONField()
    conditions = models.JSONField()
    zh = models.CharField(max_length=400)
    en = models.CharField(max_length=400)
    pack_sha256 = models.CharField(max_length=64)
    confidential = models.BooleanField(default=False)  # not shown to the institution
    owner_role = models.CharField(max_length=24)
    opened_at = models.DateTimeField()
    opened_on = models.DateField()
    known_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)  # None: no bureau has set the hours
    gone_at = models.DateTimeField(null=True)  # the condition holds no more
    outcome = models.CharField(max_length=9, choices=Outcome, blank=True)
    signal = models.CharField(max_length=7, choices=Signal, blank=True)
    closed_at = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField(db_default=RECORDED_NOW)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                "institution_id",
                "rule",
                "what",
                name="one_live_alert_of_a_condition",
                condition=Q(gone_at=None) | Q(closed_at=None),
            ),
            models.CheckConstraint(name="alert_level_known", condition=Q(level__in=Level.values)),
            models.CheckConstraint(
                name="alert_closed_with_outcome_and_signal",
                condition=Q(closed_at=None, signal="")
                | (
                    Q(closed_at__isnull=False, outcome__in=Outcome.values)
                    & Q(signal__in=Signal.values)
                ),
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["institution_id", "rule"],
                name="alert_not_closed",
                condition=Q(closed_at=None),
            ),
            models.Index(fields=["institution_id", "-opened_at"], name="alert_by_institution"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.rule} {self.level}"


class NoteKind(models.TextChoices):
    """What a note tells."""

    JUDGED = "JUDGED", "研判"
    DECIDED = "DECIDED", "处置"
    ANSWERED = "ANSWERED", "机构反馈"
    CLOSED = "CLOSED", "办结"
    GONE = "GONE", "情形消失"
    BACK = "BACK", "情形再现"
    RAISED = "RAISED", "级别变化"


class AlertNote(models.Model):
    """What was said of an alert, by whom, and how its condition moved. Only added to."""

    alert = models.ForeignKey(Alert, on_delete=models.PROTECT, related_name="notes")
    institution_id = models.BigIntegerField()
    kind = models.CharField(max_length=8, choices=NoteKind)
    at = models.DateTimeField()
    by_account = models.BigIntegerField(null=True)
    by_name = models.CharField(max_length=80)
    people = models.CharField(max_length=200, blank=True)  # who judged together, by name
    words = models.CharField(max_length=400, blank=True)
    shown = models.BooleanField(default=False)  # to the institution

    class Meta:
        indexes: ClassVar = [models.Index(fields=["alert", "at"], name="note_by_alert")]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="judgement_names_people", condition=~Q(kind="JUDGED") | ~Q(people="")
            )
        ]

    def __str__(self) -> str:
        return f"{self.alert_id} {self.kind}"


class CreditFact(models.Model):
    """An alert that the bureau confirmed for the credit file, once. Facts only, with document."""

    alert = models.OneToOneField(Alert, on_delete=models.PROTECT, related_name="credit_fact")
    institution_id = models.BigIntegerField()
    document_number = models.CharField(max_length=60)
    words = models.CharField(max_length=400)
    confirmed_on = models.DateField()
    confirmed_by = models.BigIntegerField()
    recorded_at = models.DateTimeField(db_default=RECORDED_NOW)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="credit_fact_has_a_document", condition=~Q(document_number="")
            )
        ]

    def __str__(self) -> str:
        return f"{self.alert_id} {self.document_number}"


class PublicWarning(models.Model):
    """A warning to the public, after verification: its words, from a day until it is ended."""

    alert = models.OneToOneField(Alert, on_delete=models.PROTECT, related_name="public_warning")
    institution_id = models.BigIntegerField()
    words = models.CharField(max_length=400)
    from_on = models.DateField()
    until_on = models.DateField()
    verified_by = models.BigIntegerField()
    recorded_at = models.DateTimeField(db_default=RECORDED_NOW)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="public_warning_days_ordered",
                condition=Q(until_on__gte=models.F("from_on")),
            ),
            models.CheckConstraint(name="public_warning_has_words", condition=~Q(words="")),
        ]
        indexes: ClassVar = [
            models.Index(fields=["institution_id"], name="public_warning_of_institution")
        ]

    def __str__(self) -> str:
        return f"{self.institution_id} from {self.from_on}"


class WarningEnd(models.Model):
    """The end of a public warning before its last day, once, with its reason. Only added to.

    From `ended_on` on, that day included, the public is told nothing any more.
    """

    warning = models.OneToOneField(PublicWarning, on_delete=models.PROTECT, related_name="end")
    institution_id = models.BigIntegerField()
    words = models.CharField(max_length=400)
    ended_on = models.DateField()
    ended_by = models.BigIntegerField()
    recorded_at = models.DateTimeField(db_default=RECORDED_NOW)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="warning_end_has_words", condition=~Q(words="")),
        ]
        indexes: ClassVar = [
            models.Index(fields=["institution_id"], name="warning_end_of_institution")
        ]

    def __str__(self) -> str:
        return f"{self.institution_id} until {self.ended_on}"


class Preset(models.Model):
    """What the bureau set for one institution: lowest balance, largest movement. Only added to.

    Holds until the next one. Money in fen; a line that is not set is None.
    """

    institution_id = models.BigIntegerField()
    balance_min_fen = models.BigIntegerField(null=True)
    movement_max_fen = models.BigIntegerField(null=True)
    document_number = models.CharField(max_length=60)
    valid_from = models.DateField()
    recorded_at = models.DateTimeField(db_default=RECORDED_NOW)
    recorded_by = models.BigIntegerField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                "institution_id", "valid_from", "recorded_at", name="preset_value_once"
            ),
            models.CheckConstraint(
                name="preset_positive",
                condition=(Q(balance_min_fen=None) | Q(balance_min_fen__gt=0))
                & (Q(movement_max_fen=None) | Q(movement_max_fen__gt=0)),
            ),
            models.CheckConstraint(name="preset_has_a_document", condition=~Q(document_number="")),
        ]

    def __str__(self) -> str:
        return f"{self.institution_id} from {self.valid_from}"
