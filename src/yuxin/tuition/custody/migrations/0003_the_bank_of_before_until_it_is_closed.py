"""The bank that kept an institution before reaches it until its account there is closed.

Why: what lies on the old account is paid out by the old bank; its officer must find the orders,
    the breaks and the days of that account. The registry shows the account in use alone.
Lock: none. Reversible.
"""

from django.db import migrations

KEPT = """
CREATE FUNCTION public.kept_until_closed(bank text) RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT institution_id FROM public.custody_custodyaccount
     WHERE bank_code = bank AND bank <> '' AND state = 'RUNNING_OFF'
$$;
REVOKE ALL ON FUNCTION public.kept_until_closed(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.kept_until_closed(text) TO yuxin_app;
"""


class Migration(migrations.Migration):
    """Tell whose old account a bank still keeps."""

    dependencies = [("custody", "0002_accounts_take_their_steps_in_order")]
    operations = [
        migrations.RunSQL(KEPT, "DROP FUNCTION public.kept_until_closed(text)"),
    ]
