"""What is short is asked for once: of a deposit or of one insurer, never of both.

Why: a claim that waited for its insurer's answer was not counted, so a second certificate, or a
    deposit, could pay the same shortfall again.
Lock: CREATE TRIGGER takes SHARE ROW EXCLUSIVE for an instant. Reversible.
"""

from django.db import migrations

GUARD = """
CREATE FUNCTION public.insurance_within_shortfall(of_contract bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM public.collapse_claim m
          JOIN public.collapse_closing c ON c.id = m.closing_id AND c.state = 'declared'
         WHERE m.contract_id = of_contract AND m.shortfall_fen < m.deposit_fen + m.insurance_fen + (
               SELECT coalesce(sum(k.amount_fen), 0) FROM public.insurance_coverclaim k
                 JOIN public.insurance_certificate t ON t.id = k.certificate_id
                WHERE t.contract_id = of_contract AND k.state = 'filed'))
    THEN RAISE EXCEPTION 'nothing_short_is_covered_twice' USING ERRCODE = '23514';
    END IF;
END $$;
REVOKE ALL ON FUNCTION public.insurance_within_shortfall(bigint) FROM PUBLIC;

CREATE FUNCTION public.insurance_asked_within_shortfall() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM public.insurance_within_shortfall(t.contract_id)
       FROM public.insurance_certificate t WHERE t.id = NEW.certificate_id;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION public.insurance_asked_within_shortfall() FROM PUBLIC;

CREATE FUNCTION public.insurance_deposit_within_shortfall() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM public.insurance_within_shortfall(NEW.contract_id);
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION public.insurance_deposit_within_shortfall() FROM PUBLIC;

CREATE TRIGGER nothing_short_is_covered_twice AFTER INSERT ON public.insurance_coverclaim
FOR EACH ROW WHEN (NEW.state = 'filed')
EXECUTE FUNCTION public.insurance_asked_within_shortfall();
CREATE TRIGGER nothing_short_is_covered_twice AFTER UPDATE OF deposit_fen ON public.collapse_claim
FOR EACH ROW WHEN (NEW.deposit_fen > OLD.deposit_fen)
EXECUTE FUNCTION public.insurance_deposit_within_shortfall();
"""

UNDO = """
DROP TRIGGER nothing_short_is_covered_twice ON public.collapse_claim;
DROP TRIGGER nothing_short_is_covered_twice ON public.insurance_coverclaim;
DROP FUNCTION public.insurance_deposit_within_shortfall();
DROP FUNCTION public.insurance_asked_within_shortfall();
DROP FUNCTION public.insurance_within_shortfall(bigint);
"""


class Migration(migrations.Migration):
    """Two triggers over one question."""

    dependencies = [
        ("insurance", "0004_whose_cover_it_is"),
        ("collapse", "0002_what_was_decided_and_whose_it_is"),
    ]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '3s'", migrations.RunSQL.noop),
        migrations.RunSQL(GUARD, UNDO),
    ]
