"""A lesson that was voided is no fact for indicators and alerts.

Why: a roll called by mistake and put right would count as a lesson that waits or was answered.
Lock: ACCESS EXCLUSIVE on the view for an instant. Not reversible: the view of before was wrong.
"""

from django.db import migrations

VIEW = """
CREATE OR REPLACE VIEW public.fact_lesson WITH (security_invoker = true) AS
SELECT l.id AS subject_id, l.institution_id,
       (l.taught_at AT TIME ZONE 'Asia/Shanghai')::date AS happened_on,
       l.taught_at AS recorded_at, c.learner_id, l.session_id,
       (extract(epoch FROM s.starts_at) / 60)::bigint AS starts_minute,
       (extract(epoch FROM s.ends_at) / 60)::bigint AS ends_minute,
       (extract(epoch FROM l.answered_at) / 60)::bigint AS answered_minute,
       CASE WHEN l.state = 'pending' THEN 1 ELSE 0 END AS pending,
       CASE WHEN l.dispute_reason <> '' THEN 1 ELSE 0 END AS disputed,
       CASE WHEN l.state = 'confirmed' THEN 1 ELSE 0 END AS confirmed,
       CASE WHEN l.present THEN 1 ELSE 0 END AS present,
       CASE WHEN s.called_at IS NULL THEN 0 ELSE 1 END AS called
  FROM public.tuition_lesson l JOIN public.tuition_classsession s ON s.id = l.session_id
  JOIN public.tuition_contract c ON c.id = l.contract_id
 WHERE l.state <> 'voided';
"""


class Migration(migrations.Migration):
    """Lay the view again."""

    dependencies = [
        ("tuition", "0020_accounts_of_ones_own"),
        ("alerts", "0003_facts_of_alerts"),
    ]
    operations = [migrations.RunSQL(VIEW, migrations.RunSQL.noop)]
