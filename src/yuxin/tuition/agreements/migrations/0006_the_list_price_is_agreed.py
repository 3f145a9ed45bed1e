"""Whether the contracts of a course agree that the list price counts at a refund (N15).

Lock: an instant; no row is rewritten. Reversible.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("agreements", "0005_only_a_supplement_changes_a_contract")]

    operations = [
        migrations.AddField(
            model_name="courseterms",
            name="refund_at_list_price",
            field=models.BooleanField(default=False),
        ),
    ]
