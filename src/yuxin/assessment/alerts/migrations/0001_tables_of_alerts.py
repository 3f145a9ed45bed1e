"""Alerts, what was said of them, what went to the credit file and to the public, presets.

Lock: creates only. Reversible.
"""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("cases", "0002_guards_of_proceedings"),
    ]

    operations = [
        migrations.CreateModel(
            name="Alert",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=13, unique=True)),
                ("institution_id", models.BigIntegerField()),
                ("rule", models.CharField(max_length=8)),
                ("what", models.CharField(max_length=40)),
                (
                    "level",
                    models.CharField(
                        choices=[("GREEN", "提示"), ("YELLOW", "黄色"), ("RED", "红色")],
                        max_length=6,
                    ),
                ),
                ("row", models.CharField(max_length=64)),
                ("inputs", models.JSONField()),
                ("conditions", models.JSONField()),
                ("zh", models.CharField(max_length=400)),
                ("en", models.CharField(max_length=400)),
                ("pack_sha256", models.CharField(max_length=64)),
                ("confidential", models.BooleanField(default=False)),
                ("owner_role", models.CharField(max_length=24)),
                ("opened_at", models.DateTimeField()),
                ("opened_on", models.DateField()),
                ("known_at", models.DateTimeField()),
                ("due_at", models.DateTimeField(null=True)),
                ("gone_at", models.DateTimeField(null=True)),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("NO_ISSUE", "未发现问题"),
                            ("TALK", "约谈"),
                            ("CHECK", "专项检查"),
                            ("ORDER", "责令改正"),
                            ("FREEZE", "提请暂停划转"),
                            ("EMERGENCY", "应急处置"),
                        ],
                        max_length=9,
                    ),
                ),
                (
                    "signal",
                    models.CharField(
                        blank=True,
                        choices=[("RIGHT", "预警属实"), ("WRONG", "误报"), ("UNCLEAR", "无法判断")],
                        max_length=7,
                    ),
                ),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "recorded_at",
                    models.DateTimeField(db_default=models.Func(function="public.recorded_now")),
                ),
                (
                    "proceeding",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="alert",
                        to="cases.proceeding",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="AlertMark",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("institution_id", models.BigIntegerField()),
                (
                    "marked_at",
                    models.DateTimeField(db_default=models.Func(function="public.recorded_now")),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["institution_id"], name="alert_mark_by_institution")
                ],
            },
        ),
        migrations.CreateModel(
            name="AlertNote",
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
                            ("JUDGED", "研判"),
                            ("DECIDED", "处置"),
                            ("ANSWERED", "机构反馈"),
                            ("CLOSED", "办结"),
                            ("GONE", "情形消失"),
                            ("BACK", "情形再现"),
                            ("RAISED", "级别变化"),
                        ],
                        max_length=8,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("by_account", models.BigIntegerField(null=True)),
                ("by_name", models.CharField(max_length=80)),
                ("people", models.CharField(blank=True, max_length=200)),
                ("words", models.CharField(blank=True, max_length=400)),
                ("shown", models.BooleanField(default=False)),
                (
                    "alert",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notes",
                        to="alerts.alert",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CreditFact",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("institution_id", models.BigIntegerField()),
                ("document_number", models.CharField(max_length=60)),
                ("words", models.CharField(max_length=400)),
                ("confirmed_on", models.DateField()),
                ("confirmed_by", models.BigIntegerField()),
                (
                    "recorded_at",
                    models.DateTimeField(db_default=models.Func(function="public.recorded_now")),
                ),
                (
                    "alert",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="credit_fact",
                        to="alerts.alert",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Preset",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("institution_id", models.BigIntegerField()),
                ("balance_min_fen", models.BigIntegerField(null=True)),
                ("movement_max_fen", models.BigIntegerField(null=True)),
                ("document_number", models.CharField(max_length=60)),
                ("valid_from", models.DateField()),
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
                        models.F("valid_from"),
                        models.F("recorded_at"),
                        name="preset_value_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("balance_min_fen", None),
                                ("balance_min_fen__gt", 0),
                                _connector="OR",
                            ),
                            models.Q(
                                ("movement_max_fen", None),
                                ("movement_max_fen__gt", 0),
                                _connector="OR",
                            ),
                        ),
                        name="preset_positive",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("document_number", ""), _negated=True),
                        name="preset_has_a_document",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PublicWarning",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("institution_id", models.BigIntegerField()),
                ("words", models.CharField(max_length=400)),
                ("from_on", models.DateField()),
                ("until_on", models.DateField()),
                ("verified_by", models.BigIntegerField()),
                (
                    "recorded_at",
                    models.DateTimeField(db_default=models.Func(function="public.recorded_now")),
                ),
                (
                    "alert",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="public_warning",
                        to="alerts.alert",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="alert",
            index=models.Index(
                condition=models.Q(("closed_at", None)),
                fields=["institution_id", "rule"],
                name="alert_not_closed",
            ),
        ),
        migrations.AddIndex(
            model_name="alert",
            index=models.Index(
                fields=["institution_id", "-opened_at"], name="alert_by_institution"
            ),
        ),
        migrations.AddConstraint(
            model_name="alert",
            constraint=models.UniqueConstraint(
                models.F("institution_id"),
                models.F("rule"),
                models.F("what"),
                condition=models.Q(("gone_at", None), ("closed_at", None), _connector="OR"),
                name="one_live_alert_of_a_condition",
            ),
        ),
        migrations.AddConstraint(
            model_name="alert",
            constraint=models.CheckConstraint(
                condition=models.Q(("level__in", ["GREEN", "YELLOW", "RED"])),
                name="alert_level_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="alert",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_at", None), ("signal", "")),
                    models.Q(
                        ("closed_at__isnull", False),
                        (
                            "outcome__in",
                            ["NO_ISSUE", "TALK", "CHECK", "ORDER", "FREEZE", "EMERGENCY"],
                        ),
                        ("signal__in", ["RIGHT", "WRONG", "UNCLEAR"]),
                    ),
                    _connector="OR",
                ),
                name="alert_closed_with_outcome_and_signal",
            ),
        ),
        migrations.AddIndex(
            model_name="alertnote",
            index=models.Index(fields=["alert", "at"], name="note_by_alert"),
        ),
        migrations.AddConstraint(
            model_name="alertnote",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "JUDGED"), _negated=True),
                    models.Q(("people", ""), _negated=True),
                    _connector="OR",
                ),
                name="judgement_names_people",
            ),
        ),
        migrations.AddConstraint(
            model_name="creditfact",
            constraint=models.CheckConstraint(
                condition=models.Q(("document_number", ""), _negated=True),
                name="credit_fact_has_a_document",
            ),
        ),
        migrations.AddConstraint(
            model_name="publicwarning",
            constraint=models.CheckConstraint(
                condition=models.Q(("until_on__gte", models.F("from_on"))),
                name="public_warning_days_ordered",
            ),
        ),
        migrations.AddConstraint(
            model_name="publicwarning",
            constraint=models.CheckConstraint(
                condition=models.Q(("words", ""), _negated=True), name="public_warning_has_words"
            ),
        ),
    ]
