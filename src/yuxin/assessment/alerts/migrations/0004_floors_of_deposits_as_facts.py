"""What deposits had to be and what they were, as a fact (alert W14).

Lock: none. Reversible.
"""

from django.db import migrations

VIEW = """
-- What a deposit had to be and what it was, each time that it was measured.
CREATE VIEW public.fact_deposit_floor WITH (security_invoker = true) AS
SELECT f.deposit_id AS subject_id, f.institution_id, f."on" AS happened_on,
       f.at AS recorded_at, f.id AS row_id, f.floor_fen, f.balance_fen,
       CASE d.state WHEN 'returned' THEN 0 ELSE 1 END AS open
  FROM public.deposits_floor f JOIN public.deposits_deposit d ON d.id = f.deposit_id;

REVOKE INSERT, UPDATE ON public.fact_deposit_floor FROM yuxin_app;
GRANT SELECT ON public.fact_deposit_floor TO yuxin_app, yuxin_audit;
"""


class Migration(migrations.Migration):
    """Lay the view."""

    dependencies = [
        ("alerts", "0003_facts_of_alerts"),
        ("deposits", "0002_whose_deposit_and_who_may_enrol"),
    ]
    operations = [migrations.RunSQL(VIEW, "DROP VIEW public.fact_deposit_floor")]
