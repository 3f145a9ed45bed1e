"""For whom there is something to do, and whose an order or a bank line is: numbers, no rows.

Why: the clock works as one institution at a time and sees nothing before it is one; a bank's
    notice names an order and not whose it is. These functions tell institutions and nothing else.
Lock: none. Reversible.
"""

from django.db import migrations

FUNCTIONS = """
CREATE FUNCTION public.tuition_institution_of_order(wanted text) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT institution_id FROM public.tuition_paymentorder WHERE code = wanted
$$;

-- Lines not matched yet, with their institution: by the contract or the order that they name,
-- else by the account that they arrived on; 0 where neither is known.
CREATE FUNCTION public.tuition_lines_to_match(most integer)
RETURNS TABLE (line_id bigint, institution_id bigint, kind text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT l.id,
           CASE WHEN l.kind = 'IN' THEN coalesce(
                    (SELECT c.institution_id FROM public.tuition_contract c
                      WHERE c.code = l.reference),
                    (SELECT v.subject_id FROM public.registry_custodyvalue v
                      WHERE v.number_index = l.account_index
                      ORDER BY v.valid_from DESC, v.recorded_at DESC LIMIT 1), 0)
                ELSE coalesce(
                    (SELECT i.institution_id FROM public.tuition_instruction i
                      WHERE i.code = l.reference), 0) END,
           l.kind::text
      FROM public.tuition_bankline l
     WHERE l.state = 'received'
     ORDER BY l.id LIMIT most
$$;

CREATE FUNCTION public.tuition_due_lessons(day date)
RETURNS TABLE (institution_id bigint, first_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT institution_id, min(id) FROM public.tuition_lesson
     WHERE state = 'pending' AND deemed_on <= day GROUP BY institution_id ORDER BY 1
$$;

CREATE FUNCTION public.tuition_due_refunds(day date)
RETURNS TABLE (institution_id bigint, first_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT institution_id, min(id) FROM public.tuition_refundcase
     WHERE state = 'requested' AND answer_by_on < day GROUP BY institution_id ORDER BY 1
$$;

-- `first_id` changes when an order was made: until then a repeat is the same request.
CREATE FUNCTION public.tuition_due_releases()
RETURNS TABLE (institution_id bigint, first_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT b.institution_id,
           (SELECT coalesce(max(i.id), 0) FROM public.tuition_instruction i
             WHERE i.institution_id = b.institution_id)
      FROM ledger.contract_balance b
     WHERE b.payable_fen > 0 AND b.custody_fen > 0 AND b.contract_id > 0
       AND NOT EXISTS (SELECT 1 FROM public.tuition_instructionline l
                        WHERE l.contract_id = b.contract_id AND l.open)
     GROUP BY b.institution_id ORDER BY 1
$$;

CREATE FUNCTION public.tuition_approved_refunds()
RETURNS TABLE (institution_id bigint, first_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT r.institution_id,
           (SELECT coalesce(max(i.id), 0) FROM public.tuition_instruction i
             WHERE i.institution_id = r.institution_id)
      FROM public.tuition_refundcase r
     WHERE r.state = 'approved' AND r.amount_fen > 0
       AND EXISTS (SELECT 1 FROM public.tuition_paymentorder o
                    WHERE o.contract_id = r.contract_id AND o.state = 'arrived')
     GROUP BY r.institution_id ORDER BY 1
$$;

CREATE FUNCTION public.tuition_orders_to_send(day date)
RETURNS TABLE (bank_code text, institution_id bigint, first_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT bank_code::text, institution_id, min(id) FROM public.tuition_instruction
     WHERE state = 'created' AND value_on <= day GROUP BY 1, 2 ORDER BY 1, 2
$$;
"""
NAMES = (
    "tuition_institution_of_order(text)",
    "tuition_lines_to_match(integer)",
    "tuition_due_lessons(date)",
    "tuition_due_refunds(date)",
    "tuition_due_releases()",
    "tuition_approved_refunds()",
    "tuition_orders_to_send(date)",
)
GRANTS = "".join(
    f"REVOKE ALL ON FUNCTION public.{name} FROM PUBLIC;"
    f"GRANT EXECUTE ON FUNCTION public.{name} TO yuxin_app;"
    for name in NAMES
)
DROP = "".join(f"DROP FUNCTION public.{name};" for name in NAMES)


class Migration(migrations.Migration):
    """Let the clock find its work."""

    dependencies = [
        ("tuition", "0002_rows_of_ones_own"),
        ("registry", "0001_tables_of_the_registry"),
        ("ledger", "0003_post"),
    ]
    operations = [migrations.RunSQL(FUNCTIONS + GRANTS, DROP)]
