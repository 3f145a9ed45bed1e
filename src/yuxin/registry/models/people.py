"""Natural persons and their posts. What identifies a person is sealed, and rows are guarded.

Learners are minors and belong to tuition. What an institution says of a person is a value of
its own, so that another institution never sees it.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from yuxin.registry.models.subjects import Subject
from yuxin.registry.models.values import Value, once


class IdKind(models.TextChoices):
    """Kinds of identity documents."""

    RESIDENT = "RESIDENT", "居民身份证"
    PASSPORT = "PASSPORT", "护照"
    HK_MACAO = "HK_MACAO", "港澳居民证件"
    TAIWAN = "TAIWAN", "台湾居民证件"
    OTHER = "OTHER", "其他证件"


class Person(models.Model):
    """A natural person: a subject known by the keyed hash of an identity number, no more."""

    subject = models.OneToOneField(
        Subject, on_delete=models.PROTECT, primary_key=True, related_name="person"
    )
    id_number_index = models.BinaryField(null=True, unique=True)

    def __str__(self) -> str:
        return f"person {self.pk}"


class PersonValue(Value):
    """Name, telephone and identity number as the person, or an institution, gave them."""

    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, db_index=False, related_name="values"
    )
    institution = models.ForeignKey(
        Subject, on_delete=models.PROTECT, null=True, related_name="told_of"
    )
    name = models.CharField(max_length=60)
    phone_sealed = models.BinaryField(null=True)
    phone_index = models.BinaryField(null=True)
    phone_masked = models.CharField(max_length=20, blank=True)
    id_kind = models.CharField(max_length=10, choices=IdKind.choices, blank=True)
    id_number_sealed = models.BinaryField(null=True)
    id_number_masked = models.CharField(max_length=24, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "institution", "valid_from", "recorded_at"],
                name="person_value_once",
                nulls_distinct=False,
            )
        ]
        indexes: ClassVar = [models.Index(fields=["phone_index"], name="person_by_phone")]


class PostRole(models.TextChoices):
    """What staff are there for."""

    TEACHING = "TEACHING", "教学"
    RESEARCH = "RESEARCH", "教研"
    OTHER = "OTHER", "其他"


class PostValue(Value):
    """That a person works for a subject; the end of the post is a row with `ended`."""

    subject = models.ForeignKey(
        Subject, on_delete=models.PROTECT, db_index=False, related_name="posts"
    )
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="posts")
    role = models.CharField(max_length=8, choices=PostRole.choices)
    title = models.CharField(max_length=40, blank=True)
    full_time = models.BooleanField(default=True)
    qualification = models.CharField(max_length=80, blank=True)
    qualification_number = models.CharField(max_length=60, blank=True)
    qualification_until = models.DateField(null=True, blank=True)
    checked_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            once("post_value_once", "subject", "person", "role"),
            models.CheckConstraint(name="post_role_known", condition=Q(role__in=PostRole.values)),
        ]
