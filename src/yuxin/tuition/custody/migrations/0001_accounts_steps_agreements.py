"""Custody accounts, their steps, three-party agreements.

Lock: creates only. Reversible.
"""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Agreement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("institution_id", models.BigIntegerField()),
                ("bank_code", models.CharField(max_length=14)),
                ("number", models.CharField(max_length=60)),
                ("bureau", models.CharField(max_length=80)),
                ("signed_on", models.DateField()),
                ("valid_until", models.DateField(null=True)),
                ("file_sha256", models.CharField(blank=True, max_length=64)),
                ("recorded_at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["institution_id", "bank_code"], name="agreement_of_account"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("bank_code"), models.F("number"), name="agreement_number_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_until", None),
                            ("valid_until__gte", models.F("signed_on")),
                            _connector="OR",
                        ),
                        name="agreement_days_ordered",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CustodyAccount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=13, unique=True)),
                ("institution_id", models.BigIntegerField()),
                ("bank_code", models.CharField(max_length=14)),
                ("bank_name", models.CharField(max_length=80)),
                ("title", models.CharField(max_length=160)),
                ("number_sealed", models.BinaryField()),
                ("number_index", models.BinaryField()),
                ("number_last4", models.CharField(max_length=4)),
                ("settlement_sealed", models.BinaryField(null=True)),
                ("settlement_last4", models.CharField(blank=True, max_length=4)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("OPENED", "已开户"),
                            ("FILED", "已备案"),
                            ("VERIFIED", "已核验"),
                            ("PAYMENT_ENABLED", "已开通支付"),
                            ("RUNNING_OFF", "余额清退中"),
                            ("CLOSED", "已销户"),
                            ("WITHDRAWN", "已撤回"),
                        ],
                        max_length=16,
                    ),
                ),
                ("in_use", models.BooleanField(default=False)),
                ("opened_on", models.DateField()),
                ("reason", models.CharField(blank=True, max_length=200)),
            ],
            options={
                "indexes": [models.Index(fields=["number_index"], name="account_by_number")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "OPENED",
                                    "FILED",
                                    "VERIFIED",
                                    "PAYMENT_ENABLED",
                                    "RUNNING_OFF",
                                    "CLOSED",
                                    "WITHDRAWN",
                                ],
                            )
                        ),
                        name="account_state_known",
                    ),
                    models.UniqueConstraint(
                        models.F("institution_id"),
                        condition=models.Q(("in_use", True)),
                        name="one_account_in_use",
                    ),
                    models.UniqueConstraint(
                        models.F("institution_id"),
                        condition=models.Q(
                            ("in_use", False), ("state__in", ["OPENED", "FILED", "VERIFIED"])
                        ),
                        name="one_account_on_its_way",
                    ),
                    models.UniqueConstraint(
                        models.F("institution_id"),
                        models.F("bank_code"),
                        models.F("number_last4"),
                        condition=models.Q(("state", "WITHDRAWN"), _negated=True),
                        name="accounts_told_apart",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("in_use", False),
                            ("state__in", ["OPENED", "FILED", "VERIFIED", "PAYMENT_ENABLED"]),
                            _connector="OR",
                        ),
                        name="account_in_use_is_alive",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AccountStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("institution_id", models.BigIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("OPENED", "已开户"),
                            ("FILED", "已备案"),
                            ("VERIFIED", "已核验"),
                            ("PAYMENT_ENABLED", "已开通支付"),
                            ("RUNNING_OFF", "余额清退中"),
                            ("CLOSED", "已销户"),
                            ("WITHDRAWN", "已撤回"),
                        ],
                        max_length=16,
                    ),
                ),
                ("on", models.DateField()),
                ("document_no", models.CharField(blank=True, max_length=80)),
                ("words", models.CharField(blank=True, max_length=200)),
                ("by_id", models.BigIntegerField(null=True)),
                ("by_name", models.CharField(blank=True, max_length=60)),
                ("entry_id", models.CharField(blank=True, max_length=32)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="custody.custodyaccount",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        models.F("account"), models.F("state"), name="account_step_once"
                    )
                ],
            },
        ),
    ]
