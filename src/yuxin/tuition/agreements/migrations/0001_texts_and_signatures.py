"""What contracts of a course say, particulars of children, texts and signatures.

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
            name="Particulars",
            fields=[
                (
                    "learner",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="particulars",
                        serialize=False,
                        to="tuition.learner",
                    ),
                ),
                ("guardian_id", models.BigIntegerField()),
                ("sealed", models.BinaryField()),
                ("recorded_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="ContractText",
            fields=[
                (
                    "contract",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="text",
                        serialize=False,
                        to="tuition.contract",
                    ),
                ),
                ("institution_id", models.BigIntegerField()),
                ("guardian_id", models.BigIntegerField()),
                ("template", models.CharField(max_length=40)),
                ("text_sealed", models.BinaryField()),
                ("text_sha256", models.CharField(max_length=64)),
                ("purchaser_sealed", models.BinaryField()),
                ("made_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("text_sha256__regex", "^[0-9a-f]{64}$")),
                        name="contract_text_hash_form",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CourseTerms",
            fields=[
                (
                    "course",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="conditions",
                        serialize=False,
                        to="tuition.course",
                    ),
                ),
                ("institution_id", models.BigIntegerField()),
                (
                    "billing",
                    models.CharField(
                        choices=[("LESSON", "Lesson"), ("PERIOD", "Period"), ("BOTH", "Both")],
                        default="LESSON",
                        max_length=6,
                    ),
                ),
                (
                    "method",
                    models.CharField(
                        choices=[
                            ("ONE_TO_ONE", "One To One"),
                            ("SMALL", "Small"),
                            ("LARGE", "Large"),
                            ("OTHER", "Other"),
                        ],
                        default="SMALL",
                        max_length=10,
                    ),
                ),
                ("size_min", models.PositiveSmallIntegerField(default=0)),
                ("may_not_open", models.BooleanField(default=False)),
                ("joins_late", models.BooleanField(default=True)),
                ("lease_until", models.DateField(null=True)),
                ("adviser", models.CharField(blank=True, max_length=40)),
                ("teacher_qualification", models.CharField(blank=True, max_length=80)),
                ("full_refund_after_days", models.PositiveSmallIntegerField(default=0)),
                ("penalty_institution", models.CharField(blank=True, max_length=200)),
                ("penalty_family", models.CharField(blank=True, max_length=200)),
                ("mediator", models.CharField(blank=True, max_length=80)),
                ("recorded_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("billing__in", ["LESSON", "PERIOD", "BOTH"])),
                        name="course_billing_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("method__in", ["ONE_TO_ONE", "SMALL", "LARGE", "OTHER"])
                        ),
                        name="course_method_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Signature",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("institution_id", models.BigIntegerField()),
                ("guardian_id", models.BigIntegerField()),
                (
                    "side",
                    models.CharField(
                        choices=[("family", "Family"), ("institution", "Institution")],
                        max_length=11,
                    ),
                ),
                (
                    "way",
                    models.CharField(
                        choices=[
                            ("phone_code", "Phone Code"),
                            ("device_code", "Device Code"),
                            ("simulated", "Simulated"),
                        ],
                        max_length=11,
                    ),
                ),
                ("signer_account_id", models.BigIntegerField(null=True)),
                ("signer_sealed", models.BinaryField()),
                ("payload_sha256", models.CharField(max_length=64)),
                ("signed_at", models.DateTimeField()),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="signatures",
                        to="tuition.contract",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        models.F("contract"),
                        models.F("side"),
                        name="contract_signed_once_by_a_side",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("side__in", ["family", "institution"])),
                        name="signature_side_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("way__in", ["phone_code", "device_code", "simulated"])),
                        name="signature_way_known",
                    ),
                ],
            },
        ),
    ]
