"""What is taught: courses with their price, classes with their timetable."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q


class Origin(models.TextChoices):
    """Whose act a fact is: ours, the national platform's, the bank's, or an import's."""

    OWN = "own"
    NATIONAL = "national"
    BANK = "bank"
    IMPORT = "import"


class Category(models.TextChoices):
    """Kinds of training; the category decides caps and the supervising department."""

    SUBJECT = "SUBJECT"
    ARTS = "ARTS"
    SCITECH = "SCITECH"
    SPORTS = "SPORTS"
    OTHER = "OTHER"


class Stage(models.TextChoices):
    """Stages of schooling that a licence names."""

    PRESCHOOL = "PRESCHOOL"
    COMPULSORY = "COMPULSORY"
    SENIOR = "SENIOR"


class Mode(models.TextChoices):
    """Where teaching happens."""

    OFFLINE = "OFFLINE"
    ONLINE = "ONLINE"


class Course(models.Model):
    """A course as published: what one payment buys. Money in fen, units in hundredths."""

    code = models.CharField(max_length=13, unique=True)
    institution_id = models.BigIntegerField()
    name = models.CharField(max_length=60)
    category = models.CharField(max_length=8, choices=Category)
    stage = models.CharField(max_length=12, choices=Stage)
    mode = models.CharField(max_length=8, choices=Mode)
    site_id = models.BigIntegerField(null=True)
    lesson_minutes = models.PositiveSmallIntegerField()
    unit_price_fen = models.BigIntegerField()
    paid_centiunits = models.PositiveIntegerField()
    gift_centiunits = models.PositiveIntegerField(default=0)
    total_fen = models.BigIntegerField()
    first_on = models.DateField()
    last_on = models.DateField()
    refund_before_start_days = models.PositiveSmallIntegerField(default=0)
    description = models.CharField(max_length=400, blank=True)
    # The mode that its contracts are kept under; empty: the policy's own, or none by choice.
    supervision = models.CharField(max_length=20, blank=True)
    published_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    rules_sha256 = models.CharField(max_length=64)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["institution_id", "withdrawn_at"], name="course_by_institution")
        ]
        constraints: ClassVar = [
            models.CheckConstraint(name="course_total_positive", condition=Q(total_fen__gt=0)),
            models.CheckConstraint(
                name="course_units_positive", condition=Q(paid_centiunits__gt=0)
            ),
            models.CheckConstraint(
                name="course_days_ordered", condition=Q(last_on__gte=F("first_on"))
            ),
            models.CheckConstraint(name="course_minutes_real", condition=Q(lesson_minutes__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"

    @property
    def total_centiunits(self) -> int:
        """Paid and gift units together: gift lessons count towards the caps."""
        return self.paid_centiunits + self.gift_centiunits


class ClassGroup(models.Model):
    """A class (班): one course, one teacher, one room, a timetable."""

    code = models.CharField(max_length=13, unique=True)
    institution_id = models.BigIntegerField()
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="classes")
    name = models.CharField(max_length=40)
    teacher_name = models.CharField(max_length=40)
    teacher_post_id = models.BigIntegerField(null=True)
    room_id = models.BigIntegerField(null=True)
    capacity = models.PositiveSmallIntegerField()
    taken = models.PositiveSmallIntegerField(default=0)  # places of signed contracts
    opened_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="class_capacity_positive", condition=Q(capacity__gt=0)),
            models.CheckConstraint(
                name="class_not_overfilled", condition=Q(taken__lte=F("capacity"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"


class ClassSession(models.Model):
    """One meeting of a class (课次); `centiunits` is what it consumes, 100 = one unit.

    Teacher and room are the class's unless named here: a substitute, another room for once.
    """

    code = models.CharField(max_length=13, unique=True)
    institution_id = models.BigIntegerField()
    class_group = models.ForeignKey(ClassGroup, on_delete=models.PROTECT, related_name="sessions")
    ordinal = models.PositiveSmallIntegerField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    centiunits = models.PositiveSmallIntegerField(default=100)
    called_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    planned_at = models.DateTimeField(null=True)  # where it stood first, when it was moved
    teacher_name = models.CharField(max_length=40, blank=True)
    teacher_post_id = models.BigIntegerField(null=True)
    room_id = models.BigIntegerField(null=True)
    makes_up = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    present_count = models.PositiveSmallIntegerField(null=True)  # of the roll as it stands

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["institution_id", "starts_at"], name="session_by_day"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint("class_group", "ordinal", name="session_ordinal_once"),
            models.CheckConstraint(
                name="session_times_ordered", condition=Q(ends_at__gt=F("starts_at"))
            ),
            models.CheckConstraint(
                name="session_called_or_cancelled",
                condition=Q(called_at__isnull=True) | Q(cancelled_at__isnull=True),
            ),
            models.UniqueConstraint(
                "makes_up", name="session_made_up_once", condition=Q(cancelled_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.class_group_id}/{self.ordinal}"
