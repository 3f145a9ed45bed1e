"""The units that a supplement left of a contract.

Lock: creates only. Reversible.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tuition", "0022_steps_by_their_number"),
    ]

    operations = [
        migrations.AddField(
            model_name="contract",
            name="agreed_centiunits",
            field=models.PositiveIntegerField(null=True),
        ),
    ]
