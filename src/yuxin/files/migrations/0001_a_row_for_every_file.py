"""A row for every stored file.

Why: bytes on disk are found and accounted for by their hash. Lock: none, a new table. Reversible.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="File",
            fields=[
                ("sha256", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("size", models.BigIntegerField()),
                ("media_type", models.CharField(blank=True, max_length=100)),
                ("stored_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("sha256__regex", "^[0-9a-f]{64}$")),
                        name="file_hash_form",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("size__gte", 0)), name="file_size_not_negative"
                    ),
                ],
            },
        ),
    ]
