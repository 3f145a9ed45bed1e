"""A lesson knows the order that carries its money, and an order not sent yet can go without it.

Why: a family may dispute a lesson that silence confirmed until the order to transfer its money
    leaves. The order is the institution's: the family reads none of it, so a function takes the
    amount out and tells whether it could. Lessons earned before are tied to the orders they are in.
Lock: ACCESS EXCLUSIVE on three tables for the new columns and checks. Reversible.
"""

import django.db.models.deletion
from django.db import migrations, models

TIE = """
UPDATE public.tuition_lesson SET payable_on = (answered_at AT TIME ZONE 'Asia/Shanghai')::date
 WHERE state IN ('confirmed', 'deemed', 'settled');
UPDATE public.tuition_lesson l SET release_id = (
    SELECT min(n.id) FROM public.tuition_instructionline n
      JOIN public.tuition_instruction i ON i.id = n.instruction_id
     WHERE n.contract_id = l.contract_id AND i.created_at >= l.answered_at
       AND i.state NOT IN ('failed', 'returned'))
 WHERE payable_on IS NOT NULL;
"""
HOLD_BACK = """
-- One statement decides: an order that is being sent meanwhile is waited for, then it has left.
CREATE FUNCTION public.tuition_hold_back(wanted bigint) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    line bigint;
    amount bigint;
BEGIN
    SELECT release_id, amount_fen INTO line, amount FROM public.tuition_lesson
     WHERE id = wanted AND state = 'deemed'
       AND guardian_id = any((SELECT public.my_persons())::bigint[]);
    UPDATE public.tuition_instruction i
       SET amount_fen = i.amount_fen - amount,
           state = CASE WHEN i.amount_fen = amount THEN 'withdrawn' ELSE i.state END
      FROM public.tuition_instructionline n
     WHERE n.id = line AND i.id = n.instruction_id AND i.state = 'created' AND i.sent_at IS NULL;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    UPDATE public.tuition_instructionline
       SET amount_fen = amount_fen - amount, open = amount_fen > amount WHERE id = line;
    UPDATE public.tuition_lesson SET release_id = NULL WHERE id = wanted;
    RETURN true;
END
$$;
REVOKE ALL ON FUNCTION public.tuition_hold_back(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.tuition_hold_back(bigint) TO yuxin_app;
"""


class Migration(migrations.Migration):
    """Tie lessons to their orders."""

    dependencies = [
        ("tuition", "0006_a_contract_by_its_code"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="instruction",
            name="instruction_amount_positive",
        ),
        migrations.RemoveConstraint(
            model_name="instructionline",
            name="instruction_line_positive",
        ),
        migrations.AddField(
            model_name="lesson",
            name="payable_on",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="lesson",
            name="release",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="lessons",
                to="tuition.instructionline",
            ),
        ),
        migrations.AlterField(
            model_name="instruction",
            name="state",
            field=models.CharField(
                choices=[
                    ("created", "Created"),
                    ("sent", "Sent"),
                    ("done", "Done"),
                    ("failed", "Failed"),
                    ("returned", "Returned"),
                    ("withdrawn", "Withdrawn"),
                ],
                default="created",
                max_length=9,
            ),
        ),
        migrations.AddConstraint(
            model_name="instruction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("amount_fen__gt", 0),
                    models.Q(("amount_fen", 0), ("state", "withdrawn")),
                    _connector="OR",
                ),
                name="instruction_amount_positive",
            ),
        ),
        migrations.AddConstraint(
            model_name="instructionline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("amount_fen__gt", 0),
                    models.Q(("amount_fen", 0), ("open", False)),
                    _connector="OR",
                ),
                name="instruction_line_positive",
            ),
        ),
        migrations.RunSQL(TIE, migrations.RunSQL.noop),
        migrations.RunSQL(HOLD_BACK, "DROP FUNCTION public.tuition_hold_back(bigint)"),
    ]
