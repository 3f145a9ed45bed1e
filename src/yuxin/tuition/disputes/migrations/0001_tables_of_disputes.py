"""Disputes over lessons and the settlements proposed.

Lock: creates only. Reversible.
"""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("cases", "0002_guards_of_proceedings"),
        ("tuition", "0019_two_persons_redirect_a_refund"),
    ]

    operations = [
        migrations.CreateModel(
            name="LessonDispute",
            fields=[
                (
                    "proceeding",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="dispute",
                        serialize=False,
                        to="cases.proceeding",
                    ),
                ),
                ("institution_id", models.BigIntegerField()),
                ("guardian_id", models.BigIntegerField()),
                (
                    "lesson",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="dispute",
                        to="tuition.lesson",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Settlement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("institution_id", models.BigIntegerField()),
                ("guardian_id", models.BigIntegerField()),
                ("number", models.PositiveSmallIntegerField()),
                ("kept_bps", models.PositiveIntegerField()),
                ("kept_fen", models.BigIntegerField()),
                ("back_fen", models.BigIntegerField()),
                ("words", models.CharField(max_length=400)),
                ("proposed_at", models.DateTimeField()),
                ("proposed_by", models.BigIntegerField(null=True)),
                ("guardian_at", models.DateTimeField(null=True)),
                ("institution_at", models.DateTimeField(null=True)),
                ("agreed", models.BooleanField(default=False)),
                (
                    "dispute",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="settlements",
                        to="disputes.lessondispute",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        models.F("dispute"), models.F("number"), name="settlement_once"
                    ),
                    models.UniqueConstraint(
                        models.F("dispute"),
                        condition=models.Q(("agreed", True)),
                        name="one_settlement_agreed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("back_fen__gte", 0), ("kept_bps__lte", 10000), ("kept_fen__gte", 0)
                        ),
                        name="settlement_share_real",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("agreed", False),
                            models.Q(
                                ("guardian_at__isnull", False), ("institution_at__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="settlement_agreed_by_both",
                    ),
                ],
            },
        ),
    ]
