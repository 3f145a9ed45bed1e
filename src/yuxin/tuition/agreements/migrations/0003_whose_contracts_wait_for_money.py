"""For which institutions signed contracts wait for money: numbers, no rows.

Why: the clock works as one institution at a time and sees nothing before it is one.
Lock: none. Reversible.
"""

from django.db import migrations

FUNCTION = """
CREATE FUNCTION public.agreements_unpaid(signed_by date)
RETURNS TABLE (institution_id bigint, first_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT institution_id, min(id) FROM public.tuition_contract
     WHERE state = 'signed' AND origin = 'own'
       AND (signed_at AT TIME ZONE 'Asia/Shanghai')::date <= signed_by
     GROUP BY institution_id ORDER BY 1
$$;
REVOKE ALL ON FUNCTION public.agreements_unpaid(date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.agreements_unpaid(date) TO yuxin_app;
"""


class Migration(migrations.Migration):
    """Let the clock find its work."""

    dependencies = [("agreements", "0002_who_reads_and_what_stays")]
    operations = [migrations.RunSQL(FUNCTION, "DROP FUNCTION public.agreements_unpaid(date)")]
