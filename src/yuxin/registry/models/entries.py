"""The current projection: one row per subject for lists and search. Rebuilt from history."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from yuxin.registry.models.subjects import Kind, Subject


class Entry(models.Model):
    """A subject as it is now. `next_on` is the day on which a recorded value takes over.

    `colour` is the internal one; it comes from assessment and not from the registry's history.
    `version` counts the changes of what anybody may see of the subject: a kept page carries it.
    """

    subject = models.OneToOneField(
        Subject, on_delete=models.PROTECT, primary_key=True, related_name="entry"
    )
    code = models.CharField(max_length=13, unique=True)
    kind = models.CharField(max_length=24, choices=Kind.choices)
    name = models.CharField(max_length=160, blank=True)
    brand = models.CharField(max_length=80, blank=True)
    uscc = models.CharField(max_length=18, blank=True)
    status = models.CharField(max_length=12, blank=True)
    category = models.CharField(max_length=8, blank=True)
    area_code = models.CharField(max_length=12, blank=True)
    address = models.CharField(max_length=240, blank=True)
    approving = models.CharField(max_length=80, blank=True)
    supervising = models.CharField(max_length=80, blank=True)
    bank_code = models.CharField(max_length=14, blank=True)
    connected = models.BooleanField(default=False)
    colour = models.CharField(max_length=6, null=True)
    licence_until = models.DateField(null=True)
    merged_into = models.ForeignKey(
        Subject, on_delete=models.PROTECT, null=True, related_name="merged_entries"
    )
    name_key = models.TextField()
    text_key = models.TextField(blank=True)
    code_key = models.TextField()
    address_key = models.TextField(blank=True)
    pinyin = models.TextField(blank=True)
    initials = models.TextField(blank=True)
    search_terms = ArrayField(models.TextField())
    projected_on = models.DateField()
    next_on = models.DateField(null=True)
    version = models.BigIntegerField(db_default=1)

    class Meta:
        db_table = "registry_entry"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["uscc"],
                name="entry_uscc_once",
                condition=~Q(uscc="") & Q(merged_into=None),
            ),
            models.CheckConstraint(
                name="entry_colour_known",
                condition=Q(colour=None) | Q(colour__in=["GREEN", "YELLOW", "RED"]),
            ),
            models.CheckConstraint(
                name="entry_colour_only_when_connected",
                condition=Q(colour=None) | Q(connected=True),
            ),
        ]
        indexes: ClassVar = [
            GinIndex(fields=["search_terms"], name="entry_search"),
            models.Index(fields=["area_code", "category"], name="entry_by_area"),
            models.Index(fields=["next_on"], name="entry_due", condition=Q(next_on__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.brand or self.name or self.code
