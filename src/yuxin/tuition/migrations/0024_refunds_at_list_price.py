"""Refunds by the list price, and refunds that an officer looks at first.

Why: where the contract says so and policy permits it, a family's own cause counts taken lessons
    at the list price (N15); what the institution keeps on top is earned by the refund itself and
    needs its own order. A refund in review is a question too: one of a contract at a time.
Lock: ACCESS EXCLUSIVE for an instant; no row is rewritten. Reversible.
"""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

STATES = [
    ("requested", "Requested"),
    ("contested", "Contested"),
    ("reviewing", "Reviewing"),
    ("approved", "Approved"),
    ("instructed", "Instructed"),
    ("paid", "Paid"),
    ("returned", "Returned"),
    ("withdrawn", "Withdrawn"),
]


class Migration(migrations.Migration):
    dependencies = [("tuition", "0023_units_by_a_supplement")]

    operations = [
        migrations.AlterField(
            model_name="refundcase",
            name="state",
            field=models.CharField(choices=STATES, default="requested", max_length=10),
        ),
        migrations.AddField(
            model_name="refundcase",
            name="basis",
            field=models.CharField(
                choices=[("PROPORTIONAL", "PROPORTIONAL"), ("LIST_PRICE", "LIST_PRICE")],
                default="PROPORTIONAL",
                max_length=12,
            ),
        ),
        migrations.AddField(
            model_name="refundcase", name="listed_fen", field=models.BigIntegerField(default=0)
        ),
        migrations.AddField(
            model_name="refundcase",
            name="listed_release",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="tuition.instructionline",
            ),
        ),
        migrations.AddConstraint(
            model_name="refundcase",
            constraint=models.CheckConstraint(
                name="refund_keeps_more_at_list_price_only",
                condition=Q(listed_fen=0) | Q(listed_fen__gt=0, basis="LIST_PRICE"),
            ),
        ),
        migrations.RemoveConstraint(model_name="refundcase", name="one_question_per_contract"),
        migrations.AddConstraint(
            model_name="refundcase",
            constraint=models.UniqueConstraint(
                "contract",
                name="one_question_per_contract",
                condition=Q(state__in=["requested", "contested", "reviewing"]),
            ),
        ),
    ]
