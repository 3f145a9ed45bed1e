"""Subjects, their codes, and the acts by which two turn out to be one or one to be two."""

from typing import ClassVar, Final

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

RECORDED_NOW: Final = models.Func(function="public.recorded_now")


class Kind(models.TextChoices):
    """What a subject is."""

    TRAINING_INSTITUTION = "TRAINING_INSTITUTION", "校外培训机构"
    PRIVATE_SCHOOL = "PRIVATE_SCHOOL", "民办学校"
    PUBLIC_SCHOOL = "PUBLIC_SCHOOL", "公办学校"
    KINDERGARTEN = "KINDERGARTEN", "幼儿园"
    GOVERNMENT_UNIT = "GOVERNMENT_UNIT", "政府部门"
    SOCIAL_ORGANISATION = "SOCIAL_ORGANISATION", "社会组织"
    CARE_CENTRE = "CARE_CENTRE", "托管机构"
    UNLICENSED_SITE = "UNLICENSED_SITE", "无证点位"
    NATURAL_PERSON = "NATURAL_PERSON", "自然人"


SCHOOL_KINDS: Final = (Kind.PRIVATE_SCHOOL, Kind.PUBLIC_SCHOOL, Kind.KINDERGARTEN)
ORGANISATION_KINDS: Final = tuple(kind for kind in Kind if kind is not Kind.NATURAL_PERSON)


class Subject(models.Model):
    """Somebody or something the record is kept of. One code for life; never deleted."""

    code = models.CharField(max_length=13, unique=True)
    kind = models.CharField(max_length=24, choices=Kind.choices)
    recorded_at = models.DateTimeField(db_default=RECORDED_NOW)
    recorded_by = models.BigIntegerField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="subject_code_form", condition=Q(code__regex="^[0-9A-HJKMNP-TV-Z]{13}$")
            ),
            models.CheckConstraint(name="subject_kind_known", condition=Q(kind__in=Kind.values)),
        ]

    def __str__(self) -> str:
        return self.code


class Alias(models.Model):
    """A short fixed name of a subject, for the documents and tests of a demo only."""

    alias = models.CharField(max_length=16, unique=True)
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="aliases")

    def __str__(self) -> str:
        return self.alias


class Merge(models.Model):
    """Two subjects found to be one: the merged one's code leads to the kept one until undone."""

    kept = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="merges")
    merged = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="merged_by")
    merged_on = models.DateField()
    reason = models.CharField(max_length=200)
    recorded_at = models.DateTimeField(db_default=RECORDED_NOW)
    recorded_by = models.BigIntegerField(null=True)
    undone_at = models.DateTimeField(null=True)
    undone_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="merge_of_two", condition=~Q(kept=F("merged"))),
            models.UniqueConstraint(
                fields=["merged"], name="merge_stands_once", condition=Q(undone_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.merged_id} into {self.kept_id}"


class Split(models.Model):
    """One subject found to be two: sites that went to a subject of their own, until undone."""

    origin = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="splits")
    new = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="split_from")
    site_codes = ArrayField(models.CharField(max_length=13))
    new_site_codes = ArrayField(models.CharField(max_length=13))
    split_on = models.DateField()
    reason = models.CharField(max_length=200)
    recorded_at = models.DateTimeField(db_default=RECORDED_NOW)
    recorded_by = models.BigIntegerField(null=True)
    undone_at = models.DateTimeField(null=True)
    undone_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="split_in_two", condition=~Q(origin=F("new"))),
            models.UniqueConstraint(
                fields=["new"], name="split_stands_once", condition=Q(undone_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.new_id} out of {self.origin_id}"
