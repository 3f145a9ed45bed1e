"""Licences, teaching sites and rooms: things of a subject that others refer to."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from yuxin.registry.models.subjects import Subject
from yuxin.registry.models.values import Category, Value, once


class LicenceKind(models.TextChoices):
    """What a licence allows."""

    OPERATING = "OPERATING", "办学许可证"
    REGISTRATION = "REGISTRATION", "登记证照"
    FIRE = "FIRE", "消防手续"
    FOOD = "FOOD", "食品经营许可证"
    OTHER = "OTHER", "其他许可"


class Stage(models.TextChoices):
    """The learners' stage of education."""

    PRESCHOOL = "PRESCHOOL", "学龄前"
    COMPULSORY = "COMPULSORY", "义务教育"
    SENIOR = "SENIOR", "高中"


class Mode(models.TextChoices):
    """Where teaching happens."""

    OFFLINE = "OFFLINE", "线下"
    ONLINE = "ONLINE", "线上"


class Site(models.Model):
    """A place where a subject teaches (一点一审)."""

    code = models.CharField(max_length=13, unique=True)
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="sites")

    def __str__(self) -> str:
        return self.code


class SiteValue(Value):
    """Address, size, picture and lease of a site. Units: area in square decimetres.

    `lease_until` is the last day of the lease; None where it is owned or not known.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, db_index=False, related_name="values")
    name = models.CharField(max_length=80, blank=True)
    address = models.CharField(max_length=240)
    area_code = models.CharField(max_length=12, blank=True)
    area_dm2 = models.IntegerField(null=True, blank=True)
    photo_sha256 = models.CharField(max_length=64, blank=True)
    lease_until = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            once("site_value_once", "site"),
            models.CheckConstraint(
                name="site_area_positive",
                condition=Q(area_dm2__isnull=True) | Q(area_dm2__gt=0),
            ),
        ]


class Room(models.Model):
    """A room of a site."""

    code = models.CharField(max_length=13, unique=True)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="rooms")

    def __str__(self) -> str:
        return self.code


class RoomValue(Value):
    """Name, size and approved capacity of a room. Units: area in square decimetres."""

    room = models.ForeignKey(Room, on_delete=models.PROTECT, db_index=False, related_name="values")
    name = models.CharField(max_length=40)
    capacity = models.IntegerField()
    area_dm2 = models.IntegerField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            once("room_value_once", "room"),
            models.CheckConstraint(
                name="room_capacity_range", condition=Q(capacity__gte=0, capacity__lte=2000)
            ),
        ]


class Licence(models.Model):
    """A licence of a subject; its number and scope are values with history."""

    code = models.CharField(max_length=13, unique=True)
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="licences")

    def __str__(self) -> str:
        return self.code


class LicenceValue(Value):
    """What a licence says. Empty lists of categories, stages or modes allow nothing.

    An empty list of sites means every site of the subject; `valid_until` is its last day.
    """

    licence = models.ForeignKey(
        Licence, on_delete=models.PROTECT, db_index=False, related_name="values"
    )
    kind = models.CharField(max_length=12, choices=LicenceKind.choices)
    number = models.CharField(max_length=60, blank=True)
    issuer = models.CharField(max_length=80, blank=True)
    categories = ArrayField(
        models.CharField(max_length=8, choices=Category.choices), default=list, blank=True
    )
    stages = ArrayField(
        models.CharField(max_length=10, choices=Stage.choices), default=list, blank=True
    )
    modes = ArrayField(
        models.CharField(max_length=8, choices=Mode.choices), default=list, blank=True
    )
    site_codes = ArrayField(models.CharField(max_length=13), default=list, blank=True)
    valid_until = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            once("licence_value_once", "licence"),
            models.CheckConstraint(
                name="licence_kind_known", condition=Q(kind__in=LicenceKind.values)
            ),
            models.CheckConstraint(
                name="licence_scope_known",
                condition=Q(categories__contained_by=Category.values)
                & Q(stages__contained_by=Stage.values)
                & Q(modes__contained_by=Mode.values),
            ),
        ]
