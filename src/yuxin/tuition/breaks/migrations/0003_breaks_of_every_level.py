"""Breaks of the sub-ledger and of the evidence have names too.

Why: comparing finds them on all four levels.
Lock: ACCESS EXCLUSIVE for an instant while a check is replaced. Reversible.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("breaks", "0002_rows_of_ones_own"),
        ("cases", "0002_guards_of_proceedings"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="break",
            name="break_cause_known",
        ),
        migrations.AlterField(
            model_name="break",
            name="cause",
            field=models.CharField(
                choices=[
                    ("platform_only", "Platform Only"),
                    ("bank_only", "Bank Only"),
                    ("amount_diff", "Amount Diff"),
                    ("status_diff", "Status Diff"),
                    ("duplicate", "Duplicate"),
                    ("date_diff", "Date Diff"),
                    ("bal_diff", "Bal Diff"),
                    ("file_missing", "File Missing"),
                    ("books_diff", "Books Diff"),
                    ("no_papers", "No Papers"),
                    ("unconfirmed", "Unconfirmed"),
                ],
                max_length=16,
            ),
        ),
        migrations.AddConstraint(
            model_name="break",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "cause__in",
                        [
                            "platform_only",
                            "bank_only",
                            "amount_diff",
                            "status_diff",
                            "duplicate",
                            "date_diff",
                            "bal_diff",
                            "file_missing",
                            "books_diff",
                            "no_papers",
                            "unconfirmed",
                        ],
                    )
                ),
                name="break_cause_known",
            ),
        ),
    ]
