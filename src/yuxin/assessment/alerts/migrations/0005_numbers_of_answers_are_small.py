"""Networks and devices as numbers that every reader of a log can hold: 48 bits.

Lock: none. Reversible.
"""

from django.db import migrations

VIEW = """
DROP VIEW public.fact_answer;
CREATE VIEW public.fact_answer WITH (security_invoker = true) AS
SELECT a.lesson_id AS subject_id, a.institution_id,
       (a.answered_at AT TIME ZONE 'Asia/Shanghai')::date AS happened_on, a.recorded_at,
       a.guardian_id,
       ('x' || encode(substr(a.network_index, 1, 6), 'hex'))::bit(48)::bigint AS network,
       ('x' || encode(substr(a.device_index, 1, 6), 'hex'))::bit(48)::bigint AS device,
       CASE WHEN a.signed_in THEN 1 ELSE 0 END AS signed_in
  FROM public.answers_answer a;
REVOKE INSERT, UPDATE ON public.fact_answer FROM yuxin_app;
GRANT SELECT ON public.fact_answer TO yuxin_app, yuxin_audit;
"""


class Migration(migrations.Migration):
    """Lay the view again."""

    dependencies = [("alerts", "0004_floors_of_deposits_as_facts")]
    operations = [
        migrations.RunSQL(VIEW, VIEW.replace("1, 6)", "1, 8)").replace("bit(48)", "bit(64)"))
    ]
