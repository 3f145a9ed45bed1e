"""Money on its way to custody as a fact, and complaints that tell complainants apart.

Why: a bank's lag must not colour an institution; one person's complaints of one matter are
    merged. Who complained stays the keyed hash that it was.
Lock: none. Reversible.
"""

from django.db import migrations

TRANSIT = """
CREATE VIEW public.fact_transit WITH (security_invoker = true) AS
SELECT p.contract_id AS subject_id, p.institution_id, p.effective_on AS happened_on,
       p.recorded_at,
       CASE WHEN p.debit = 1002 THEN p.amount_fen ELSE 0 END
     - CASE WHEN p.credit = 1002 THEN p.amount_fen ELSE 0 END AS change_fen,
       CASE WHEN p.debit = 1002 THEN p.amount_fen ELSE 0 END AS paid_fen
  FROM ledger.posting p
 WHERE (p.debit = 1002) <> (p.credit = 1002);
REVOKE INSERT, UPDATE ON public.fact_transit FROM yuxin_app;
GRANT SELECT ON public.fact_transit TO yuxin_app, yuxin_audit;
"""
COMPLAINANT = """
CREATE VIEW public.fact_complainant WITH (security_invoker = true) AS
SELECT c.id AS subject_id, c.institution_id, c.received_on AS happened_on, c.recorded_at,
       encode(c.complainant_index, 'hex') AS complainant
  FROM public.supervision_complaint c;
REVOKE INSERT, UPDATE ON public.fact_complainant FROM yuxin_app;
GRANT SELECT ON public.fact_complainant TO yuxin_app, yuxin_audit;
"""


class Migration(migrations.Migration):
    """Lay two further views."""

    dependencies = [
        ("assessment", "0006_approvals_know_when_they_were_recorded"),
        ("ledger", "0003_post"),
        ("supervision", "0002_findings_are_only_added_to"),
    ]
    operations = [
        migrations.RunSQL(TRANSIT, "DROP VIEW public.fact_transit"),
        migrations.RunSQL(COMPLAINANT, "DROP VIEW public.fact_complainant"),
    ]
