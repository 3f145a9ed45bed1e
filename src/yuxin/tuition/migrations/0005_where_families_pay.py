"""The address of a bank's cashier, to which a family is sent with a sealed order.

Lock: ADD COLUMN takes ACCESS EXCLUSIVE for an instant. Reversible.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tuition", "0004_courses_are_public"),
    ]

    operations = [
        migrations.AddField(
            model_name="bank",
            name="cashier_url",
            field=models.CharField(blank=True, max_length=200),
        ),
    ]
