"""Quarterly statements as filed.

Lock: creates only. Reversible.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Statement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("institution_id", models.BigIntegerField()),
                ("quarter_end_on", models.DateField()),
                ("filed_on", models.DateField()),
                ("withdrawn", models.BooleanField(default=False)),
                ("assets_fen", models.BigIntegerField(null=True)),
                ("liabilities_fen", models.BigIntegerField(null=True)),
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
                        models.F("quarter_end_on"),
                        models.F("filed_on"),
                        models.F("recorded_at"),
                        name="statement_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("filed_on__gte", models.F("quarter_end_on"))),
                        name="statement_after_its_quarter",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("quarter_end_on__day", 31), ("quarter_end_on__month", 3)),
                            models.Q(("quarter_end_on__day", 30), ("quarter_end_on__month", 6)),
                            models.Q(("quarter_end_on__day", 30), ("quarter_end_on__month", 9)),
                            models.Q(("quarter_end_on__day", 31), ("quarter_end_on__month", 12)),
                            _connector="OR",
                        ),
                        name="statement_quarter_end",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("assets_fen", None), ("assets_fen__gte", 0), _connector="OR"),
                            models.Q(
                                ("liabilities_fen", None),
                                ("liabilities_fen__gte", 0),
                                _connector="OR",
                            ),
                        ),
                        name="statement_sums_not_negative",
                    ),
                ],
            },
        ),
    ]
