"""What becomes of fees that a closing froze: decided by two persons, and nothing leaves without.

Why: confirmed lessons not yet transferred stayed frozen for ever. They pay what the institution
    owes to families, or stay for the liquidator.
Lock: a column with a default and a new table; ACCESS EXCLUSIVE for an instant. Reversible.
"""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

SHUT = """
ALTER TABLE public.collapse_earneduse ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON public.collapse_earneduse TO yuxin_app
 USING (institution_id = any((select public.my_institutions())::bigint[]))
 WITH CHECK (institution_id = any((select public.my_institutions())::bigint[]));
CREATE POLICY every_row ON public.collapse_earneduse FOR SELECT TO yuxin_audit USING (true);
REVOKE DELETE ON TABLE public.collapse_earneduse FROM yuxin_app;
CREATE TRIGGER what_was_proposed_stays BEFORE UPDATE ON public.collapse_earneduse
FOR EACH ROW EXECUTE FUNCTION public.refuse_rewriting(
    'code', 'closing_id', 'institution_id', 'way', 'amount_fen', 'proposed_by', 'proposed_at');

"""
OPEN = """
DROP TRIGGER what_was_proposed_stays ON public.collapse_earneduse;
DROP POLICY own_rows ON public.collapse_earneduse;
DROP POLICY every_row ON public.collapse_earneduse;
ALTER TABLE public.collapse_earneduse DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    """Add the decision."""

    dependencies = [("collapse", "0004_what_is_proposed_is_the_bureaus")]
    operations = [
        migrations.AddField("claim", "set_off_fen", models.BigIntegerField(default=0)),
        migrations.RemoveConstraint("claim", "cover_within_shortfall"),
        migrations.AddConstraint(
            "claim",
            models.CheckConstraint(
                name="cover_within_shortfall",
                condition=Q(
                    shortfall_fen__gte=F("deposit_fen") + F("insurance_fen") + F("set_off_fen"),
                    set_off_fen__gte=0,
                    deposit_fen__gte=0,
                    insurance_fen__gte=0,
                    held_fen__gte=0,
                ),
            ),
        ),
        migrations.CreateModel(
            name="EarnedUse",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=13, unique=True)),
                ("institution_id", models.BigIntegerField()),
                (
                    "way",
                    models.CharField(
                        choices=[
                            ("SET_OFF", "抵机构欠家庭的钱"),
                            ("HELD", "留给清算人"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "Proposed"),
                            ("decided", "Decided"),
                            ("rejected", "Rejected"),
                        ],
                        default="proposed",
                        max_length=8,
                    ),
                ),
                ("amount_fen", models.BigIntegerField()),
                ("reason", models.CharField(max_length=200)),
                ("proposed_by", models.BigIntegerField()),
                ("proposed_at", models.DateTimeField()),
                ("decided_by", models.BigIntegerField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "closing",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="earned_uses",
                        to="collapse.closing",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        name="earned_use_positive", condition=Q(amount_fen__gt=0)
                    ),
                    models.CheckConstraint(
                        name="earned_use_decided_by_another",
                        condition=Q(state="proposed", decided_by=None)
                        | Q(decided_by__isnull=False) & ~Q(decided_by=F("proposed_by")),
                    ),
                    models.UniqueConstraint(
                        "closing", name="one_earned_use_at_a_time", condition=Q(state="proposed")
                    ),
                ]
            },
        ),
        migrations.RunSQL(SHUT, OPEN),
    ]
