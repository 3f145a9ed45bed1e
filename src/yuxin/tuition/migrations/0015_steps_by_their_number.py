"""Steps of contracts by the number of what they tell of: a fee is found from any of its papers.

Lock: creates only. Reversible.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tuition", "0014_when_a_bank_day_is_all_there"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="contractstep",
            index=models.Index(fields=["reference"], name="step_by_reference"),
        ),
    ]
