"""Count the changes of what the public may see of a subject.

Why: a public page is kept until the subject changes; the number tells an old page from a new one.
Lock: ADD COLUMN takes ACCESS EXCLUSIVE for an instant. Reversible.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    """A version on every current entry."""

    dependencies = [
        ("registry", "0004_earned_money_goes_to_its_own_account"),
    ]

    operations = [
        migrations.AddField(
            model_name="entry",
            name="version",
            field=models.BigIntegerField(db_default=1),
        ),
    ]
