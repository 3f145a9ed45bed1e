"""Complaints, what was decided on them, and gaps that others caused.

Lock: creates only. Reversible.
"""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Complaint",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=13, unique=True)),
                ("institution_id", models.BigIntegerField()),
                ("received_on", models.DateField()),
                ("summary", models.CharField(max_length=400)),
                ("complainant_index", models.BinaryField()),
                (
                    "recorded_at",
                    models.DateTimeField(db_default=models.Func(function="public.recorded_now")),
                ),
                ("recorded_by", models.BigIntegerField(null=True)),
                (
                    "matter_of",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="supervision.complaint",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ComplaintDecision",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("institution_id", models.BigIntegerField()),
                ("decided_on", models.DateField()),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("VALID", "有效"),
                            ("WITHDRAWN", "实际解决后撤回"),
                            ("DUPLICATE", "重复"),
                            ("INVALID", "无效"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "ground",
                    models.CharField(
                        blank=True,
                        choices=[("SUBSTANTIATED", "查实"), ("UNANSWERED", "逾期未答复")],
                        max_length=14,
                    ),
                ),
                ("safety", models.BooleanField(default=False)),
                ("weight_centi", models.PositiveSmallIntegerField()),
                ("reason", models.CharField(max_length=400)),
                (
                    "recorded_at",
                    models.DateTimeField(db_default=models.Func(function="public.recorded_now")),
                ),
                ("recorded_by", models.BigIntegerField(null=True)),
                (
                    "complaint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decisions",
                        to="supervision.complaint",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="FeedGap",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "feed",
                    models.CharField(
                        choices=[
                            ("STATEMENT", "财务报表"),
                            ("INSURANCE", "保险"),
                            ("FUNDS", "资金"),
                        ],
                        max_length=10,
                    ),
                ),
                ("bank_code", models.CharField(blank=True, max_length=20)),
                ("valid_from", models.DateField()),
                ("ended", models.BooleanField(default=False)),
                ("reason", models.CharField(max_length=200)),
                (
                    "recorded_at",
                    models.DateTimeField(db_default=models.Func(function="public.recorded_now")),
                ),
                ("recorded_by", models.BigIntegerField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        models.F("feed"),
                        models.F("bank_code"),
                        models.F("valid_from"),
                        models.F("recorded_at"),
                        name="feed_gap_value_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("bank_code", ""), ("feed", "FUNDS"), _connector="OR"),
                        name="feed_gap_of_a_bank_is_funds",
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="complaint",
            index=models.Index(fields=["institution_id", "received_on"], name="complaint_by_day"),
        ),
        migrations.AddConstraint(
            model_name="complaintdecision",
            constraint=models.UniqueConstraint(
                models.F("complaint"),
                models.F("decided_on"),
                models.F("recorded_at"),
                name="complaint_decision_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="complaintdecision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ground__in", ["SUBSTANTIATED", "UNANSWERED"]), ("outcome", "VALID")),
                    models.Q(models.Q(("outcome", "VALID"), _negated=True), ("ground", "")),
                    _connector="OR",
                ),
                name="complaint_valid_has_ground",
            ),
        ),
        migrations.AddConstraint(
            model_name="complaintdecision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("outcome", "VALID"), ("weight_centi", 100)),
                    models.Q(("outcome", "WITHDRAWN"), ("weight_centi__lte", 100)),
                    models.Q(("outcome__in", ["DUPLICATE", "INVALID"]), ("weight_centi", 0)),
                    _connector="OR",
                ),
                name="complaint_weight_of_outcome",
            ),
        ),
        migrations.AddConstraint(
            model_name="complaintdecision",
            constraint=models.CheckConstraint(
                condition=models.Q(("safety", False), ("outcome", "VALID"), _connector="OR"),
                name="complaint_safety_is_valid",
            ),
        ),
    ]
