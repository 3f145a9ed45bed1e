"""Deposits, their floors, the orders to top them up, and their use.

Lock: creates only. Reversible.
"""

import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("tuition", "0013_paid_from_another_account"),
    ]

    operations = [
        migrations.CreateModel(
            name="Deposit",
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
                    "kind",
                    models.CharField(
                        choices=[
                            ("RISK", "风险保证金"),
                            ("PERFORMANCE", "协议履行风险保证金"),
                            ("UNDELIVERED", "未消课风险保证金"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "holder",
                    models.CharField(
                        choices=[("INSTITUTION", "机构保证金账户"), ("BUREAU", "教育局保证金专户")],
                        max_length=12,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("returning", "Returning"),
                            ("returned", "Returned"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("bank_code", models.CharField(max_length=20)),
                ("account_title", models.CharField(max_length=120)),
                ("number_sealed", models.BinaryField()),
                ("number_index", models.BinaryField()),
                ("number_last4", models.CharField(max_length=4)),
                ("opened_on", models.DateField()),
                ("closed_on", models.DateField(null=True)),
                ("return_asked_by", models.BigIntegerField(null=True)),
                ("returned_by", models.BigIntegerField(null=True)),
                (
                    "instruction",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="tuition.instruction",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Floor",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("institution_id", models.BigIntegerField()),
                ("on", models.DateField()),
                ("floor_fen", models.BigIntegerField()),
                ("balance_fen", models.BigIntegerField()),
                ("contract_count", models.PositiveIntegerField()),
                ("at", models.DateTimeField()),
                (
                    "deposit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="floors",
                        to="deposits.deposit",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="TopUp",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=13, unique=True)),
                ("institution_id", models.BigIntegerField()),
                ("floor_fen", models.BigIntegerField()),
                ("balance_fen", models.BigIntegerField()),
                ("amount_fen", models.BigIntegerField()),
                ("ordered_on", models.DateField()),
                ("due_on", models.DateField()),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "Open"), ("met", "Met"), ("failed", "Failed")],
                        default="open",
                        max_length=8,
                    ),
                ),
                ("met_on", models.DateField(null=True)),
                ("failed_on", models.DateField(null=True)),
                (
                    "deposit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="top_ups",
                        to="deposits.deposit",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Use",
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
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "Proposed"),
                            ("decided", "Decided"),
                            ("rejected", "Rejected"),
                        ],
                        default="proposed",
                        max_length=8,
                    ),
                ),
                ("reason", models.CharField(max_length=200)),
                ("shortfall_fen", models.BigIntegerField()),
                ("amount_fen", models.BigIntegerField()),
                ("proposed_by", models.BigIntegerField()),
                ("proposed_at", models.DateTimeField()),
                ("decided_by", models.BigIntegerField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "deposit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="uses",
                        to="deposits.deposit",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Part",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("institution_id", models.BigIntegerField()),
                ("guardian_id", models.BigIntegerField()),
                ("shortfall_fen", models.BigIntegerField()),
                ("amount_fen", models.BigIntegerField()),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deposit_parts",
                        to="tuition.contract",
                    ),
                ),
                (
                    "refund",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="tuition.refundcase",
                    ),
                ),
                (
                    "use",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="parts",
                        to="deposits.use",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="deposit",
            index=models.Index(fields=["number_index"], name="deposit_by_account"),
        ),
        migrations.AddConstraint(
            model_name="deposit",
            constraint=models.UniqueConstraint(
                models.F("institution_id"),
                models.F("kind"),
                condition=models.Q(("state", "returned"), _negated=True),
                name="one_open_deposit_of_a_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="deposit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("returned_by__isnull", True),
                    models.Q(("returned_by", models.F("return_asked_by")), _negated=True),
                    _connector="OR",
                ),
                name="deposit_returned_by_two",
            ),
        ),
        migrations.AddConstraint(
            model_name="floor",
            constraint=models.CheckConstraint(
                condition=models.Q(("balance_fen__gte", 0), ("floor_fen__gte", 0)),
                name="deposit_floor_not_negative",
            ),
        ),
        migrations.AddConstraint(
            model_name="topup",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "amount_fen",
                        django.db.models.expressions.CombinedExpression(
                            models.F("floor_fen"), "-", models.F("balance_fen")
                        ),
                    ),
                    ("amount_fen__gt", 0),
                ),
                name="top_up_is_the_shortfall",
            ),
        ),
        migrations.AddConstraint(
            model_name="topup",
            constraint=models.UniqueConstraint(
                models.F("deposit"),
                condition=models.Q(("state__in", ["open", "failed"])),
                name="one_top_up_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="use",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("decided_by__isnull", True),
                    models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                    _connector="OR",
                ),
                name="deposit_use_decided_by_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="use",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("amount_fen__gt", 0), ("amount_fen__lte", models.F("shortfall_fen"))
                ),
                name="deposit_use_within_shortfall",
            ),
        ),
        migrations.AddConstraint(
            model_name="use",
            constraint=models.UniqueConstraint(
                models.F("deposit"),
                condition=models.Q(("state", "proposed")),
                name="one_use_proposed_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="part",
            constraint=models.UniqueConstraint(
                models.F("use"), models.F("contract"), name="one_part_per_contract_and_use"
            ),
        ),
        migrations.AddConstraint(
            model_name="part",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("amount_fen__gte", 0), ("amount_fen__lte", models.F("shortfall_fen"))
                ),
                name="part_within_shortfall",
            ),
        ),
    ]
