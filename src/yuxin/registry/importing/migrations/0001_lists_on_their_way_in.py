"""Batches of imported lists, their rows and lines, and the doubts that persons decide.

Why: every row of a source is accounted for. Lock: none, new tables. Reversible.
"""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="ImportBatch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=13, unique=True)),
                ("area_code", models.CharField(max_length=12)),
                ("file_sha256", models.CharField(max_length=64)),
                ("file_name", models.CharField(max_length=200)),
                (
                    "state",
                    models.CharField(
                        choices=[("OPEN", "待核对"), ("DONE", "已入库"), ("WITHDRAWN", "已撤回")],
                        default="OPEN",
                        max_length=10,
                    ),
                ),
                ("version", models.IntegerField(default=1)),
                ("columns", models.JSONField()),
                ("notices", models.JSONField()),
                ("unread", models.JSONField()),
                ("chosen", models.JSONField(default=dict)),
                ("received_at", models.DateTimeField()),
                ("received_by", models.BigIntegerField(null=True)),
                ("received_name", models.CharField(blank=True, max_length=80)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "WITHDRAWN"), _negated=True),
                        fields=("area_code", "file_sha256"),
                        name="import_file_once_per_area",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["OPEN", "DONE", "WITHDRAWN"])),
                        name="import_batch_state_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ImportRow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sheet", models.SmallIntegerField()),
                ("number", models.IntegerField()),
                (
                    "cells",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), size=None
                    ),
                ),
                ("values", models.JSONField()),
                (
                    "notes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), size=None
                    ),
                ),
                ("verdict", models.CharField(max_length=9)),
                ("rejected", models.CharField(blank=True, max_length=40)),
                ("matched", models.CharField(blank=True, max_length=24)),
                ("section", models.CharField(blank=True, max_length=300)),
                ("open_doubts", models.SmallIntegerField(default=0)),
                ("refused", models.BooleanField(default=False)),
                ("written", models.CharField(blank=True, max_length=13)),
                ("written_at", models.DateTimeField(null=True)),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rows",
                        to="importing.importbatch",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ImportDoubt",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("place", models.IntegerField()),
                ("field", models.CharField(max_length=20)),
                ("kind", models.CharField(max_length=16)),
                ("column", models.SmallIntegerField()),
                ("source", models.TextField()),
                ("reason", models.CharField(max_length=40)),
                ("facts", models.JSONField()),
                ("proposal", models.JSONField(null=True)),
                ("sure", models.CharField(max_length=6)),
                (
                    "decision",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("ACCEPTED", "已采纳"),
                            ("EDITED", "已改写"),
                            ("REFUSED", "已拒绝"),
                        ],
                        max_length=8,
                    ),
                ),
                ("decided", models.JSONField(null=True)),
                ("decided_reason", models.CharField(blank=True, max_length=200)),
                ("decided_by", models.BigIntegerField(null=True)),
                ("decided_name", models.CharField(blank=True, max_length=80)),
                ("decided_at", models.DateTimeField(null=True)),
                ("version", models.IntegerField(default=1)),
                (
                    "batch",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="doubts",
                        to="importing.importbatch",
                    ),
                ),
                (
                    "row",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="doubts",
                        to="importing.importrow",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ImportLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sheet", models.SmallIntegerField()),
                ("number", models.IntegerField()),
                ("kind", models.CharField(max_length=8)),
                ("text", models.CharField(blank=True, max_length=300)),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="importing.importbatch",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("batch", "sheet", "number"), name="import_line_once"
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="importrow",
            index=models.Index(
                condition=models.Q(
                    ("open_doubts", 0),
                    ("refused", False),
                    ("written", ""),
                    ("verdict__in", ["accepted", "doubtful"]),
                ),
                fields=["batch", "id"],
                name="import_row_to_write",
            ),
        ),
        migrations.AddConstraint(
            model_name="importrow",
            constraint=models.UniqueConstraint(
                fields=("batch", "sheet", "number"), name="import_row_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="importrow",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("verdict__in", ("accepted", "unchanged", "doubtful", "rejected"))
                ),
                name="import_row_verdict_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="importrow",
            constraint=models.CheckConstraint(
                condition=models.Q(("open_doubts__gte", 0)),
                name="import_row_open_doubts_not_negative",
            ),
        ),
        migrations.AddConstraint(
            model_name="importrow",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("verdict", "rejected"), models.Q(("rejected", ""), _negated=True)),
                    models.Q(models.Q(("verdict", "rejected"), _negated=True), ("rejected", "")),
                    _connector="OR",
                ),
                name="import_row_rejected_with_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="importrow",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("written", ""),
                    models.Q(("open_doubts", 0), models.Q(("verdict", "rejected"), _negated=True)),
                    _connector="OR",
                ),
                name="import_row_not_written_in_doubt",
            ),
        ),
        migrations.AddIndex(
            model_name="importdoubt",
            index=models.Index(fields=["batch", "kind", "decision"], name="import_doubt_by_kind"),
        ),
        migrations.AddIndex(
            model_name="importdoubt",
            index=models.Index(models.F("batch"), models.F("id"), name="import_doubt_in_order"),
        ),
        migrations.AddConstraint(
            model_name="importdoubt",
            constraint=models.UniqueConstraint(fields=("batch", "place"), name="import_doubt_once"),
        ),
        migrations.AddConstraint(
            model_name="importdoubt",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("decision", ""),
                    ("decision__in", ["ACCEPTED", "EDITED", "REFUSED"]),
                    _connector="OR",
                ),
                name="import_doubt_decision_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="importdoubt",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decision", "REFUSED"), _negated=True),
                    models.Q(("decided_reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="import_doubt_refused_with_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="importdoubt",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decision", "ACCEPTED"), _negated=True),
                    ("proposal__isnull", False),
                    _connector="OR",
                ),
                name="import_doubt_accepts_a_proposal",
            ),
        ),
        migrations.AddConstraint(
            model_name="importdoubt",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at__isnull", True), ("decision", "")),
                    models.Q(
                        models.Q(("decision", ""), _negated=True), ("decided_at__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="import_doubt_decided_at_a_time",
            ),
        ),
    ]
