"""What a deposit or an insurer pays of a debt instead of the institution.

Why: a refund that the institution did not make up by its day is paid by the deposit, then by the
    insurer (funds-rules 4.3, R9); the debt must say what is left of it, or it is paid twice.
Lock: adding columns with defaults and creating a table; widening a varchar rewrites nothing.
Reversible.
"""

import django.db.models.deletion
from django.db import migrations, models

SHUT = """
ALTER TABLE public.advances_cover ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON public.advances_cover TO yuxin_app
 USING (institution_id = any((select public.my_institutions())::bigint[])
     OR guardian_id = any((select public.my_persons())::bigint[]))
 WITH CHECK (institution_id = any((select public.my_institutions())::bigint[])
     OR guardian_id = any((select public.my_persons())::bigint[]));
CREATE POLICY every_row ON public.advances_cover FOR SELECT TO yuxin_audit USING (true);
REVOKE DELETE ON TABLE public.advances_cover FROM yuxin_app;
CREATE TRIGGER what_was_covered_stays BEFORE UPDATE ON public.advances_cover
FOR EACH ROW EXECUTE FUNCTION public.refuse_rewriting(
    'institution_id', 'guardian_id', 'debt_id', 'refund_id', 'amount_fen');
"""
OPEN = """
DROP TRIGGER what_was_covered_stays ON public.advances_cover;
DROP POLICY own_rows ON public.advances_cover;
DROP POLICY every_row ON public.advances_cover;
ALTER TABLE public.advances_cover DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    """Add covers of debts."""

    dependencies = [
        ("advances", "0002_rows_of_ones_own"),
        ("tuition", "0023_units_by_a_supplement"),
    ]
    operations = [
        migrations.AddField("debt", "covered_fen", models.BigIntegerField(default=0)),
        migrations.AlterField(
            "debt",
            "state",
            models.CharField(
                choices=[
                    ("open", "Open"),
                    ("stated", "Stated"),
                    ("paid", "Paid"),
                    ("covered", "Covered"),
                ],
                default="open",
                max_length=7,
            ),
        ),
        migrations.AddConstraint(
            "debt",
            models.CheckConstraint(
                name="debt_covered_within_it",
                condition=models.Q(covered_fen__gte=0, covered_fen__lte=models.F("amount_fen"))
                & (~models.Q(state="covered") | models.Q(covered_fen=models.F("amount_fen"))),
            ),
        ),
        migrations.CreateModel(
            name="Cover",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("institution_id", models.BigIntegerField()),
                ("guardian_id", models.BigIntegerField()),
                ("amount_fen", models.BigIntegerField()),
                (
                    "debt",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="covers",
                        to="advances.debt",
                    ),
                ),
                (
                    "refund",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="covers",
                        to="tuition.refundcase",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            "cover",
            models.UniqueConstraint("debt", "refund", name="debt_covered_once_by_a_refund"),
        ),
        migrations.AddConstraint(
            "cover",
            models.CheckConstraint(name="cover_positive", condition=models.Q(amount_fen__gt=0)),
        ),
        migrations.RunSQL(SHUT, OPEN),
    ]
