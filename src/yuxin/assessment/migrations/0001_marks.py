"""Marks: what may have changed a judgement.

Lock: creates only. Reversible.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [("access", "0001_recorded_now")]

    operations = [
        migrations.CreateModel(
            name="Mark",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("institution_id", models.BigIntegerField()),
                (
                    "marked_at",
                    models.DateTimeField(db_default=models.Func(function="clock_timestamp")),
                ),
            ],
        ),
    ]
