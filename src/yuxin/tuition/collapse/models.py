"""Closings of institutions, the claims of families, places offered to their learners."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from yuxin.tuition.models import ClassGroup, Contract, Lesson, RefundCase


class Closing(models.Model):
    """One institution declared closed or absconded: proposed by one person, declared by another.

    While it is in force the institution's outflow is held (`tuition.outflow`): no money but
    refunds leaves its accounts.
    """

    class Kind(models.TextChoices):
        """How it ended."""

        CLOSED = "CLOSED", "停业"
        ABSCONDED = "ABSCONDED", "失联"

    class State(models.TextChoices):
        """How far it is."""

        PROPOSED = "proposed"
        REJECTED = "rejected"
        DECLARED = "declared"
        UNDONE = "undone"

    code = models.CharField(max_length=13, unique=True)
    institution_id = models.BigIntegerField()
    kind = models.CharField(max_length=10, choices=Kind)
    state = models.CharField(max_length=8, choices=State, default=State.PROPOSED)
    document_number = models.CharField(max_length=60)
    reason = models.CharField(max_length=400)
    status_before = models.CharField(max_length=12, blank=True)
    effective_on = models.DateField()
    contact = models.CharField(max_length=120)  # where families ask, shown to the public
    proposed_by = models.BigIntegerField()
    proposed_at = models.DateTimeField()
    decided_by = models.BigIntegerField(null=True)
    decided_at = models.DateTimeField(null=True)
    undo_asked_by = models.BigIntegerField(null=True)
    undone_by = models.BigIntegerField(null=True)
    undone_at = models.DateTimeField(null=True)
    undo_reason = models.CharField(max_length=400, blank=True)
    running = models.BooleanField(default=False)  # the refund run; false: stopped, or not begun
    # The claims as listed when it was declared.
    claim_count = models.PositiveIntegerField(default=0)
    claim_fen = models.BigIntegerField(default=0)
    held_fen = models.BigIntegerField(default=0)
    shortfall_fen = models.BigIntegerField(default=0)
    claims_sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="closing_decided_by_another",
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")),
            ),
            models.CheckConstraint(
                name="closing_in_force_was_decided",
                condition=Q(state__in=["proposed", "rejected"]) | Q(decided_by__isnull=False),
            ),
            models.CheckConstraint(
                name="closing_undone_by_another",
                condition=Q(undone_by__isnull=True) | ~Q(undone_by=F("undo_asked_by")),
            ),
            models.CheckConstraint(
                name="closing_sums_agree",
                condition=Q(claim_fen=F("held_fen") + F("shortfall_fen")),
            ),
            models.UniqueConstraint(
                "institution_id",
                name="one_closing_at_a_time",
                condition=Q(state__in=["proposed", "declared"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.state}"


class Claim(models.Model):
    """What one family is owed at a closing, and from where it is paid.

    `claim_fen` is what was paid and neither taught and confirmed nor refunded; `held_fen` lies in
    this contract's own custody; the rest is the shortfall, which deposit and insurance cover in
    this order; `open_fen` of it is a claim in the liquidation (N20).
    """

    class State(models.TextChoices):
        """How far the refund from custody is."""

        LISTED = "listed"
        ORDERED = "ordered"  # the part in custody was made due
        UNDONE = "undone"

    closing = models.ForeignKey(Closing, on_delete=models.PROTECT, related_name="claims")
    institution_id = models.BigIntegerField()
    guardian_id = models.BigIntegerField()
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="claims")
    contract_code = models.CharField(max_length=13)
    state = models.CharField(max_length=8, choices=State, default=State.LISTED)
    paid_fen = models.BigIntegerField()
    earned_fen = models.BigIntegerField()  # confirmed: released, or payable and frozen
    refunded_fen = models.BigIntegerField()
    unearned_fen = models.BigIntegerField()
    pending_fen = models.BigIntegerField()
    frozen_fen = models.BigIntegerField()
    due_fen = models.BigIntegerField()  # refunds agreed before, on their way
    claim_fen = models.BigIntegerField()
    held_fen = models.BigIntegerField()
    shortfall_fen = models.BigIntegerField()
    deposit_fen = models.BigIntegerField(default=0)
    insurance_fen = models.BigIntegerField(default=0)
    set_off_fen = models.BigIntegerField(default=0)  # out of what other contracts owed to it
    offset_fen = models.BigIntegerField(default=0)  # payable set against the institution's debt
    refund = models.OneToOneField(RefundCase, on_delete=models.PROTECT, null=True)
    asked = models.ForeignKey(
        RefundCase, on_delete=models.PROTECT, null=True, related_name="superseded_by"
    )
    asked_state = models.CharField(max_length=10, blank=True)
    told_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("closing", "contract", name="one_claim_per_contract"),
            models.CheckConstraint(
                name="claim_is_what_is_owed",
                condition=Q(
                    claim_fen=F("unearned_fen") + F("pending_fen") + F("frozen_fen") + F("due_fen")
                ),
            ),
            models.CheckConstraint(
                name="claim_is_held_or_short",
                condition=Q(claim_fen=F("held_fen") + F("shortfall_fen")),
            ),
            models.CheckConstraint(
                name="cover_within_shortfall",
                condition=Q(
                    shortfall_fen__gte=F("deposit_fen") + F("insurance_fen") + F("set_off_fen"),
                    set_off_fen__gte=0,
                    deposit_fen__gte=0,
                    insurance_fen__gte=0,
                    held_fen__gte=0,
                ),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["closing", "state"], name="claim_by_state"),
            models.Index(fields=["guardian_id"], name="claim_by_guardian"),
        ]

    def __str__(self) -> str:
        return f"{self.contract_code}: {self.claim_fen} fen"

    @property
    def open_fen(self) -> int:
        """What nobody has covered: a claim in the liquidation, in fen."""
        return self.shortfall_fen - self.deposit_fen - self.insurance_fen - self.set_off_fen


class EarnedUse(models.Model):
    """What becomes of fees that were earned and not transferred when a closing froze them.

    Proposed by one person, decided by another. `HELD` moves nothing: the sum stays in custody.
    """

    class Way(models.TextChoices):
        """Whose it is."""

        SET_OFF = "SET_OFF", "抵机构欠家庭的钱"
        HELD = "HELD", "留给清算人"

    class State(models.TextChoices):
        """How far the decision is."""

        PROPOSED = "proposed"
        DECIDED = "decided"
        REJECTED = "rejected"

    code = models.CharField(max_length=13, unique=True)
    closing = models.ForeignKey(Closing, on_delete=models.PROTECT, related_name="earned_uses")
    institution_id = models.BigIntegerField()
    way = models.CharField(max_length=8, choices=Way)
    state = models.CharField(max_length=8, choices=State, default=State.PROPOSED)
    amount_fen = models.BigIntegerField()
    reason = models.CharField(max_length=200)
    proposed_by = models.BigIntegerField()
    proposed_at = models.DateTimeField()
    decided_by = models.BigIntegerField(null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="earned_use_positive", condition=Q(amount_fen__gt=0)),
            models.CheckConstraint(
                name="earned_use_decided_by_another",
                condition=Q(state="proposed", decided_by=None)
                | Q(decided_by__isnull=False) & ~Q(decided_by=F("proposed_by")),
            ),
            models.UniqueConstraint(
                "closing", name="one_earned_use_at_a_time", condition=Q(state="proposed")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.way} {self.state}"


class ClaimLesson(models.Model):
    """A lesson that a claim gave back to its learner, with its state before (to undo it)."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="lessons")
    institution_id = models.BigIntegerField()
    guardian_id = models.BigIntegerField()
    lesson = models.ForeignKey(Lesson, on_delete=models.PROTECT, related_name="claims")
    was = models.CharField(max_length=10)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("claim", "lesson", name="lesson_given_back_once")
        ]

    def __str__(self) -> str:
        return f"{self.claim_id}/{self.lesson_id} {self.was}"


class PlaceOffer(models.Model):
    """Places of a class that a willing institution keeps for the learners of a closing."""

    code = models.CharField(max_length=13, unique=True)
    closing = models.ForeignKey(Closing, on_delete=models.PROTECT, related_name="offers")
    institution_id = models.BigIntegerField()
    class_group = models.ForeignKey(ClassGroup, on_delete=models.PROTECT, related_name="offers")
    places = models.PositiveIntegerField()
    taken = models.PositiveIntegerField(default=0)
    words = models.CharField(max_length=200, blank=True)
    offered_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="offer_within_places", condition=Q(taken__lte=F("places"), places__gt=0)
            ),
            models.UniqueConstraint("closing", "class_group", name="one_offer_per_class"),
        ]

    def __str__(self) -> str:
        return f"{self.code}: {self.taken} of {self.places}"


class PlaceTaken(models.Model):
    """A family took an offered place: its learner may enrol there with the refund."""

    offer = models.ForeignKey(PlaceOffer, on_delete=models.PROTECT, related_name="takers")
    claim = models.OneToOneField(Claim, on_delete=models.PROTECT, related_name="place")
    guardian_id = models.BigIntegerField()
    institution_id = models.BigIntegerField()  # the one that offers
    taken_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.offer_id}/{self.claim_id}"
