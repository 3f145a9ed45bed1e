"""Invoices as an institution recorded them.

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
            name="Invoice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("institution_id", models.BigIntegerField()),
                ("guardian_id", models.BigIntegerField()),
                ("number", models.CharField(max_length=24)),
                ("title_sealed", models.BinaryField()),
                ("buyer_sealed", models.BinaryField()),
                ("amount_fen", models.BigIntegerField()),
                ("issued_on", models.DateField()),
                ("title_matches", models.BooleanField()),
                ("buyer_matches", models.BooleanField()),
                ("from_sheet", models.BooleanField(default=False)),
                ("recorded_at", models.DateTimeField()),
                ("recorded_by", models.BigIntegerField(null=True)),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invoices",
                        to="tuition.contract",
                    ),
                ),
                (
                    "undoes",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="undone_by",
                        to="invoices.invoice",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["institution_id", "issued_on"], name="invoice_by_day"),
                    models.Index(fields=["guardian_id"], name="invoice_by_guardian"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("institution_id"), models.F("number"), name="invoice_number_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount_fen__gt", 0)), name="invoice_amount_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("number__regex", "^[0-9A-Z]{8,24}$")),
                        name="invoice_number_form",
                    ),
                ],
            },
        ),
    ]
