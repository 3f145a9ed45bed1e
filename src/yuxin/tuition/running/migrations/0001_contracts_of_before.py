"""Contracts that ran before supervision began.

Lock: creates only. Reversible.
"""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("tuition", "0010_what_was_agreed_stays"),
    ]

    operations = [
        migrations.CreateModel(
            name="RunningContract",
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
                ("paper_number", models.CharField(max_length=40)),
                ("learner_name_sealed", models.BinaryField()),
                ("paid_fen", models.BigIntegerField()),
                ("paid_on", models.DateField()),
                ("total_centiunits", models.PositiveIntegerField()),
                ("taught_centiunits", models.PositiveIntegerField()),
                ("said_centiunits", models.PositiveIntegerField(null=True)),
                ("said_note", models.CharField(blank=True, max_length=200)),
                ("agreed_centiunits", models.PositiveIntegerField(null=True)),
                ("decision", models.CharField(blank=True, max_length=200)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("told", "Told"),
                            ("contested", "Contested"),
                            ("agreed", "Agreed"),
                            ("ended", "Ended"),
                        ],
                        default="told",
                        max_length=10,
                    ),
                ),
                ("told_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                ("decided_by", models.BigIntegerField(null=True)),
                ("cut_over_on", models.DateField()),
                (
                    "class_group",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tuition.classgroup",
                    ),
                ),
                (
                    "contract",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="running",
                        to="tuition.contract",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["institution_id", "state"], name="running_by_institution"),
                    models.Index(fields=["guardian_id"], name="running_by_guardian"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("institution_id"),
                        models.F("paper_number"),
                        name="running_contract_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("paid_fen__gt", 0)), name="running_paid_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("taught_centiunits__lte", models.F("total_centiunits")),
                            ("total_centiunits__gt", 0),
                            models.Q(
                                ("said_centiunits", None),
                                ("said_centiunits__lte", models.F("total_centiunits")),
                                _connector="OR",
                            ),
                            models.Q(
                                ("agreed_centiunits", None),
                                ("agreed_centiunits__lte", models.F("total_centiunits")),
                                _connector="OR",
                            ),
                        ),
                        name="running_taught_within_total",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("contract", None), ("state__in", ["told", "contested"])),
                            models.Q(
                                ("agreed_centiunits__isnull", False),
                                ("contract__isnull", False),
                                ("state", "agreed"),
                            ),
                            models.Q(
                                ("agreed_centiunits", models.F("total_centiunits")),
                                ("contract", None),
                                ("state", "ended"),
                            ),
                            _connector="OR",
                        ),
                        name="running_agreed_is_known",
                    ),
                ],
            },
        ),
    ]
