"""Whose an invoice is, that it is not rewritten, and the fact of one that differs.

Why: an invoice names who bought for whom; a correction is a red invoice, never a change.
Lock: ALTER TABLE takes ACCESS EXCLUSIVE for an instant on an empty table. Reversible.
"""

from django.db import migrations

SHUT = """
ALTER TABLE public.invoices_invoice ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON public.invoices_invoice TO yuxin_app
USING (institution_id = any((select public.my_institutions())::bigint[])
       OR guardian_id = any((select public.my_persons())::bigint[]))
WITH CHECK (institution_id = any((select public.my_institutions())::bigint[]));
CREATE POLICY every_row ON public.invoices_invoice FOR SELECT TO yuxin_audit USING (true);
REVOKE UPDATE, DELETE ON public.invoices_invoice FROM yuxin_app;
"""
OPEN = """
DROP POLICY own_rows ON public.invoices_invoice;
DROP POLICY every_row ON public.invoices_invoice;
ALTER TABLE public.invoices_invoice DISABLE ROW LEVEL SECURITY;
GRANT UPDATE, DELETE ON public.invoices_invoice TO yuxin_app;
"""
VIEW = """
CREATE VIEW public.fact_three_way WITH (security_invoker = true) AS
SELECT c.id AS subject_id, c.institution_id, max(i.issued_on) AS happened_on,
       max(i.recorded_at) AS recorded_at, c.id AS row_id,
       CASE WHEN sum(i.amount_fen) = c.total_fen THEN 0 ELSE 1 END AS amount_differs,
       max(CASE WHEN i.title_matches THEN 0 ELSE 1 END) AS title_differs,
       max(CASE WHEN i.buyer_matches THEN 0 ELSE 1 END) AS buyer_differs
  FROM public.tuition_contract c
  JOIN public.invoices_invoice i ON i.contract_id = c.id AND i.undoes_id IS NULL
   AND NOT EXISTS (SELECT 1 FROM public.invoices_invoice r WHERE r.undoes_id = i.id)
 WHERE c.paid_at IS NOT NULL
 GROUP BY c.id, c.institution_id, c.total_fen
HAVING sum(i.amount_fen) <> c.total_fen OR bool_or(NOT i.title_matches OR NOT i.buyer_matches);
GRANT SELECT ON public.fact_three_way TO yuxin_app, yuxin_audit;
REVOKE INSERT, UPDATE ON public.fact_three_way FROM yuxin_app;
"""


class Migration(migrations.Migration):
    """Shut, fix, tell."""

    dependencies = [
        ("invoices", "0001_invoices_as_recorded"),
        ("tuition", "0002_rows_of_ones_own"),
    ]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '3s'", migrations.RunSQL.noop),
        migrations.RunSQL(SHUT, OPEN),
        migrations.RunSQL(VIEW, "DROP VIEW public.fact_three_way"),
    ]
