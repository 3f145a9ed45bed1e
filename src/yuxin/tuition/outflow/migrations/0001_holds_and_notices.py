"""Holds on outflow, and notices of large use.

Lock: creates only. Reversible.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Hold",
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
                    "reason",
                    models.CharField(
                        choices=[("ORDER", "主管部门决定"), ("CLOSED", "机构停业或失联")],
                        max_length=8,
                    ),
                ),
                ("document_number", models.CharField(max_length=60)),
                ("words", models.CharField(max_length=400)),
                ("alert_code", models.CharField(blank=True, max_length=13)),
                ("proposed_by", models.BigIntegerField()),
                ("proposed_at", models.DateTimeField()),
                ("approved_by", models.BigIntegerField(null=True)),
                ("approved_at", models.DateTimeField(null=True)),
                ("lift_number", models.CharField(blank=True, max_length=60)),
                ("lift_words", models.CharField(blank=True, max_length=400)),
                ("lift_proposed_by", models.BigIntegerField(null=True)),
                ("lift_proposed_at", models.DateTimeField(null=True)),
                ("lifted_by", models.BigIntegerField(null=True)),
                ("lifted_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reason__in", ["ORDER", "CLOSED"])),
                        name="hold_reason_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("document_number", ""), _negated=True),
                        name="hold_has_a_document_number",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("approved_at", None), ("approved_by", None)),
                            models.Q(
                                ("approved_at__isnull", False),
                                models.Q(("approved_by", models.F("proposed_by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="hold_by_two_persons",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("lifted_at", None), ("lifted_by", None)),
                            models.Q(
                                ("approved_at__isnull", False),
                                ("lifted_at__isnull", False),
                                models.Q(("lift_number", ""), _negated=True),
                                models.Q(
                                    ("lifted_by", models.F("lift_proposed_by")), _negated=True
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="hold_lifted_by_two_persons",
                    ),
                    models.UniqueConstraint(
                        models.F("institution_id"),
                        models.F("reason"),
                        condition=models.Q(("lifted_at", None)),
                        name="one_hold_of_a_reason_at_a_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LargeUse",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("institution_id", models.BigIntegerField()),
                ("plan", models.CharField(max_length=400)),
                ("amount_fen", models.BigIntegerField()),
                ("use_from", models.DateField()),
                ("use_until", models.DateField()),
                ("notified_on", models.DateField()),
                (
                    "recorded_at",
                    models.DateTimeField(db_default=models.Func(function="public.recorded_now")),
                ),
                ("recorded_by", models.BigIntegerField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["institution_id", "use_from"], name="large_use_by_day")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount_fen__gt", 0)), name="large_use_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("use_until__gte", models.F("use_from"))),
                        name="large_use_days_ordered",
                    ),
                ],
            },
        ),
    ]
