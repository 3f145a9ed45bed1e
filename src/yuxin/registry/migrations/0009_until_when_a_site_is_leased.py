"""Until when a site is leased (alert W17): the last day; empty where nobody knows or it is owned.

Lock: ACCESS EXCLUSIVE for an instant; a column without a default. Reversible.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("registry", "0008_settlement_accounts_are_told_apart"),
    ]

    operations = [
        migrations.AddField(
            model_name="sitevalue",
            name="lease_until",
            field=models.DateField(blank=True, null=True),
        ),
    ]
