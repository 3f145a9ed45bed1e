"""Judgements and public colours stay as they were, and an older one never follows a newer.

Why: a past judgement must be found as it was made, and recomputed; two workers at once must not
    let the result that knew less stand last.
Lock: CREATE TRIGGER takes SHARE ROW EXCLUSIVE for an instant on new tables. Reversible.
"""

from django.db import migrations

REFUSE = """
REVOKE UPDATE ON assessment_judgement, assessment_publiccolour FROM yuxin_app;

CREATE FUNCTION public.judgements_stay() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'judgements_are_only_added_to' USING
        ERRCODE = '42501', DETAIL = TG_OP || ' on ' || TG_TABLE_NAME,
        HINT = 'Judge again; the new judgement follows the old one.';
END $$;
CREATE TRIGGER judgement_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON assessment_judgement
    FOR EACH STATEMENT EXECUTE FUNCTION public.judgements_stay();
CREATE TRIGGER public_colour_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON assessment_publiccolour
    FOR EACH STATEMENT EXECUTE FUNCTION public.judgements_stay();

CREATE FUNCTION public.judgement_is_newest() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM public.assessment_judgement j
                WHERE j.institution_id = NEW.institution_id
                  AND (j.known_at >= NEW.known_at OR j.valid_on > NEW.valid_on)) THEN
        RAISE EXCEPTION 'judgement_is_older' USING ERRCODE = 'YJ001',
            DETAIL = NEW.institution_id::text;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER judgement_is_newest BEFORE INSERT ON assessment_judgement
    FOR EACH ROW EXECUTE FUNCTION public.judgement_is_newest();
"""
ALLOW = """
DROP TRIGGER judgement_is_newest ON assessment_judgement;
DROP FUNCTION public.judgement_is_newest();
DROP TRIGGER public_colour_stays ON assessment_publiccolour;
DROP TRIGGER judgement_stays ON assessment_judgement;
DROP FUNCTION public.judgements_stay();
GRANT UPDATE ON assessment_judgement, assessment_publiccolour TO yuxin_app;
"""


class Migration(migrations.Migration):
    """Append-only by privilege and by trigger."""

    dependencies = [
        ("assessment", "0003_judgements_and_what_people_decide"),
        ("access", "0001_recorded_now"),
    ]
    operations = [migrations.RunSQL(REFUSE, ALLOW)]
