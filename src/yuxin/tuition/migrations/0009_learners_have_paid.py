"""A contract counts as a learner from its payment on, not from its signature.

Why: a signed contract that nobody pays is no learner; counting it would move the institution's
    measures by a click.
Lock: ACCESS EXCLUSIVE on the view for an instant. Not reversible: the view of before was wrong.
"""

from django.db import migrations

VIEW = """
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


class Migration(migrations.Migration):
    """Lay the view of enrolments again."""

    dependencies = [
        ("tuition", "0008_serials_of_each_bank"),
        ("assessment", "0005_facts_and_the_public_colour"),
    ]
    operations = [migrations.RunSQL(VIEW, migrations.RunSQL.noop)]
