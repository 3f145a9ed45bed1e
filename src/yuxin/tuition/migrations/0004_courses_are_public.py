"""Views of courses and classes for the public side: explicit columns, no persons.

Why: families compare before they sign in; what a course costs and whether a place is left is on
    the institution's page.
Lock: none. Reversible.
"""

from django.db import migrations

VIEWS = """
CREATE VIEW portal.course AS
SELECT c.institution_id, c.code, c.name, c.category, c.stage, c.mode, c.site_id,
       c.lesson_minutes, c.unit_price_fen, c.paid_centiunits, c.gift_centiunits, c.total_fen,
       c.first_on, c.last_on, c.refund_before_start_days, c.description
  FROM public.tuition_course c WHERE c.withdrawn_at IS NULL;

CREATE VIEW portal.class AS
SELECT g.institution_id, c.code AS course_code, g.code, g.name, g.capacity,
       g.capacity - g.taken AS places_left,
       (SELECT min(s.starts_at) FROM public.tuition_classsession s
         WHERE s.class_group_id = g.id) AS first_starts_at,
       (SELECT count(*) FROM public.tuition_classsession s
         WHERE s.class_group_id = g.id) AS session_count
  FROM public.tuition_classgroup g JOIN public.tuition_course c ON c.id = g.course_id
 WHERE c.withdrawn_at IS NULL;

GRANT SELECT ON portal.course, portal.class TO yuxin_public, yuxin_app, yuxin_audit;
"""


class Migration(migrations.Migration):
    """Open courses to the public, column by column."""

    dependencies = [("tuition", "0003_whose_work_is_due")]
    operations = [migrations.RunSQL(VIEWS, "DROP VIEW portal.class, portal.course")]
