"""Tables of imports. Rows keep the source as printed, without numbers of persons."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q


class BatchState(models.TextChoices):
    """How far a batch is."""

    OPEN = "OPEN", "待核对"
    DONE = "DONE", "已入库"
    WITHDRAWN = "WITHDRAWN", "已撤回"


class Decision(models.TextChoices):
    """What a person decided on a doubt."""

    ACCEPTED = "ACCEPTED", "已采纳"
    EDITED = "EDITED", "已改写"
    REFUSED = "REFUSED", "已拒绝"


class ImportBatch(models.Model):
    """One file sent in for one area. `version` rises with every decision, to tell conflicts."""

    code = models.CharField(max_length=13, unique=True)
    area_code = models.CharField(max_length=12)
    file_sha256 = models.CharField(max_length=64)
    file_name = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=BatchState.choices, default=BatchState.OPEN)
    version = models.IntegerField(default=1)
    columns = models.JSONField()
    """Per sheet: name, heading lines, and each column with its field and the reason."""
    notices = models.JSONField()
    unread = models.JSONField()
    chosen = models.JSONField(default=dict)
    received_at = models.DateTimeField()
    received_by = models.BigIntegerField(null=True)
    received_name = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["area_code", "file_sha256"],
                name="import_file_once_per_area",
                condition=~Q(state="WITHDRAWN"),
            ),
            models.CheckConstraint(
                name="import_batch_state_known", condition=Q(state__in=BatchState.values)
            ),
        ]

    def __str__(self) -> str:
        return self.code


VERDICTS = ("accepted", "unchanged", "doubtful", "rejected")


class ImportRow(models.Model):
    """One source row. `written` is the code of the subject that it was written to."""

    batch = models.ForeignKey(ImportBatch, on_delete=models.PROTECT, related_name="rows")
    sheet = models.SmallIntegerField()
    number = models.IntegerField()
    cells = ArrayField(models.TextField())
    values = models.JSONField()
    notes = ArrayField(models.TextField())
    verdict = models.CharField(max_length=9)
    rejected = models.CharField(max_length=40, blank=True)
    matched = models.CharField(max_length=24, blank=True)
    section = models.CharField(max_length=300, blank=True)
    open_doubts = models.SmallIntegerField(default=0)
    refused = models.BooleanField(default=False)
    written = models.CharField(max_length=13, blank=True)
    written_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["batch", "sheet", "number"], name="import_row_once"),
            models.CheckConstraint(
                name="import_row_verdict_known", condition=Q(verdict__in=VERDICTS)
            ),
            models.CheckConstraint(
                name="import_row_open_doubts_not_negative", condition=Q(open_doubts__gte=0)
            ),
            models.CheckConstraint(
                name="import_row_rejected_with_reason",
                condition=Q(verdict="rejected") & ~Q(rejected="")
                | ~Q(verdict="rejected") & Q(rejected=""),
            ),
            models.CheckConstraint(
                name="import_row_not_written_in_doubt",
                condition=Q(written="") | (Q(open_doubts=0) & ~Q(verdict="rejected")),
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["batch", "id"],
                name="import_row_to_write",
                condition=Q(written="", open_doubts=0, refused=False)
                & Q(verdict__in=["accepted", "doubtful"]),
            )
        ]

    def __str__(self) -> str:
        return f"{self.sheet}:{self.number}"


class ImportLine(models.Model):
    """A line of the source that is no row: title, heading, section, total, remark or empty."""

    batch = models.ForeignKey(ImportBatch, on_delete=models.PROTECT, related_name="lines")
    sheet = models.SmallIntegerField()
    number = models.IntegerField()
    kind = models.CharField(max_length=8)
    text = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["batch", "sheet", "number"], name="import_line_once")
        ]

    def __str__(self) -> str:
        return f"{self.sheet}:{self.number} {self.kind}"


class ImportDoubt(models.Model):
    """One doubtful cell and what a person decided. `version` rises with every decision on it."""

    row = models.ForeignKey(ImportRow, on_delete=models.PROTECT, related_name="doubts")
    batch = models.ForeignKey(
        ImportBatch, on_delete=models.PROTECT, related_name="doubts", db_index=False
    )
    place = models.IntegerField()
    field = models.CharField(max_length=20)
    kind = models.CharField(max_length=16)
    column = models.SmallIntegerField()
    source = models.TextField()
    reason = models.CharField(max_length=40)
    facts = models.JSONField()
    proposal = models.JSONField(null=True)
    sure = models.CharField(max_length=6)
    decision = models.CharField(max_length=8, choices=Decision.choices, blank=True)
    decided = models.JSONField(null=True)
    decided_reason = models.CharField(max_length=200, blank=True)
    decided_by = models.BigIntegerField(null=True)
    decided_name = models.CharField(max_length=80, blank=True)
    decided_at = models.DateTimeField(null=True)
    version = models.IntegerField(default=1)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["batch", "place"], name="import_doubt_once"),
            models.CheckConstraint(
                name="import_doubt_decision_known",
                condition=Q(decision="") | Q(decision__in=Decision.values),
            ),
            models.CheckConstraint(
                name="import_doubt_refused_with_reason",
                condition=~Q(decision="REFUSED") | ~Q(decided_reason=""),
            ),
            models.CheckConstraint(
                name="import_doubt_accepts_a_proposal",
                condition=~Q(decision="ACCEPTED") | Q(proposal__isnull=False),
            ),
            models.CheckConstraint(
                name="import_doubt_decided_at_a_time",
                condition=Q(decision="", decided_at__isnull=True)
                | ~Q(decision="") & Q(decided_at__isnull=False),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["batch", "kind", "decision"], name="import_doubt_by_kind"),
            models.Index(F("batch"), F("id"), name="import_doubt_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.row_id}"
