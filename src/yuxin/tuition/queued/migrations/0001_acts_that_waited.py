"""Acts that waited on a phone.

Why: the time of a tap is kept beside ours; of a row only its closing is ever written again.
Lock: creates only. Reversible.
"""

import datetime

import django.db.models.expressions
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [("access", "0001_recorded_now")]

    operations = [
        migrations.CreateModel(
            name="QueuedAct",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("account_id", models.BigIntegerField()),
                ("institution_id", models.BigIntegerField()),
                ("request_id", models.UUIDField()),
                ("act", models.CharField(max_length=40)),
                ("subject", models.CharField(max_length=13)),
                (
                    "outcome",
                    models.CharField(
                        choices=[("done", "Done"), ("conflict", "Conflict")], max_length=8
                    ),
                ),
                ("refusal", models.CharField(blank=True, max_length=40)),
                ("claimed_at", models.DateTimeField()),
                (
                    "recorded_at",
                    models.DateTimeField(db_default=models.Func(function="public.recorded_now")),
                ),
                ("received_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["account_id", "-claimed_at"], name="queued_by_account")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("account_id"), models.F("request_id"), name="queued_act_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("outcome", "conflict"),
                            (
                                "received_at__lte",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("claimed_at"),
                                    "+",
                                    models.Value(datetime.timedelta(days=3)),
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="queued_within_three_days",
                    ),
                ],
            },
        ),
    ]
