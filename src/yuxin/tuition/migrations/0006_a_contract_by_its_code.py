"""The number of a contract in the books by its public code.

Why: `./yuxin ledger CONTRACT` reads the books as nobody's institution; it learns the number alone.
Lock: none. Reversible.
"""

from django.db import migrations

FUNCTION = """
CREATE FUNCTION public.tuition_contract_number(wanted text) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT id FROM public.tuition_contract WHERE code = wanted
$$;
REVOKE ALL ON FUNCTION public.tuition_contract_number(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.tuition_contract_number(text) TO yuxin_app;
"""


class Migration(migrations.Migration):
    """Find a contract's number."""

    dependencies = [("tuition", "0005_where_families_pay")]
    operations = [migrations.RunSQL(FUNCTION, "DROP FUNCTION public.tuition_contract_number(text)")]
