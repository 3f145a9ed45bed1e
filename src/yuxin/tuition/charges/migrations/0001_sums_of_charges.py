"""What charges come to together: numbers, no rows.

Why: an institution's splitting shows in what its learners signed at others under one controller,
    and nobody reads another's contracts. The function adds up as the owner and answers for
    institutions of the reader alone.
Lock: none. Reversible.
"""

from django.db import migrations

FUNCTION = """
CREATE FUNCTION public.charges_sums(wanted bigint[])
RETURNS TABLE (circle text, contract_id bigint, contracts bigint, centiunits bigint,
               total_fen bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH mine AS (
        SELECT i.id FROM unnest(wanted) AS i(id)
         WHERE i.id = any(public.my_institutions())
    ), of_brand AS (
        SELECT DISTINCT v.subject_id, 'c' || v.controller_id AS behind
          FROM public.registry_controllervalue v
         WHERE NOT v.ended AND NOT EXISTS (
               SELECT 1 FROM public.registry_controllervalue w
                WHERE w.subject_id = v.subject_id AND w.controller_id = v.controller_id
                  AND w.role = v.role AND w.valid_from <= CURRENT_DATE
                  AND (w.valid_from, w.recorded_at) > (v.valid_from, v.recorded_at))
        UNION
        SELECT DISTINCT v.subject_id, 'b' || v.brand_id FROM public.registry_brandusevalue v
         WHERE NOT v.ended AND NOT EXISTS (
               SELECT 1 FROM public.registry_brandusevalue w
                WHERE w.subject_id = v.subject_id AND w.brand_id = v.brand_id
                  AND w.valid_from <= CURRENT_DATE
                  AND (w.valid_from, w.recorded_at) > (v.valid_from, v.recorded_at))
    ), together AS (
        SELECT DISTINCT a.subject_id, b.subject_id AS other
          FROM of_brand a JOIN of_brand b USING (behind) JOIN mine ON mine.id = a.subject_id
         WHERE a.subject_id <> b.subject_id
    ), charge AS (
        SELECT c.id, c.institution_id, c.learner_id, c.guardian_id, c.total_centiunits AS units,
               c.total_fen AS fen, c.signed_at, k.category,
               coalesce((c.terms #>> '{service,from}')::date, k.first_on) AS first_on,
               least(coalesce((c.terms #>> '{service,to}')::date, k.last_on),
                     (c.closed_at AT TIME ZONE 'Asia/Shanghai')::date) AS last_on
          FROM public.tuition_contract c JOIN public.tuition_course k ON k.id = c.course_id
         WHERE c.signed_at IS NOT NULL AND c.state <> 'cancelled'
           AND (c.institution_id IN (SELECT id FROM mine)
                OR c.institution_id IN (SELECT other FROM together))
    ), pair AS (
        SELECT a.id, a.institution_id, a.learner_id, a.category, a.guardian_id, a.units, a.fen,
               b.institution_id AS other, b.learner_id AS other_learner,
               b.category AS other_category, b.units AS other_units, b.fen AS other_fen
          FROM charge a JOIN mine ON mine.id = a.institution_id
          JOIN charge b ON b.guardian_id = a.guardian_id AND b.id <> a.id
           AND (b.signed_at, b.id) < (a.signed_at, a.id)
           AND b.first_on <= a.last_on AND b.last_on >= a.first_on
    )
    SELECT 'chain', id, 1 + count(*), units + sum(other_units), fen + sum(other_fen)
      FROM pair WHERE other = institution_id AND other_learner = learner_id
       AND other_category = category GROUP BY id, units, fen
    UNION ALL
    SELECT 'household', id, 1 + count(*), units + sum(other_units), fen + sum(other_fen)
      FROM pair WHERE other = institution_id GROUP BY id, units, fen
    UNION ALL
    SELECT 'controller', id, 1 + count(*), units + sum(other_units), fen + sum(other_fen)
      FROM pair WHERE other_learner = learner_id AND (other = institution_id OR EXISTS (
           SELECT 1 FROM together t
            WHERE t.subject_id = pair.institution_id AND t.other = pair.other))
     GROUP BY id, units, fen HAVING bool_or(other <> institution_id)
$$;
REVOKE ALL ON FUNCTION public.charges_sums(bigint[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.charges_sums(bigint[]) TO yuxin_app;
"""


class Migration(migrations.Migration):
    """Let sums be seen."""

    dependencies = [
        ("tuition", "0002_rows_of_ones_own"),
        ("registry", "0001_tables_of_the_registry"),
        ("access", "0002_tables_of_access"),
    ]
    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION public.charges_sums(bigint[])"),
    ]
