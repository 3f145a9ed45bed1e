"""Proceedings and their steps.

Lock: creates only. Reversible.
"""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Proceeding",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=13, unique=True)),
                ("kind", models.CharField(max_length=40)),
                ("state", models.CharField(max_length=40)),
                ("institution_id", models.BigIntegerField()),
                ("guardian_id", models.BigIntegerField(null=True)),
                ("owner_id", models.BigIntegerField(null=True)),
                ("reference", models.CharField(blank=True, max_length=64)),
                ("amount_fen", models.BigIntegerField(null=True)),
                ("opened_at", models.DateTimeField()),
                ("since_on", models.DateField()),
                ("days", models.PositiveSmallIntegerField(null=True)),
                ("counts", models.CharField(blank=True, max_length=12)),
                ("due_on", models.DateField(null=True)),
                ("provisional", models.BooleanField(default=False)),
                ("extended", models.BooleanField(default=False)),
                ("step_count", models.PositiveIntegerField(default=0)),
                ("closed_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("closed_at", None)),
                        fields=["institution_id", "kind", "state", "due_on"],
                        name="proceeding_open",
                    ),
                    models.Index(fields=["guardian_id"], name="proceeding_by_guardian"),
                    models.Index(
                        condition=models.Q(("closed_at", None)),
                        fields=["owner_id"],
                        name="proceeding_by_owner",
                    ),
                    models.Index(fields=["kind", "reference"], name="proceeding_by_reference"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("counts", ""), ("days", None), ("due_on", None)),
                            models.Q(
                                ("counts__in", ["working_day", "bank_day", "day"]),
                                ("days__isnull", False),
                                ("due_on__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="proceeding_term_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("amount_fen", None), ("amount_fen__gte", 0), _connector="OR"
                        ),
                        name="proceeding_amount_not_negative",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("closed_at", None), ("due_on", None), _connector="OR"),
                        name="proceeding_closed_waits_for_nobody",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ProceedingStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("institution_id", models.BigIntegerField()),
                ("guardian_id", models.BigIntegerField(null=True)),
                ("sequence", models.PositiveIntegerField()),
                ("move", models.CharField(max_length=40)),
                ("from_state", models.CharField(blank=True, max_length=40)),
                ("to_state", models.CharField(max_length=40)),
                ("at", models.DateTimeField()),
                ("account_id", models.BigIntegerField(null=True)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("officer", "officer"),
                            ("head", "head"),
                            ("window_clerk", "window_clerk"),
                            ("grid_worker", "grid_worker"),
                            ("department", "department"),
                            ("bank", "bank"),
                            ("insurer", "insurer"),
                            ("association", "association"),
                            ("institution_head", "institution_head"),
                            ("institution_finance", "institution_finance"),
                            ("institution_teacher", "institution_teacher"),
                            ("school_head", "school_head"),
                            ("school_ethics", "school_ethics"),
                            ("school_aftercare", "school_aftercare"),
                            ("teacher", "teacher"),
                            ("guardian", "guardian"),
                            ("supervisor", "supervisor"),
                            ("level_above", "level_above"),
                            ("administrator", "administrator"),
                            ("auditor", "auditor"),
                            ("public", "public"),
                            ("clock", "clock"),
                        ],
                        max_length=24,
                    ),
                ),
                ("words", models.CharField(blank=True, max_length=500)),
                ("document_sha256", models.CharField(blank=True, max_length=64)),
                ("owner_id", models.BigIntegerField(null=True)),
                ("due_on", models.DateField(null=True)),
                ("entry_id", models.CharField(max_length=32)),
                (
                    "proceeding",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="cases.proceeding",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        models.F("proceeding"), models.F("sequence"), name="proceeding_step_once"
                    )
                ],
            },
        ),
    ]
