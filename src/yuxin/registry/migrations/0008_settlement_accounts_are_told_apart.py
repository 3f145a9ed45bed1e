"""Whose own account is the settlement account of another institution too (alert W21).

Lock: ACCESS EXCLUSIVE for an instant; the index is built on a small table. Reversible.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("registry", "0007_no_person_and_no_merged_subject_is_public"),
    ]

    operations = [
        migrations.AddField(
            model_name="custodyvalue",
            name="settlement_index",
            field=models.BinaryField(null=True),
        ),
        migrations.AddIndex(
            model_name="custodyvalue",
            index=models.Index(fields=["settlement_index"], name="custody_by_settlement"),
        ),
    ]
