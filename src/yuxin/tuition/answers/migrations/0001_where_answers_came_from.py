"""From where answers to lessons came.

Lock: creates only. Reversible.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Answer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("lesson_id", models.BigIntegerField(unique=True)),
                ("institution_id", models.BigIntegerField()),
                ("guardian_id", models.BigIntegerField()),
                ("answered_at", models.DateTimeField()),
                ("network_index", models.BinaryField()),
                ("device_index", models.BinaryField()),
                ("signed_in", models.BooleanField()),
                (
                    "recorded_at",
                    models.DateTimeField(db_default=models.Func(function="public.recorded_now")),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["institution_id", "answered_at"], name="answer_by_institution"
                    )
                ],
            },
        ),
    ]
