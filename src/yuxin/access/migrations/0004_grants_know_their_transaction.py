"""A grant keeps the number of the transaction that wrote it.

Why: the entry of an act is written in the act's own transaction, so a grant that came in beside
    every act shows: its transaction wrote no entry. Whoever inserts has no say in the number.
Lock: ACCESS EXCLUSIVE on access_grant while its rows are written anew. Reversible.
"""

from django.db import migrations

ADD = """
ALTER TABLE public.access_grant ADD COLUMN tx xid8 NOT NULL DEFAULT pg_current_xact_id();
CREATE FUNCTION public.access_grant_in_this_transaction() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    NEW.tx := pg_current_xact_id();
    RETURN NEW;
END $$;
CREATE TRIGGER grant_knows_its_transaction BEFORE INSERT ON public.access_grant
    FOR EACH ROW EXECUTE FUNCTION public.access_grant_in_this_transaction();
"""
REMOVE = """
DROP TRIGGER grant_knows_its_transaction ON public.access_grant;
DROP FUNCTION public.access_grant_in_this_transaction();
ALTER TABLE public.access_grant DROP COLUMN tx;
"""


class Migration(migrations.Migration):
    """The transaction of each grant."""

    dependencies = [("access", "0003_what_the_application_may_not_do")]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '3s'", migrations.RunSQL.noop),
        migrations.RunSQL(ADD, REMOVE),
    ]
