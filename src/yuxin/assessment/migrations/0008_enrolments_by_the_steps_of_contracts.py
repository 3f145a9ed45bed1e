"""Who is enrolled is told by the steps of contracts, which stay.

Why: the day on which a contract was closed is emptied when money comes back to it, and a past
    day's count would then come out otherwise than it did. Steps are only added.
Lock: ACCESS EXCLUSIVE on the view for an instant. Reversible.
"""

from django.db import migrations

BY_STEPS = """
CREATE OR REPLACE VIEW public.fact_enrolment WITH (security_invoker = true) AS
SELECT c.learner_id AS subject_id, s.institution_id,
       (s.at AT TIME ZONE 'Asia/Shanghai')::date AS happened_on, s.at AS recorded_at,
       c.class_group_id AS class_id, CASE s.kind WHEN 'closed' THEN -1 ELSE 1 END AS change
  FROM public.tuition_contractstep s JOIN public.tuition_contract c ON c.id = s.contract_id
 WHERE s.kind IN ('paid', 'closed', 'reopened');
"""
BY_DAYS = """
CREATE OR REPLACE VIEW public.fact_enrolment WITH (security_invoker = true) AS
SELECT c.learner_id AS subject_id, c.institution_id,
       (c.paid_at AT TIME ZONE 'Asia/Shanghai')::date AS happened_on,
       c.paid_at AS recorded_at, c.class_group_id AS class_id, 1 AS change
  FROM public.tuition_contract c WHERE c.paid_at IS NOT NULL
UNION ALL
SELECT c.learner_id, c.institution_id, (c.closed_at AT TIME ZONE 'Asia/Shanghai')::date,
       c.closed_at, c.class_group_id, -1
  FROM public.tuition_contract c WHERE c.paid_at IS NOT NULL AND c.closed_at IS NOT NULL;
"""
INDEX = """
CREATE INDEX step_of_enrolment ON public.tuition_contractstep (institution_id)
 WHERE kind IN ('paid', 'closed', 'reopened');
"""


class Migration(migrations.Migration):
    """Lay the view again."""

    dependencies = [
        ("assessment", "0007_money_on_its_way_and_who_complained"),
        ("tuition", "0010_what_was_agreed_stays"),
    ]
    operations = [
        migrations.RunSQL(BY_STEPS, BY_DAYS),
        migrations.RunSQL(INDEX, "DROP INDEX public.step_of_enrolment"),
    ]
