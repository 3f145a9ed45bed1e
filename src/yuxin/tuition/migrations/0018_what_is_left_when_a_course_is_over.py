"""Where a course is over and money of a contract is left: institutions, no rows.

Why: the clock asks it back for the family and sees nothing before it acts as an institution.
Lock: none. Reversible.
"""

from django.db import migrations

NAME = "tuition_due_rests(date)"
FUNCTION = """
CREATE FUNCTION public.tuition_due_rests(day date)
RETURNS TABLE (institution_id bigint, first_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT c.institution_id, min(c.id)
      FROM public.tuition_contract c
      JOIN public.tuition_course o ON o.id = c.course_id
      JOIN ledger.contract_balance b
        ON b.institution_id = c.institution_id AND b.contract_id = c.id
     WHERE c.state = 'active' AND c.paid_at IS NOT NULL AND o.last_on < day
       AND b.unearned_fen > 0
       AND NOT EXISTS (SELECT 1 FROM public.tuition_lesson l
             WHERE l.contract_id = c.id AND l.state IN ('pending', 'disputed'))
       AND NOT EXISTS (SELECT 1 FROM public.tuition_refundcase r
             WHERE r.contract_id = c.id
               AND (r.state NOT IN ('paid', 'withdrawn') OR r.reason = 'course_over'))
       AND NOT EXISTS (SELECT 1 FROM public.tuition_classsession s
             WHERE s.class_group_id = c.class_group_id AND s.cancelled_at IS NULL
               AND s.called_at IS NULL
               AND s.starts_at >= (day::timestamp AT TIME ZONE 'Asia/Shanghai'))
     GROUP BY c.institution_id ORDER BY 1
$$;
"""
GRANTS = (
    f"REVOKE ALL ON FUNCTION public.{NAME} FROM PUBLIC;"
    f"GRANT EXECUTE ON FUNCTION public.{NAME} TO yuxin_app;"
)


class Migration(migrations.Migration):
    """Tell the clock."""

    dependencies = [("tuition", "0017_units_that_lessons_hold")]
    operations = [
        migrations.RunSQL(FUNCTION + GRANTS, f"DROP FUNCTION public.{NAME}"),
    ]
