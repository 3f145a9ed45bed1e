"""Insurers, products, certificates of contracts and claims on them.

Lock: creates only. Reversible.
"""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("insurance", "0002_policies_are_only_added_to"),
        ("tuition", "0013_paid_from_another_account"),
    ]

    operations = [
        migrations.CreateModel(
            name="Insurer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=20, unique=True)),
                ("name", models.CharField(max_length=80)),
                ("public_key_pem", models.TextField()),
                ("exchange_folder", models.CharField(max_length=200)),
                ("since_on", models.DateField()),
            ],
        ),
        migrations.CreateModel(
            name="Product",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=13, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[("PERSONAL", "点对点学费险"), ("PERFORMANCE", "履约保险")],
                        max_length=12,
                    ),
                ),
                ("name", models.CharField(max_length=60)),
                ("terms", models.TextField(max_length=4000)),
                ("premium_bps", models.PositiveIntegerField()),
                ("cover_max_fen", models.BigIntegerField()),
                (
                    "payer",
                    models.CharField(
                        choices=[("FAMILY", "家长"), ("INSTITUTION", "机构")], max_length=12
                    ),
                ),
                ("required", models.BooleanField(default=False)),
                ("offered_at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(null=True)),
                (
                    "insurer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="products",
                        to="insurance.insurer",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Certificate",
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
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "Asked"),
                            ("in_force", "In Force"),
                            ("refused", "Refused"),
                            ("ended", "Ended"),
                        ],
                        default="asked",
                        max_length=8,
                    ),
                ),
                ("number", models.CharField(blank=True, max_length=60)),
                ("cover_fen", models.BigIntegerField()),
                ("premium_fen", models.BigIntegerField()),
                ("from_on", models.DateField()),
                ("until_on", models.DateField()),
                ("asked_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(null=True)),
                ("answered_at", models.DateTimeField(null=True)),
                ("ended_on", models.DateField(null=True)),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="certificates",
                        to="tuition.contract",
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="certificates",
                        to="insurance.product",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CoverClaim",
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
                (
                    "by",
                    models.CharField(
                        choices=[("FAMILY", "Family"), ("CLOSING", "Closing")], max_length=8
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("filed", "Filed"), ("paid", "Paid"), ("refused", "Refused")],
                        default="filed",
                        max_length=8,
                    ),
                ),
                ("amount_fen", models.BigIntegerField()),
                ("filed_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                ("paid_fen", models.BigIntegerField(default=0)),
                ("serial", models.CharField(blank=True, max_length=64)),
                ("words", models.CharField(blank=True, max_length=200)),
                (
                    "certificate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="claims",
                        to="insurance.certificate",
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
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        models.F("certificate"),
                        condition=models.Q(("state", "filed")),
                        name="one_claim_open_per_certificate",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("amount_fen__gt", 0),
                            ("paid_fen__gte", 0),
                            ("paid_fen__lte", models.F("amount_fen")),
                        ),
                        name="cover_claim_paid_within_amount",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "paid"), _negated=True),
                            models.Q(("paid_fen__gt", 0), models.Q(("serial", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="cover_claim_paid_has_a_serial",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="product",
            constraint=models.CheckConstraint(
                condition=models.Q(("cover_max_fen__gt", 0), ("premium_bps__lte", 10000)),
                name="product_premium_and_cover",
            ),
        ),
        migrations.AddConstraint(
            model_name="certificate",
            constraint=models.UniqueConstraint(
                models.F("contract"),
                models.F("product"),
                condition=models.Q(("state", "refused"), _negated=True),
                name="one_certificate_per_contract_and_product",
            ),
        ),
        migrations.AddConstraint(
            model_name="certificate",
            constraint=models.CheckConstraint(
                condition=models.Q(("until_on__gte", models.F("from_on"))),
                name="certificate_days_ordered",
            ),
        ),
        migrations.AddConstraint(
            model_name="certificate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "in_force"), _negated=True),
                    models.Q(("number", ""), _negated=True),
                    _connector="OR",
                ),
                name="certificate_in_force_has_a_number",
            ),
        ),
    ]
