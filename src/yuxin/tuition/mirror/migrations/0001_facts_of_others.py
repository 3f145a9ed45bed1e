"""Facts of contracts that live on another platform.

Lock: creates only. Reversible.
"""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="MirrorSource",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=20, unique=True)),
                ("name", models.CharField(max_length=60)),
                (
                    "origin",
                    models.CharField(
                        choices=[
                            ("own", "Own"),
                            ("national", "National"),
                            ("bank", "Bank"),
                            ("import", "Import"),
                        ],
                        max_length=8,
                    ),
                ),
                ("public_key_pem", models.TextField()),
                ("since_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("origin__in", ["national", "bank"])),
                        name="mirror_source_is_another",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="MirrorFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sha256", models.CharField(max_length=64, unique=True)),
                ("institution_id", models.BigIntegerField()),
                ("made_at", models.DateTimeField()),
                ("received_at", models.DateTimeField()),
                ("fact_count", models.PositiveIntegerField()),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="files",
                        to="mirror.mirrorsource",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="MirrorFact",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("institution_id", models.BigIntegerField()),
                ("guardian_id", models.BigIntegerField(null=True)),
                ("kind", models.CharField(max_length=16)),
                ("ref", models.CharField(max_length=64)),
                ("contract_ref", models.CharField(max_length=64)),
                ("lesson_ref", models.CharField(blank=True, max_length=64)),
                ("happened_at", models.DateTimeField()),
                ("amount_fen", models.BigIntegerField(null=True)),
                ("centiunits", models.PositiveIntegerField(null=True)),
                ("told_on", models.DateField(null=True)),
                ("deemed_days", models.PositiveIntegerField(null=True)),
                ("course", models.CharField(blank=True, max_length=60)),
                ("learner_sealed", models.BinaryField(null=True)),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="facts",
                        to="mirror.mirrorfile",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="facts",
                        to="mirror.mirrorsource",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["institution_id", "contract_ref", "happened_at"],
                        name="mirror_by_contract",
                    ),
                    models.Index(fields=["guardian_id"], name="mirror_by_guardian"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("source"),
                        models.F("institution_id"),
                        models.F("kind"),
                        models.F("ref"),
                        name="mirror_fact_once",
                    )
                ],
            },
        ),
    ]
