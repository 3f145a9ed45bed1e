"""The hold that a closing brings ends with the closing and not before.

Why: as a hold among others it could be lifted, and an institution that had absconded would have
    been paid while its families waited for their money.
Lock: CREATE TRIGGER takes SHARE ROW EXCLUSIVE for an instant. Reversible.
"""

from django.db import migrations

STAYS = """
CREATE FUNCTION public.collapse_holds_stay() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM public.collapse_closing
                WHERE institution_id = NEW.institution_id AND state = 'declared')
    THEN RAISE EXCEPTION 'what_a_closing_holds_stays' USING ERRCODE = '23514';
    END IF;
    RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION public.collapse_holds_stay() FROM PUBLIC;
CREATE TRIGGER what_a_closing_holds_stays BEFORE UPDATE OF lifted_at ON public.outflow_hold
FOR EACH ROW WHEN (NEW.reason = 'CLOSED' AND NEW.lifted_at IS NOT NULL)
EXECUTE FUNCTION public.collapse_holds_stay();
"""

GOES = """
DROP TRIGGER what_a_closing_holds_stays ON public.outflow_hold;
DROP FUNCTION public.collapse_holds_stay();
"""


class Migration(migrations.Migration):
    """One trigger."""

    dependencies = [
        ("collapse", "0002_what_was_decided_and_whose_it_is"),
        ("outflow", "0003_money_of_families_always_goes_back"),
    ]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '3s'", migrations.RunSQL.noop),
        migrations.RunSQL(STAYS, GOES),
    ]
