"""Breaks of reconciliation, one to one with their proceedings.

Lock: creates only. Reversible.
"""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("cases", "0002_guards_of_proceedings"),
        ("tuition", "0011_orders_to_give_back"),
    ]

    operations = [
        migrations.CreateModel(
            name="Break",
            fields=[
                (
                    "proceeding",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="gap",
                        serialize=False,
                        to="cases.proceeding",
                    ),
                ),
                ("institution_id", models.BigIntegerField()),
                ("key", models.CharField(max_length=160, unique=True)),
                (
                    "cause",
                    models.CharField(
                        choices=[
                            ("platform_only", "Platform Only"),
                            ("bank_only", "Bank Only"),
                            ("amount_diff", "Amount Diff"),
                            ("status_diff", "Status Diff"),
                            ("duplicate", "Duplicate"),
                            ("date_diff", "Date Diff"),
                            ("bal_diff", "Bal Diff"),
                            ("file_missing", "File Missing"),
                        ],
                        max_length=16,
                    ),
                ),
                ("level", models.PositiveSmallIntegerField()),
                ("bank_code", models.CharField(max_length=20)),
                ("account_day", models.DateField()),
                ("account_last4", models.CharField(blank=True, max_length=4)),
                ("reference", models.CharField(blank=True, max_length=64)),
                ("expected_fen", models.BigIntegerField(null=True)),
                ("found_fen", models.BigIntegerField(null=True)),
                ("held_fen", models.BigIntegerField(default=0)),
                ("note", models.CharField(blank=True, max_length=200)),
                ("return_count", models.PositiveSmallIntegerField(default=0)),
                (
                    "instruction",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="returns",
                        to="tuition.instruction",
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="breaks",
                        to="tuition.bankline",
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="breaks",
                        to="tuition.paymentorder",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["bank_code", "account_day"], name="break_by_day"),
                    models.Index(fields=["reference"], name="break_by_reference"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("level__in", [1, 2, 3, 4])), name="break_level_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("held_fen__gte", 0)), name="break_held_not_negative"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "cause__in",
                                [
                                    "platform_only",
                                    "bank_only",
                                    "amount_diff",
                                    "status_diff",
                                    "duplicate",
                                    "date_diff",
                                    "bal_diff",
                                    "file_missing",
                                ],
                            )
                        ),
                        name="break_cause_known",
                    ),
                ],
            },
        ),
    ]
