"""Insurance policies with their cover.

Lock: creates only. Reversible.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Policy",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("institution_id", models.BigIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("LIABILITY", "责任险"),
                            ("ACCIDENT", "学员意外险"),
                            ("PERFORMANCE", "履约保险"),
                        ],
                        max_length=12,
                    ),
                ),
                ("insurer", models.CharField(max_length=80)),
                ("number", models.CharField(max_length=60)),
                ("valid_from", models.DateField()),
                ("valid_until", models.DateField()),
                ("covered_count", models.PositiveIntegerField()),
                (
                    "recorded_at",
                    models.DateTimeField(db_default=models.Func(function="public.recorded_now")),
                ),
                ("recorded_by", models.BigIntegerField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        models.F("institution_id"),
                        models.F("number"),
                        models.F("valid_from"),
                        models.F("recorded_at"),
                        name="policy_value_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("valid_until__gte", models.F("valid_from"))),
                        name="policy_days_ordered",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["LIABILITY", "ACCIDENT", "PERFORMANCE"])),
                        name="policy_kind_known",
                    ),
                ],
            },
        ),
    ]
