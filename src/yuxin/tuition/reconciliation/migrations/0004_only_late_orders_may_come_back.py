"""Only what was ordered within two weeks may explain a difference by its return.

Why: among the orders of years some sum always fits by chance, and a search over all of them never
    ends; a bank sends a transfer back within days.
Lock: none. Reversible.
"""

from django.db import migrations

ITEMS = """
CREATE OR REPLACE FUNCTION public.reconciliation_items(bank text, on_day date, ids bigint[])
RETURNS TABLE (institution_id bigint, last4 text, kind text, what text, amount_fen bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT o.institution_id, c.custody_last4::text, 'in_transit', 'order:' || o.code, o.amount_fen
      FROM public.tuition_paymentorder o JOIN public.tuition_contract c ON c.id = o.contract_id
     WHERE o.institution_id = any(ids) AND o.bank_code = bank
       AND (o.created_at AT TIME ZONE 'Asia/Shanghai')::date <= on_day
       AND (o.state = 'paid' OR (o.state = 'arrived' AND o.arrived_on > on_day))
    UNION ALL
    SELECT i.institution_id, i.from_last4::text, 'ordered', 'instruction:' || i.code,
           -i.amount_fen
      FROM public.tuition_instruction i
     WHERE i.institution_id = any(ids) AND i.bank_code = bank AND i.value_on <= on_day
       AND (i.state = 'sent' OR (i.state IN ('done', 'returned') AND NOT EXISTS (
            SELECT 1 FROM public.tuition_bankline l
             WHERE l.bank_code = bank AND l.reference = i.code AND l.kind <> 'IN'
               AND l.state = 'matched' AND l.account_day <= on_day)))
    UNION ALL
    SELECT i.institution_id, i.from_last4::text, 'returned', 'instruction:' || i.code,
           i.amount_fen
      FROM public.tuition_instruction i
     WHERE i.institution_id = any(ids) AND i.bank_code = bank AND i.value_on <= on_day
       AND i.state IN ('sent', 'done'){recent}
    UNION ALL
    SELECT l.institution_id, coalesce(nullif(l.account_last4, ''), i.from_last4, '')::text,
           'unbooked', l.kind || ':' || l.bank_serial || ':' || l.account_day,
           CASE WHEN l.kind = 'IN' OR l.detail ->> 'status' = 'RETURNED'
                THEN l.amount_fen ELSE -l.amount_fen END
      FROM public.tuition_bankline l
      LEFT JOIN public.tuition_instruction i ON i.code = l.reference AND i.bank_code = bank
     WHERE l.state IN ('bank_only', 'amount_diff', 'status_diff', 'duplicate')
       AND l.bank_code = bank AND l.institution_id = any(ids) AND l.account_day <= on_day
       AND NOT EXISTS (SELECT 1 FROM ledger.posting p
                        WHERE p.institution_id = l.institution_id
                          AND p.contract_id = -(l.institution_id * 8 + 1)
                          AND p.fact_kind = 'bank_line' AND p.fact_ref = l.bank_serial)
$$;
"""
RECENT = """
       AND i.value_on > on_day - 14"""


class Migration(migrations.Migration):
    """Narrow what may lie between books and bank."""

    dependencies = [("reconciliation", "0003_a_broken_account_pays_nothing_out")]
    operations = [
        migrations.RunSQL(ITEMS.replace("{recent}", RECENT), ITEMS.replace("{recent}", ""))
    ]
