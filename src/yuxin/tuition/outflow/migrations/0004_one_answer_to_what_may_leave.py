"""One function says whether an order to the institution may leave; everybody asks it.

Why: the rule stood four times, in two triggers, in the clock's list of work and in the code that
    picks the orders to send, each with its own copy of the conditions. Now `outflow_stopped` says
    it, of any institution, whatever rows the asker may read.
Lock: DROP and CREATE TRIGGER take ACCESS EXCLUSIVE on instructions for an instant. Reversible.
"""

from django.db import migrations

ONE = """
-- Why an order may not leave now: outflow_is_held, account_is_broken, or '' when it may. What goes
-- back to families always may.
CREATE FUNCTION public.outflow_stopped(what text, institution bigint, bank text, last4 text)
RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE
        WHEN what NOT IN ('release', 'advance') THEN ''
        WHEN public.outflow_is_held(institution) THEN 'outflow_is_held'
        WHEN public.reconciliation_holds(institution, bank, last4) THEN 'account_is_broken'
        ELSE '' END
$$;
REVOKE ALL ON FUNCTION public.outflow_stopped(text, bigint, text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.outflow_stopped(text, bigint, text, text) TO yuxin_app;

DROP TRIGGER outflow_is_held_sent ON public.tuition_instruction;
DROP TRIGGER release_waits_for_reconciliation ON public.tuition_instruction;
DROP FUNCTION public.refuse_release_of_broken_account();
CREATE FUNCTION public.refuse_stopped_order() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    why text;
BEGIN
    PERFORM pg_advisory_xact_lock_shared(5850696, (NEW.institution_id & 2147483647)::integer);
    why := public.outflow_stopped(NEW.kind, NEW.institution_id, NEW.bank_code, NEW.from_last4);
    IF why <> '' THEN
        RAISE EXCEPTION '%: %', why, NEW.code USING ERRCODE = '23514';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER stopped_orders_stay BEFORE UPDATE OF state ON public.tuition_instruction
FOR EACH ROW WHEN (NEW.state = 'sent' AND OLD.state <> 'sent')
EXECUTE FUNCTION public.refuse_stopped_order();

CREATE OR REPLACE FUNCTION public.tuition_orders_to_send(day date)
RETURNS TABLE (bank_code text, institution_id bigint, first_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT i.bank_code::text, i.institution_id, min(i.id) FROM public.tuition_instruction i
     WHERE i.state = 'created' AND i.value_on <= day
       AND public.outflow_stopped(i.kind, i.institution_id, i.bank_code, i.from_last4) = ''
     GROUP BY 1, 2 ORDER BY 1, 2
$$;
"""
FOUR = """
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
DROP TRIGGER stopped_orders_stay ON public.tuition_instruction;
DROP FUNCTION public.refuse_stopped_order();
CREATE TRIGGER outflow_is_held_sent BEFORE UPDATE OF state ON public.tuition_instruction
FOR EACH ROW WHEN (NEW.kind IN ('release', 'advance') AND NEW.state = 'sent'
                   AND OLD.state <> 'sent')
EXECUTE FUNCTION public.refuse_held_outflow();
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
DROP FUNCTION public.outflow_stopped(text, bigint, text, text);
"""


class Migration(migrations.Migration):
    """Say it once."""

    dependencies = [
        ("outflow", "0003_money_of_families_always_goes_back"),
        ("reconciliation", "0003_a_broken_account_pays_nothing_out"),
    ]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '3s'", migrations.RunSQL.noop),
        migrations.RunSQL(ONE, FOUR),
    ]
