"""The clock of the books, and whose rows a transaction may see.

Why: what was recorded when is told by the database's clock; only the history of a demo may be
    written with another. Policies of row-level security compare ids with these arrays.
Lock: none. Reversible.
"""

from django.db import migrations

FUNCTIONS = """
CREATE FUNCTION public.recorded_now() RETURNS timestamptz
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    wished text := current_setting('yuxin.recorded_at', true);
BEGIN
    IF wished IS NULL OR wished = '' THEN RETURN clock_timestamp(); END IF;
    IF EXISTS (SELECT 1 FROM public.access_installation WHERE mode = 'demo') THEN
        RETURN wished::timestamptz;
    END IF;
    RAISE EXCEPTION 'recorded_at_is_not_yours' USING ERRCODE = '42501';
END $$;

CREATE FUNCTION public.my_institutions() RETURNS bigint[]
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT coalesce(nullif(current_setting('yuxin.institutions', true), ''), '{}')::bigint[]
$$;
CREATE FUNCTION public.my_persons() RETURNS bigint[]
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT coalesce(nullif(current_setting('yuxin.persons', true), ''), '{}')::bigint[]
$$;
CREATE FUNCTION public.my_account() RETURNS bigint
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT coalesce(nullif(current_setting('yuxin.account', true), ''), '0')::bigint
$$;
CREATE SCHEMA portal;
GRANT USAGE ON SCHEMA portal TO yuxin_app, yuxin_public, yuxin_audit;
GRANT USAGE ON SCHEMA public TO yuxin_app, yuxin_audit, yuxin_sequencer;
-- Ordinary tables may be read, added to and changed; deleting is granted table by table.
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE ON TABLES TO yuxin_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE ON SEQUENCES TO yuxin_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO yuxin_audit;
ALTER DEFAULT PRIVILEGES IN SCHEMA portal GRANT SELECT ON TABLES TO yuxin_public, yuxin_audit;
"""

UNDO = """
ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON TABLES FROM yuxin_app, yuxin_audit;
ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON SEQUENCES FROM yuxin_app;
DROP SCHEMA portal CASCADE;
DROP FUNCTION public.my_account(), public.my_persons(), public.my_institutions(),
    public.recorded_now();
"""


class Migration(migrations.Migration):
    """Functions that every later table may lean on."""

    operations = [migrations.RunSQL(FUNCTIONS, UNDO)]
