"""Orders to return money that was nobody's.

Lock: none; the choices of a column are the program's. Reversible.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tuition", "0010_what_was_agreed_stays"),
    ]

    operations = [
        migrations.AlterField(
            model_name="instruction",
            name="kind",
            field=models.CharField(
                choices=[("release", "Release"), ("refund", "Refund"), ("return", "Return")],
                max_length=8,
            ),
        ),
    ]
