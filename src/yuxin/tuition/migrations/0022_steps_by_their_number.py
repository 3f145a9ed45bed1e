"""Steps of contracts by the number of what they tell of: a fee is found from any of its papers.

Lock: creates only. Reversible.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tuition", "0021_a_voided_lesson_is_no_fact"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="contractstep",
            index=models.Index(fields=["reference"], name="step_by_reference"),
        ),
    ]
