"""A bank's day is complete when the file that says it is the last has come.

Why: a day can only be reconciled when all of it is there; an order names the account it is paid
    from, so that the account's line of the balance file can be recomputed.
Lock: ACCESS EXCLUSIVE for an instant, columns with constant defaults. Reversible.
"""

import datetime

from django.db import migrations, models


class Migration(migrations.Migration):
    """Hours of the bank, the last part of a file, the account of an order."""

    dependencies = [("tuition", "0013_paid_from_another_account")]
    operations = [
        migrations.AddField(
            model_name="bank",
            name="files_by",
            field=models.TimeField(default=datetime.time(9, 0)),
        ),
        migrations.AddField(
            model_name="bank",
            name="reconciled_by",
            field=models.TimeField(default=datetime.time(12, 0)),
        ),
        migrations.AddField(
            model_name="bankfile",
            name="last",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="instruction",
            name="from_last4",
            field=models.CharField(blank=True, max_length=4),
        ),
    ]
