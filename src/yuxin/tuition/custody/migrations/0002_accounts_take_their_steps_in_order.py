"""An account takes its steps in order; steps and agreements are only added to.

Why: nobody may say of an account that money can be paid into it before the bureau filed it and
    verified it, whoever writes.
Lock: CREATE TRIGGER takes SHARE ROW EXCLUSIVE for an instant on new tables. Reversible.
"""

from django.db import migrations

TABLES = ("custodyaccount", "accountstep", "agreement")
_MINE = "institution_id = any((select public.my_institutions())::bigint[])"
SHUT = "".join(
    f"ALTER TABLE public.custody_{table} ENABLE ROW LEVEL SECURITY;"
    f"CREATE POLICY own_rows ON public.custody_{table} TO yuxin_app"
    f" USING ({_MINE}) WITH CHECK ({_MINE});"
    f"CREATE POLICY every_row ON public.custody_{table} FOR SELECT TO yuxin_audit USING (true);"
    for table in TABLES
)
OPEN = "".join(
    f"DROP POLICY own_rows ON public.custody_{table};"
    f"DROP POLICY every_row ON public.custody_{table};"
    f"ALTER TABLE public.custody_{table} DISABLE ROW LEVEL SECURITY;"
    for table in TABLES
)
GUARD = """
CREATE FUNCTION public.refuse_steps_out_of_order() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF OLD.state <> NEW.state AND OLD.state || '>' || NEW.state <> ALL (ARRAY[
        'OPENED>FILED', 'FILED>VERIFIED', 'VERIFIED>PAYMENT_ENABLED',
        'OPENED>WITHDRAWN', 'FILED>WITHDRAWN', 'VERIFIED>WITHDRAWN', 'PAYMENT_ENABLED>WITHDRAWN',
        'OPENED>RUNNING_OFF', 'FILED>RUNNING_OFF', 'VERIFIED>RUNNING_OFF',
        'PAYMENT_ENABLED>RUNNING_OFF', 'RUNNING_OFF>CLOSED']) THEN
        RAISE EXCEPTION 'account_out_of_step: % to %', OLD.state, NEW.state
            USING ERRCODE = 'check_violation';
    END IF;
    IF (OLD.code, OLD.institution_id, OLD.bank_code, OLD.number_index, OLD.number_last4)
       IS DISTINCT FROM
       (NEW.code, NEW.institution_id, NEW.bank_code, NEW.number_index, NEW.number_last4) THEN
        RAISE EXCEPTION 'account_stays_what_it_is: %', OLD.code USING ERRCODE = '42501';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER account_takes_its_steps BEFORE UPDATE ON public.custody_custodyaccount
    FOR EACH ROW EXECUTE FUNCTION public.refuse_steps_out_of_order();
REVOKE UPDATE ON public.custody_accountstep, public.custody_agreement FROM yuxin_app;
"""
UNGUARD = """
GRANT UPDATE ON public.custody_accountstep, public.custody_agreement TO yuxin_app;
DROP TRIGGER account_takes_its_steps ON public.custody_custodyaccount;
DROP FUNCTION public.refuse_steps_out_of_order();
"""


class Migration(migrations.Migration):
    """Shut the rows, keep the order."""

    dependencies = [("custody", "0001_accounts_steps_agreements"), ("access", "0001_recorded_now")]
    operations = [migrations.RunSQL(SHUT, OPEN), migrations.RunSQL(GUARD, UNGUARD)]
