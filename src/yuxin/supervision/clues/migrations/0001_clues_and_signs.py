"""Payments outside custody, who reported them, what was found; signs of closing.

Lock: creates only. Reversible.
"""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="ClosureSign",
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
                            ("RENT", "拖欠房租"),
                            ("WAGES", "拖欠工资"),
                            ("POWER", "断水断电"),
                            ("MOVED", "搬离或人去楼空"),
                            ("CONTACT", "负责人联系不上"),
                            ("OTHER", "其他"),
                        ],
                        max_length=8,
                    ),
                ),
                ("seen_on", models.DateField()),
                ("words", models.CharField(max_length=400)),
                (
                    "recorded_at",
                    models.DateTimeField(db_default=models.Func(function="public.recorded_now")),
                ),
                ("recorded_by", models.BigIntegerField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["institution_id", "seen_on"], name="sign_by_institution")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["RENT", "WAGES", "POWER", "MOVED", "CONTACT", "OTHER"])
                        ),
                        name="sign_kind_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="OutsidePayment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=13, unique=True)),
                ("institution_id", models.BigIntegerField()),
                ("paid_on", models.DateField()),
                ("amount_fen", models.BigIntegerField()),
                (
                    "means",
                    models.CharField(
                        choices=[
                            ("TRANSFER", "银行转账"),
                            ("WECHAT", "微信"),
                            ("ALIPAY", "支付宝"),
                            ("CASH", "现金"),
                            ("LOAN", "贷款或分期"),
                            ("OTHER", "其他"),
                        ],
                        max_length=8,
                    ),
                ),
                ("payee_name", models.CharField(max_length=80)),
                ("payee_index", models.BinaryField(null=True)),
                ("payee_last4", models.CharField(blank=True, max_length=4)),
                (
                    "comparison",
                    models.CharField(
                        choices=[
                            ("SUPERVISED", "就是监管账户"),
                            ("OTHER", "不是监管账户"),
                            ("UNKNOWN", "没有账号可比"),
                        ],
                        max_length=10,
                    ),
                ),
                ("words", models.CharField(blank=True, max_length=400)),
                ("photo_sha256", models.CharField(blank=True, max_length=64)),
                ("reported_at", models.DateTimeField()),
                (
                    "recorded_at",
                    models.DateTimeField(db_default=models.Func(function="public.recorded_now")),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["institution_id", "paid_on"], name="outside_by_institution"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount_fen__gt", 0)), name="outside_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("comparison__in", ["SUPERVISED", "OTHER", "UNKNOWN"])),
                        name="outside_comparison_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Reporter",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("clue_code", models.CharField(max_length=13, unique=True)),
                ("guardian_id", models.BigIntegerField()),
            ],
            options={
                "indexes": [models.Index(fields=["guardian_id"], name="reporter_by_guardian")],
            },
        ),
        migrations.CreateModel(
            name="OutsideFinding",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("institution_id", models.BigIntegerField()),
                (
                    "finding",
                    models.CharField(
                        choices=[
                            ("SUBSTANTIATED", "查实"),
                            ("UNFOUNDED", "不属实"),
                            ("INSIDE", "款项已在监管账户"),
                        ],
                        max_length=13,
                    ),
                ),
                ("words", models.CharField(max_length=400)),
                ("found_on", models.DateField()),
                ("found_by", models.BigIntegerField()),
                ("measure_proposed", models.CharField(blank=True, max_length=200)),
                (
                    "recorded_at",
                    models.DateTimeField(db_default=models.Func(function="public.recorded_now")),
                ),
                (
                    "payment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="finding",
                        to="clues.outsidepayment",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("finding__in", ["SUBSTANTIATED", "UNFOUNDED", "INSIDE"])
                        ),
                        name="finding_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("words", ""), _negated=True), name="finding_has_words"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("measure_proposed", ""), ("finding", "SUBSTANTIATED"), _connector="OR"
                        ),
                        name="measure_only_where_substantiated",
                    ),
                ],
            },
        ),
    ]
