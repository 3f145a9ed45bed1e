"""When an approval was known, by the clock of the books.

Lock: ADD COLUMN takes ACCESS EXCLUSIVE for an instant. Reversible.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("assessment", "0005_facts_and_the_public_colour"),
    ]

    operations = [
        migrations.AddField(
            model_name="colouroverride",
            name="approval_recorded_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="reinspection",
            name="approval_recorded_at",
            field=models.DateTimeField(null=True),
        ),
    ]
