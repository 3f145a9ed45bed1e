"""Supplements to contracts.

Lock: creates only. Reversible.
"""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("agreements", "0003_whose_contracts_wait_for_money"),
        ("tuition", "0023_units_by_a_supplement"),
    ]

    operations = [
        migrations.CreateModel(
            name="Supplement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=13, unique=True)),
                ("institution_id", models.BigIntegerField()),
                ("guardian_id", models.BigIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("teacher", "Teacher"),
                            ("schedule", "Schedule"),
                            ("class", "Class"),
                            ("dispute", "Dispute"),
                            ("partial_refund", "Partial Refund"),
                            ("closing", "Closing"),
                        ],
                        max_length=14,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "Proposed"),
                            ("in_force", "In Force"),
                            ("declined", "Declined"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="proposed",
                        max_length=9,
                    ),
                ),
                ("new_centiunits", models.PositiveIntegerField(null=True)),
                ("refund_fen", models.BigIntegerField(default=0)),
                ("text_sealed", models.BinaryField()),
                ("text_sha256", models.CharField(max_length=64)),
                ("proposed_at", models.DateTimeField()),
                ("proposer_sealed", models.BinaryField()),
                (
                    "proposer_way",
                    models.CharField(
                        choices=[
                            ("phone_code", "Phone Code"),
                            ("device_code", "Device Code"),
                            ("simulated", "Simulated"),
                        ],
                        max_length=11,
                    ),
                ),
                ("signed_at", models.DateTimeField(null=True)),
                ("signer_sealed", models.BinaryField(null=True)),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="supplements",
                        to="tuition.contract",
                    ),
                ),
                (
                    "new_class",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tuition.classgroup",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["institution_id", "state"], name="supplement_by_state"),
                    models.Index(fields=["guardian_id", "state"], name="supplement_by_guardian"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("contract"),
                        condition=models.Q(("state", "proposed")),
                        name="one_open_supplement",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "in_force"), _negated=True),
                            ("signed_at__isnull", False),
                            _connector="OR",
                        ),
                        name="supplement_in_force_is_signed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("refund_fen__gte", 0)),
                        name="supplement_refund_not_negative",
                    ),
                ],
            },
        ),
    ]
