"""Tell Django of the tables it may read; it neither makes nor changes them.

Why: unmanaged models still need a place in the state of the migrations.
Lock: none; writes nothing.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    """State only: unmanaged models."""

    dependencies = [
        ("ledger", "0003_post"),
    ]

    operations = [
        migrations.CreateModel(
            name="ContractBalance",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "institution_id",
                        "contract_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("institution_id", models.BigIntegerField()),
                ("contract_id", models.BigIntegerField()),
                ("custody_fen", models.BigIntegerField()),
                ("in_transit_fen", models.BigIntegerField()),
                ("advance_fen", models.BigIntegerField()),
                ("unearned_fen", models.BigIntegerField()),
                ("pending_fen", models.BigIntegerField()),
                ("frozen_fen", models.BigIntegerField()),
                ("payable_fen", models.BigIntegerField()),
                ("refund_payable_fen", models.BigIntegerField()),
                ("paid_fen", models.BigIntegerField()),
                ("released_fen", models.BigIntegerField()),
                ("refunded_fen", models.BigIntegerField()),
            ],
            options={
                "db_table": 'ledger"."contract_balance',
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="Posting",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "institution_id",
                        "key",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("institution_id", models.BigIntegerField()),
                ("key", models.UUIDField()),
                ("contract_id", models.BigIntegerField()),
                ("debit", models.SmallIntegerField()),
                ("credit", models.SmallIntegerField()),
                ("amount_fen", models.BigIntegerField()),
                ("fact_kind", models.TextField()),
                ("fact_ref", models.TextField()),
                ("effective_on", models.DateField()),
                ("recorded_at", models.DateTimeField()),
                ("reverses", models.UUIDField(null=True)),
                ("payload_hash", models.BinaryField()),
                ("batch_id", models.BigIntegerField()),
            ],
            options={
                "db_table": 'ledger"."posting',
                "managed": False,
            },
        ),
    ]
