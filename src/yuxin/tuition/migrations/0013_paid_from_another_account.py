"""A refund may be paid out of a deposit, and a deposit may go back to its institution.

Lock: ADD COLUMN without a rewrite; the CHECK is read once. Reversible.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tuition", "0012_every_mode_of_supervision"),
    ]

    operations = [
        migrations.AddField(
            model_name="refundcase",
            name="source",
            field=models.CharField(
                choices=[
                    ("custody", "Custody"),
                    ("deposit", "Deposit"),
                    ("insurance", "Insurance"),
                ],
                default="custody",
                max_length=9,
            ),
        ),
        migrations.AddField(
            model_name="refundcase",
            name="source_book",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="refundcase",
            name="source_sealed",
            field=models.BinaryField(null=True),
        ),
        migrations.AlterField(
            model_name="instruction",
            name="kind",
            field=models.CharField(
                choices=[
                    ("release", "Release"),
                    ("refund", "Refund"),
                    ("return", "Return"),
                    ("advance", "Advance"),
                    ("deposit", "Deposit"),
                ],
                max_length=8,
            ),
        ),
        migrations.AlterField(
            model_name="refundcase",
            name="ground",
            field=models.CharField(
                blank=True,
                choices=[
                    ("agreed", "Agreed"),
                    ("deemed", "Deemed"),
                    ("adjudicated", "Adjudicated"),
                    ("closing", "Closing"),
                ],
                max_length=12,
            ),
        ),
        migrations.AddConstraint(
            model_name="refundcase",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("source", "deposit"), _negated=True),
                    models.Q(("source_book__lt", 0), ("source_sealed__isnull", False)),
                    _connector="OR",
                ),
                name="refund_of_a_deposit_names_it",
            ),
        ),
    ]
