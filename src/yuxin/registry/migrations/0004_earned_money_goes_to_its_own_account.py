"""Beside the custody account stands the institution's own, the only target of releases.

Why: earned money goes nowhere else; without it nothing is released.
Lock: ADD COLUMN takes ACCESS EXCLUSIVE for an instant. Reversible.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("registry", "0003_what_the_public_sees"),
    ]

    operations = [
        migrations.AddField(
            model_name="custodyvalue",
            name="settlement_last4",
            field=models.CharField(blank=True, max_length=4),
        ),
        migrations.AddField(
            model_name="custodyvalue",
            name="settlement_sealed",
            field=models.BinaryField(null=True),
        ),
    ]
