"""No order to a bank but a refund is made or sent while the institution's outflow is held.

Why: a bureau's order, or the collapse of an institution, stops money at once, whatever else runs.
    Making an order and putting a hold in force wait for each other (advisory lock), so none
    slips between. Orders of held institutions are not offered for sending, so that others are.
Lock: CREATE TRIGGER takes SHARE ROW EXCLUSIVE for an instant. Reversible.
"""

from django.db import migrations

GUARD = """
CREATE FUNCTION public.outflow_is_held(wanted bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM public.outflow_hold h
                    WHERE h.institution_id = wanted AND h.approved_at IS NOT NULL
                      AND h.lifted_at IS NULL)
$$;
REVOKE ALL ON FUNCTION public.outflow_is_held(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.outflow_is_held(bigint) TO yuxin_app;

CREATE FUNCTION public.refuse_held_outflow() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(5850696, (NEW.institution_id & 2147483647)::integer);
    IF public.outflow_is_held(NEW.institution_id) THEN
        RAISE EXCEPTION 'outflow_is_held' USING ERRCODE = '23514';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER outflow_is_held_made BEFORE INSERT ON public.tuition_instruction
FOR EACH ROW WHEN (NEW.kind <> 'refund') EXECUTE FUNCTION public.refuse_held_outflow();
CREATE TRIGGER outflow_is_held_sent BEFORE UPDATE OF state ON public.tuition_instruction
FOR EACH ROW WHEN (NEW.kind <> 'refund' AND NEW.state = 'sent' AND OLD.state <> 'sent')
EXECUTE FUNCTION public.refuse_held_outflow();

-- A hold stays as it was ordered; approval and lifting are added once.
CREATE FUNCTION public.hold_only_grows() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF (NEW.code, NEW.institution_id, NEW.reason, NEW.document_number, NEW.words,
        NEW.alert_code, NEW.proposed_by, NEW.proposed_at)
       IS DISTINCT FROM
       (OLD.code, OLD.institution_id, OLD.reason, OLD.document_number, OLD.words,
        OLD.alert_code, OLD.proposed_by, OLD.proposed_at)
       OR (OLD.approved_at IS NOT NULL AND NEW.approved_at IS DISTINCT FROM OLD.approved_at)
       OR OLD.lifted_at IS NOT NULL THEN
        RAISE EXCEPTION 'hold_only_grows' USING ERRCODE = '23514';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER hold_only_grows BEFORE UPDATE ON public.outflow_hold
FOR EACH ROW EXECUTE FUNCTION public.hold_only_grows();
REVOKE UPDATE ON public.outflow_largeuse FROM yuxin_app;

CREATE OR REPLACE FUNCTION public.tuition_orders_to_send(day date)
RETURNS TABLE (bank_code text, institution_id bigint, first_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT i.bank_code::text, i.institution_id, min(i.id) FROM public.tuition_instruction i
     WHERE i.state = 'created' AND i.value_on <= day
       AND (i.kind = 'refund' OR NOT public.outflow_is_held(i.institution_id))
     GROUP BY 1, 2 ORDER BY 1, 2
$$;
"""
UNDO = """
CREATE OR REPLACE FUNCTION public.tuition_orders_to_send(day date)
RETURNS TABLE (bank_code text, institution_id bigint, first_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT bank_code::text, institution_id, min(id) FROM public.tuition_instruction
     WHERE state = 'created' AND value_on <= day GROUP BY 1, 2 ORDER BY 1, 2
$$;
DROP TRIGGER hold_only_grows ON public.outflow_hold;
DROP FUNCTION public.hold_only_grows();
DROP TRIGGER outflow_is_held_sent ON public.tuition_instruction;
DROP TRIGGER outflow_is_held_made ON public.tuition_instruction;
DROP FUNCTION public.refuse_held_outflow();
DROP FUNCTION public.outflow_is_held(bigint);
"""


class Migration(migrations.Migration):
    """Guard orders to banks."""

    dependencies = [
        ("outflow", "0001_holds_and_notices"),
        ("tuition", "0010_what_was_agreed_stays"),
    ]
    operations = [migrations.RunSQL(GUARD, UNDO)]
