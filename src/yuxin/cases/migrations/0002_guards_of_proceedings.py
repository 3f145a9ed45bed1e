"""Whose rows they are, that what is over stays over, and that every change leaves its step.

Why: a timeline with a hole proves nothing. A proceeding changes by one step at a time; the step
    must be there when the transaction ends, and it is never changed afterwards.
Lock: ALTER TABLE takes ACCESS EXCLUSIVE for an instant on empty tables. Reversible.
"""

from django.db import migrations

RULE = (
    "institution_id = any((select public.my_institutions())::bigint[])"
    " OR guardian_id = any((select public.my_persons())::bigint[])"
    " OR institution_id = 0"
)
TABLES = ("cases_proceeding", "cases_proceedingstep")


def _shut(table: str) -> str:
    return (
        f"ALTER TABLE public.{table} ENABLE ROW LEVEL SECURITY;"
        f"CREATE POLICY own_rows ON public.{table} TO yuxin_app"
        f" USING ({RULE}) WITH CHECK ({RULE});"
        f"CREATE POLICY every_row ON public.{table} FOR SELECT TO yuxin_audit USING (true);"
    )


SHUT = "".join(map(_shut, TABLES))
OPEN = "".join(
    f"DROP POLICY own_rows ON public.{table};"
    f"DROP POLICY every_row ON public.{table};"
    f"ALTER TABLE public.{table} DISABLE ROW LEVEL SECURITY;"
    f"GRANT UPDATE ON public.{table} TO yuxin_app;"
    for table in TABLES
)
GUARDS = """
REVOKE UPDATE ON public.cases_proceeding, public.cases_proceedingstep FROM yuxin_app;
GRANT UPDATE (state, owner_id, amount_fen, since_on, days, counts, due_on, provisional, extended,
              step_count, closed_at) ON public.cases_proceeding TO yuxin_app;

CREATE FUNCTION public.cases_one_step_at_a_time() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP <> 'UPDATE' THEN
        RAISE EXCEPTION 'proceedings_are_never_deleted' USING ERRCODE = '23514';
    END IF;
    IF OLD.closed_at IS NOT NULL THEN
        RAISE EXCEPTION 'proceeding_is_over' USING ERRCODE = '23514';
    END IF;
    IF NEW.step_count <> OLD.step_count + 1 THEN
        RAISE EXCEPTION 'proceeding_changes_step_by_step' USING ERRCODE = '23514';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER one_step_at_a_time BEFORE UPDATE OR DELETE ON public.cases_proceeding
    FOR EACH ROW EXECUTE FUNCTION public.cases_one_step_at_a_time();

CREATE FUNCTION public.cases_step_is_there() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM public.cases_proceedingstep s
         WHERE s.proceeding_id = NEW.id AND s.sequence = NEW.step_count
           AND s.to_state = NEW.state AND s.entry_id <> '') THEN
        RAISE EXCEPTION 'proceeding_without_its_step' USING ERRCODE = '23514';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER step_is_there AFTER INSERT OR UPDATE ON public.cases_proceeding
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.cases_step_is_there();

CREATE FUNCTION public.cases_step_follows() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    before text;
BEGIN
    IF TG_OP <> 'INSERT' THEN
        RAISE EXCEPTION 'steps_are_only_added_to' USING ERRCODE = '23514';
    END IF;
    SELECT s.to_state INTO before FROM public.cases_proceedingstep s
     WHERE s.proceeding_id = NEW.proceeding_id AND s.sequence = NEW.sequence - 1;
    IF coalesce(before, '') <> NEW.from_state OR (before IS NULL) <> (NEW.sequence = 1) THEN
        RAISE EXCEPTION 'step_does_not_follow' USING ERRCODE = '23514';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER step_follows BEFORE INSERT OR UPDATE OR DELETE ON public.cases_proceedingstep
    FOR EACH ROW EXECUTE FUNCTION public.cases_step_follows();
CREATE FUNCTION public.cases_never_emptied() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'proceedings_are_never_deleted' USING ERRCODE = '23514';
END $$;
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON public.cases_proceeding
    EXECUTE FUNCTION public.cases_never_emptied();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON public.cases_proceedingstep
    EXECUTE FUNCTION public.cases_never_emptied();

-- Institutions with proceedings past their day in one of the states named (`kind.state`).
CREATE FUNCTION public.cases_due(day date, states text[])
RETURNS TABLE (institution_id bigint, first_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT p.institution_id, min(p.id) FROM public.cases_proceeding p
     WHERE p.closed_at IS NULL AND p.due_on < day
       AND (p.kind || '.' || p.state) = any(states)
     GROUP BY p.institution_id ORDER BY 1
$$;
REVOKE ALL ON FUNCTION public.cases_due(date, text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.cases_due(date, text[]) TO yuxin_app;
"""
UNGUARD = """
DROP FUNCTION public.cases_due(date, text[]);
DROP TRIGGER never_emptied ON public.cases_proceedingstep;
DROP TRIGGER never_emptied ON public.cases_proceeding;
DROP FUNCTION public.cases_never_emptied();
DROP TRIGGER step_follows ON public.cases_proceedingstep;
DROP FUNCTION public.cases_step_follows();
DROP TRIGGER step_is_there ON public.cases_proceeding;
DROP FUNCTION public.cases_step_is_there();
DROP TRIGGER one_step_at_a_time ON public.cases_proceeding;
DROP FUNCTION public.cases_one_step_at_a_time();
"""


class Migration(migrations.Migration):
    """Shut the tables and guard their history."""

    dependencies = [("cases", "0001_tables_of_proceedings"), ("access", "0001_recorded_now")]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '3s'", migrations.RunSQL.noop),
        migrations.RunSQL(SHUT + GUARDS, UNGUARD + OPEN),
    ]
