"""Whose rows are seen; a day closes and money goes out only where nothing is left unowned.

Why: the rows tell what a single institution took in and paid; the guards hold for whoever writes.
    Refunds go on: what differs at a bank never keeps a family from its money.
Lock: ALTER TABLE takes ACCESS EXCLUSIVE for an instant on new tables; CREATE TRIGGER SHARE ROW
    EXCLUSIVE on instructions. Reversible.
"""

from django.db import migrations

TABLES = ("accountday",)
_MINE = "institution_id = any((select public.my_institutions())::bigint[]) OR institution_id = 0"
SHUT = "".join(
    f"ALTER TABLE public.reconciliation_{table} ENABLE ROW LEVEL SECURITY;"
    f"CREATE POLICY own_rows ON public.reconciliation_{table} TO yuxin_app"
    f" USING ({_MINE}) WITH CHECK ({_MINE});"
    f"CREATE POLICY every_row ON public.reconciliation_{table} FOR SELECT TO yuxin_audit"
    " USING (true);"
    for table in TABLES
)
OPEN = "".join(
    f"DROP POLICY own_rows ON public.reconciliation_{table};"
    f"DROP POLICY every_row ON public.reconciliation_{table};"
    f"ALTER TABLE public.reconciliation_{table} DISABLE ROW LEVEL SECURITY;"
    for table in TABLES
)
# Events come with a file, before anybody acts as the institution that they concern.
EVENTS = f"""
ALTER TABLE public.reconciliation_accountevent ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON public.reconciliation_accountevent FOR SELECT TO yuxin_app
    USING ({_MINE});
CREATE POLICY told ON public.reconciliation_accountevent FOR INSERT TO yuxin_app
    WITH CHECK (true);
CREATE POLICY every_row ON public.reconciliation_accountevent FOR SELECT TO yuxin_audit
    USING (true);
"""
NO_EVENTS = """
DROP POLICY own_rows ON public.reconciliation_accountevent;
DROP POLICY told ON public.reconciliation_accountevent;
DROP POLICY every_row ON public.reconciliation_accountevent;
ALTER TABLE public.reconciliation_accountevent DISABLE ROW LEVEL SECURITY;
"""
GUARDS = """
-- An account whose balance differs, or with a break that nobody owns.
CREATE FUNCTION public.reconciliation_holds(institution bigint, bank text, last4 text)
RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (
        SELECT 1 FROM public.breaks_break b JOIN public.cases_proceeding p ON p.id = b.proceeding_id
         WHERE b.institution_id = institution AND b.bank_code = bank
           AND (b.account_last4 IN (last4, '') OR last4 = '')
           AND p.closed_at IS NULL AND (p.owner_id IS NULL OR b.cause = 'bal_diff'))
$$;
REVOKE ALL ON FUNCTION public.reconciliation_holds(bigint, text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.reconciliation_holds(bigint, text, text) TO yuxin_app;

CREATE FUNCTION public.refuse_release_of_broken_account() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF public.reconciliation_holds(NEW.institution_id, NEW.bank_code, NEW.from_last4) THEN
        RAISE EXCEPTION 'account_is_broken: % waits for reconciliation', NEW.code
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER release_waits_for_reconciliation
    BEFORE UPDATE OF state ON public.tuition_instruction FOR EACH ROW
    WHEN (OLD.state = 'created' AND NEW.state = 'sent'
          AND NEW.kind IN ('release', 'advance'))
    EXECUTE FUNCTION public.refuse_release_of_broken_account();

CREATE FUNCTION public.refuse_closing_with_open_breaks() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM public.breaks_break b JOIN public.cases_proceeding p ON p.id = b.proceeding_id
         WHERE b.institution_id = NEW.institution_id AND b.bank_code = NEW.bank_code
           AND b.account_day = NEW.account_day AND b.account_last4 IN (NEW.account_last4, '')
           AND p.closed_at IS NULL AND p.owner_id IS NULL) THEN
        RAISE EXCEPTION 'day_has_open_breaks: % %', NEW.account_last4, NEW.account_day
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER day_closes_without_open_breaks
    BEFORE INSERT OR UPDATE ON public.reconciliation_accountday FOR EACH ROW
    WHEN (NEW.closed_at IS NOT NULL)
    EXECUTE FUNCTION public.refuse_closing_with_open_breaks();

REVOKE UPDATE ON public.reconciliation_accountevent FROM yuxin_app;

-- Orders of a broken account are no work for the clock until it is mended.
CREATE OR REPLACE FUNCTION public.tuition_orders_to_send(day date)
RETURNS TABLE (bank_code text, institution_id bigint, first_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT i.bank_code::text, i.institution_id, min(i.id) FROM public.tuition_instruction i
     WHERE i.state = 'created' AND i.value_on <= day
       AND NOT (i.kind IN ('release', 'advance')
                AND (public.outflow_is_held(i.institution_id)
                     OR public.reconciliation_holds(
                         i.institution_id, i.bank_code, i.from_last4)))
     GROUP BY 1, 2 ORDER BY 1, 2
$$;
"""
UNGUARD = """
CREATE OR REPLACE FUNCTION public.tuition_orders_to_send(day date)
RETURNS TABLE (bank_code text, institution_id bigint, first_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT i.bank_code::text, i.institution_id, min(i.id) FROM public.tuition_instruction i
     WHERE i.state = 'created' AND i.value_on <= day
       AND NOT (i.kind IN ('release', 'advance')
                AND public.outflow_is_held(i.institution_id))
     GROUP BY 1, 2 ORDER BY 1, 2
$$;
GRANT UPDATE ON public.reconciliation_accountevent TO yuxin_app;
DROP TRIGGER day_closes_without_open_breaks ON public.reconciliation_accountday;
DROP TRIGGER release_waits_for_reconciliation ON public.tuition_instruction;
DROP FUNCTION public.refuse_closing_with_open_breaks(),
    public.refuse_release_of_broken_account(),
    public.reconciliation_holds(bigint, text, text);
"""


class Migration(migrations.Migration):
    """Shut the rows, guard the close and the outflow."""

    dependencies = [
        ("reconciliation", "0002_what_the_bank_says_beside_the_books"),
        ("access", "0001_recorded_now"),
        ("outflow", "0003_money_of_families_always_goes_back"),
    ]
    operations = [
        migrations.RunSQL(SHUT + EVENTS, NO_EVENTS + OPEN),
        migrations.RunSQL(GUARDS, UNGUARD),
    ]
