"""Only what goes to the institution is held; money given back from suspense goes like refunds.

Lock: CREATE TRIGGER takes SHARE ROW EXCLUSIVE for an instant. Reversible.
"""

from django.db import migrations

TRIGGERS = """
DROP TRIGGER outflow_is_held_sent ON public.tuition_instruction;
DROP TRIGGER outflow_is_held_made ON public.tuition_instruction;
CREATE TRIGGER outflow_is_held_made BEFORE INSERT ON public.tuition_instruction
FOR EACH ROW WHEN (NEW.kind {only}) EXECUTE FUNCTION public.refuse_held_outflow();
CREATE TRIGGER outflow_is_held_sent BEFORE UPDATE OF state ON public.tuition_instruction
FOR EACH ROW WHEN (NEW.kind {only} AND NEW.state = 'sent' AND OLD.state <> 'sent')
EXECUTE FUNCTION public.refuse_held_outflow();
CREATE OR REPLACE FUNCTION public.tuition_orders_to_send(day date)
RETURNS TABLE (bank_code text, institution_id bigint, first_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT i.bank_code::text, i.institution_id, min(i.id) FROM public.tuition_instruction i
     WHERE i.state = 'created' AND i.value_on <= day
       AND NOT (i.kind {only} AND public.outflow_is_held(i.institution_id))
     GROUP BY 1, 2 ORDER BY 1, 2
$$;
"""


class Migration(migrations.Migration):
    """Narrow the guard to releases."""

    dependencies = [
        ("outflow", "0002_nothing_leaves_while_held"),
        ("tuition", "0011_orders_to_give_back"),
    ]
    operations = [
        migrations.RunSQL(
            TRIGGERS.replace("{only}", "IN ('release', 'advance')"),
            TRIGGERS.replace("{only}", "<> 'refund'"),
        )
    ]
