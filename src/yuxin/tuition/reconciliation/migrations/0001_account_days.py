"""Account days and events of accounts.

Why: bank and books are compared day by day and account by account.
Lock: creates only. Reversible.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="AccountDay",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("institution_id", models.BigIntegerField()),
                ("bank_code", models.CharField(max_length=20)),
                ("account_last4", models.CharField(max_length=4)),
                ("account_day", models.DateField()),
                ("receipt_count", models.PositiveIntegerField()),
                ("receipt_fen", models.BigIntegerField()),
                ("release_count", models.PositiveIntegerField()),
                ("release_fen", models.BigIntegerField()),
                ("refund_count", models.PositiveIntegerField()),
                ("refund_fen", models.BigIntegerField()),
                ("other_day_count", models.PositiveIntegerField(default=0)),
                ("contract_count", models.PositiveIntegerField()),
                ("proof_count", models.PositiveIntegerField()),
                ("opening_fen", models.BigIntegerField()),
                ("closing_fen", models.BigIntegerField()),
                ("books_fen", models.BigIntegerField()),
                ("bridge", models.JSONField(default=list)),
                ("checked_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(null=True)),
                ("closed_by", models.BigIntegerField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["institution_id", "account_day"], name="account_day_of_institution"
                    ),
                    models.Index(
                        condition=models.Q(("closed_at__isnull", True)),
                        fields=["bank_code", "account_day"],
                        name="account_day_open",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("bank_code"),
                        models.F("account_day"),
                        models.F("institution_id"),
                        models.F("account_last4"),
                        name="account_day_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AccountEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("bank_code", models.CharField(max_length=20)),
                ("event_id", models.CharField(max_length=64)),
                ("institution_id", models.BigIntegerField()),
                ("account_index", models.BinaryField()),
                ("account_last4", models.CharField(max_length=4)),
                ("account_day", models.DateField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("OPENED", "开户"),
                            ("FREEZE", "冻结"),
                            ("UNFREEZE", "解冻"),
                            ("NAME_CHANGE", "变更户名"),
                            ("CLOSING", "销户"),
                        ],
                        max_length=12,
                    ),
                ),
                ("frozen_fen", models.BigIntegerField(null=True)),
                ("authority", models.CharField(blank=True, max_length=80)),
                ("document_no", models.CharField(blank=True, max_length=80)),
                ("title", models.CharField(blank=True, max_length=120)),
                ("posted_at", models.DateTimeField()),
                ("received_at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["institution_id", "account_day"], name="event_of_institution"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("bank_code"), models.F("event_id"), name="account_event_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["OPENED", "FREEZE", "UNFREEZE", "NAME_CHANGE", "CLOSING"])
                        ),
                        name="account_event_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BankDay",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("bank_code", models.CharField(max_length=20)),
                ("account_day", models.DateField()),
                ("checked_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        models.F("bank_code"), models.F("account_day"), name="bank_day_once"
                    )
                ],
            },
        ),
    ]
