"""Tables of assessment."""

from typing import ClassVar, Final

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

RECORDED_NOW: Final = models.Func(function="public.recorded_now")
COLOURS: Final = ("GREY", "GREEN", "YELLOW", "RED")


class Mark(models.Model):
    """A change that may alter a judgement of an institution; the worker takes it and judges.

    One plain row per change: an upsert on a row per institution would be a hot spot.
    """

    institution_id = models.BigIntegerField()
    marked_at = models.DateTimeField(db_default=RECORDED_NOW)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["institution_id"], name="mark_by_institution")]

    def __str__(self) -> str:
        return f"mark of {self.institution_id}"


class Judgement(models.Model):
    """A colour as computed and as it stands, with everything it rests on. Only added to.

    `previous` is the judgement that it moved from: its standing and open soft bottoms were given.
    """

    institution_id = models.BigIntegerField()
    valid_on = models.DateField()
    known_at = models.DateTimeField()
    computed = models.CharField(max_length=6)
    effective = models.CharField(max_length=6)
    standing = models.JSONField()
    soft_found = models.JSONField()
    facts = models.JSONField()
    fired = ArrayField(models.CharField(max_length=64))
    tier = models.CharField(max_length=2)
    inputs_sha256 = models.CharField(max_length=64)
    pack_sha256 = models.CharField(max_length=64)
    previous = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(db_default=RECORDED_NOW)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("institution_id", "known_at", name="judgement_known_once"),
            models.UniqueConstraint("previous", name="judgement_followed_once"),
            models.CheckConstraint(
                name="judgement_colours_known",
                condition=Q(computed__in=COLOURS, effective__in=COLOURS),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["institution_id", "-valid_on", "-id"], name="judgement_latest")
        ]

    def __str__(self) -> str:
        return f"{self.institution_id} {self.effective} on {self.valid_on}"


class Proposal(models.Model):
    """What two people decide together, each step by another person."""

    institution_id = models.BigIntegerField()
    reason = models.CharField(max_length=400)
    proposed_by = models.BigIntegerField()
    proposed_at = models.DateTimeField()
    approved_by = models.BigIntegerField(null=True)
    approved_at = models.DateTimeField(null=True)
    approval_recorded_at = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField(db_default=RECORDED_NOW)

    class Meta:
        abstract = True


class Reinspection(Proposal):
    """A re-inspection after RED that was passed; its approval in writing lets RED end."""

    passed_on = models.DateField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="reinspection_by_two_persons",
                condition=Q(approved_by=None) | ~Q(approved_by=F("proposed_by")),
            )
        ]

    def __str__(self) -> str:
        return f"re-inspection of {self.institution_id} on {self.passed_on}"


class ColourOverride(Proposal):
    """A colour set by hand for a time; both days count. The computed colour stays beside it."""

    colour = models.CharField(max_length=6)
    from_on = models.DateField()
    until_on = models.DateField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="override_by_two_persons",
                condition=Q(approved_by=None) | ~Q(approved_by=F("proposed_by")),
            ),
            models.CheckConstraint(
                name="override_days_ordered", condition=Q(until_on__gte=F("from_on"))
            ),
            models.CheckConstraint(
                name="override_colour_known",
                condition=Q(colour__in=["GREEN", "YELLOW", "RED"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.institution_id} {self.colour} until {self.until_on}"


class ColourConfirmation(models.Model):
    """An officer confirmed a worse colour; the public sees it some days after proof that the
    institution was told. Only added to."""

    institution_id = models.BigIntegerField()
    colour = models.CharField(max_length=6)
    judgement = models.ForeignKey(Judgement, on_delete=models.PROTECT, related_name="+")
    confirmed_by = models.BigIntegerField()
    recorded_at = models.DateTimeField(db_default=RECORDED_NOW)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="confirmed_colour_is_worse", condition=Q(colour__in=["YELLOW", "RED"])
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["institution_id", "-id"], name="confirmation_latest")
        ]

    def __str__(self) -> str:
        return f"{self.institution_id} {self.colour} confirmed"


class PublicColour(models.Model):
    """The colour that the public sees from a day on, or none. Only added to.

    A worse one has the confirmation that it follows; a better one needs nobody.
    """

    institution_id = models.BigIntegerField()
    colour = models.CharField(max_length=6, null=True)
    from_on = models.DateField()
    judgement = models.ForeignKey(Judgement, on_delete=models.PROTECT, related_name="+")
    confirmation = models.OneToOneField(
        ColourConfirmation, on_delete=models.PROTECT, null=True, related_name="shown"
    )
    recorded_at = models.DateTimeField(db_default=RECORDED_NOW)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="public_colour_known",
                condition=Q(colour=None) | Q(colour__in=["GREEN", "YELLOW", "RED"]),
            ),
            models.CheckConstraint(
                name="public_red_was_confirmed",
                condition=Q(colour=None) | ~Q(colour="RED") | Q(confirmation__isnull=False),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["institution_id", "-id"], name="public_colour_latest")
        ]

    def __str__(self) -> str:
        return f"{self.institution_id} {self.colour} from {self.from_on}"
