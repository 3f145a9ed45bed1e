"""Closings, the claims of families, and places offered to their learners.

Lock: creates only. Reversible.
"""

import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("tuition", "0013_paid_from_another_account"),
    ]

    operations = [
        migrations.CreateModel(
            name="Closing",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=13, unique=True)),
                ("institution_id", models.BigIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[("CLOSED", "停业"), ("ABSCONDED", "失联")], max_length=10
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "Proposed"),
                            ("rejected", "Rejected"),
                            ("declared", "Declared"),
                            ("undone", "Undone"),
                        ],
                        default="proposed",
                        max_length=8,
                    ),
                ),
                ("document_number", models.CharField(max_length=60)),
                ("reason", models.CharField(max_length=400)),
                ("status_before", models.CharField(blank=True, max_length=12)),
                ("effective_on", models.DateField()),
                ("contact", models.CharField(max_length=120)),
                ("proposed_by", models.BigIntegerField()),
                ("proposed_at", models.DateTimeField()),
                ("decided_by", models.BigIntegerField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                ("undo_asked_by", models.BigIntegerField(null=True)),
                ("undone_by", models.BigIntegerField(null=True)),
                ("undone_at", models.DateTimeField(null=True)),
                ("undo_reason", models.CharField(blank=True, max_length=400)),
                ("running", models.BooleanField(default=False)),
                ("claim_count", models.PositiveIntegerField(default=0)),
                ("claim_fen", models.BigIntegerField(default=0)),
                ("held_fen", models.BigIntegerField(default=0)),
                ("shortfall_fen", models.BigIntegerField(default=0)),
                ("claims_sha256", models.CharField(blank=True, max_length=64)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by__isnull", True),
                            models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="closing_decided_by_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["proposed", "rejected"]),
                            ("decided_by__isnull", False),
                            _connector="OR",
                        ),
                        name="closing_in_force_was_decided",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("undone_by__isnull", True),
                            models.Q(("undone_by", models.F("undo_asked_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="closing_undone_by_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "claim_fen",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("held_fen"), "+", models.F("shortfall_fen")
                                ),
                            )
                        ),
                        name="closing_sums_agree",
                    ),
                    models.UniqueConstraint(
                        models.F("institution_id"),
                        condition=models.Q(("state__in", ["proposed", "declared"])),
                        name="one_closing_at_a_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Claim",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("institution_id", models.BigIntegerField()),
                ("guardian_id", models.BigIntegerField()),
                ("contract_code", models.CharField(max_length=13)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("listed", "Listed"),
                            ("ordered", "Ordered"),
                            ("undone", "Undone"),
                        ],
                        default="listed",
                        max_length=8,
                    ),
                ),
                ("paid_fen", models.BigIntegerField()),
                ("earned_fen", models.BigIntegerField()),
                ("refunded_fen", models.BigIntegerField()),
                ("unearned_fen", models.BigIntegerField()),
                ("pending_fen", models.BigIntegerField()),
                ("frozen_fen", models.BigIntegerField()),
                ("due_fen", models.BigIntegerField()),
                ("claim_fen", models.BigIntegerField()),
                ("held_fen", models.BigIntegerField()),
                ("shortfall_fen", models.BigIntegerField()),
                ("deposit_fen", models.BigIntegerField(default=0)),
                ("insurance_fen", models.BigIntegerField(default=0)),
                ("offset_fen", models.BigIntegerField(default=0)),
                ("asked_state", models.CharField(blank=True, max_length=10)),
                ("told_at", models.DateTimeField(null=True)),
                (
                    "asked",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="superseded_by",
                        to="tuition.refundcase",
                    ),
                ),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="claims",
                        to="tuition.contract",
                    ),
                ),
                (
                    "refund",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="tuition.refundcase",
                    ),
                ),
                (
                    "closing",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="claims",
                        to="collapse.closing",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PlaceOffer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=13, unique=True)),
                ("institution_id", models.BigIntegerField()),
                ("places", models.PositiveIntegerField()),
                ("taken", models.PositiveIntegerField(default=0)),
                ("words", models.CharField(blank=True, max_length=200)),
                ("offered_at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(null=True)),
                (
                    "class_group",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="offers",
                        to="tuition.classgroup",
                    ),
                ),
                (
                    "closing",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="offers",
                        to="collapse.closing",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PlaceTaken",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("guardian_id", models.BigIntegerField()),
                ("institution_id", models.BigIntegerField()),
                ("taken_at", models.DateTimeField()),
                (
                    "claim",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="place",
                        to="collapse.claim",
                    ),
                ),
                (
                    "offer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="takers",
                        to="collapse.placeoffer",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ClaimLesson",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("institution_id", models.BigIntegerField()),
                ("guardian_id", models.BigIntegerField()),
                ("was", models.CharField(max_length=10)),
                (
                    "claim",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lessons",
                        to="collapse.claim",
                    ),
                ),
                (
                    "lesson",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="claims",
                        to="tuition.lesson",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        models.F("claim"), models.F("lesson"), name="lesson_given_back_once"
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="claim",
            index=models.Index(fields=["closing", "state"], name="claim_by_state"),
        ),
        migrations.AddIndex(
            model_name="claim",
            index=models.Index(fields=["guardian_id"], name="claim_by_guardian"),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.UniqueConstraint(
                models.F("closing"), models.F("contract"), name="one_claim_per_contract"
            ),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "claim_fen",
                        django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(
                                django.db.models.expressions.CombinedExpression(
                                    models.F("unearned_fen"), "+", models.F("pending_fen")
                                ),
                                "+",
                                models.F("frozen_fen"),
                            ),
                            "+",
                            models.F("due_fen"),
                        ),
                    )
                ),
                name="claim_is_what_is_owed",
            ),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "claim_fen",
                        django.db.models.expressions.CombinedExpression(
                            models.F("held_fen"), "+", models.F("shortfall_fen")
                        ),
                    )
                ),
                name="claim_is_held_or_short",
            ),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("deposit_fen__gte", 0),
                    ("held_fen__gte", 0),
                    ("insurance_fen__gte", 0),
                    (
                        "shortfall_fen__gte",
                        django.db.models.expressions.CombinedExpression(
                            models.F("deposit_fen"), "+", models.F("insurance_fen")
                        ),
                    ),
                ),
                name="cover_within_shortfall",
            ),
        ),
        migrations.AddConstraint(
            model_name="placeoffer",
            constraint=models.CheckConstraint(
                condition=models.Q(("places__gt", 0), ("taken__lte", models.F("places"))),
                name="offer_within_places",
            ),
        ),
        migrations.AddConstraint(
            model_name="placeoffer",
            constraint=models.UniqueConstraint(
                models.F("closing"), models.F("class_group"), name="one_offer_per_class"
            ),
        ),
    ]
