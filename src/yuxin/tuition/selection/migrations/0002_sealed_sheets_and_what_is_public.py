"""Sheets stay sealed, weights add up to 100, and what the public reads of a selection.

Why: nobody's points may be known to another scorer before all are in or the day is over, whoever
    reads; a sheet handed in stays. The views show the call, and of the banks only a result.
Lock: new tables only. Reversible.
"""

from django.db import migrations

GUARD = """
ALTER TABLE public.selection_points ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_sheet ON public.selection_points TO yuxin_app
    USING (account_id = (SELECT public.my_account()) OR opened)
    WITH CHECK (account_id = (SELECT public.my_account()) AND NOT opened);
CREATE POLICY every_row ON public.selection_points FOR SELECT TO yuxin_audit USING (true);
REVOKE UPDATE, DELETE ON public.selection_points, public.selection_criterion FROM yuxin_app;

CREATE FUNCTION public.selection_open_sheets(wanted bigint, today date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM public.selection_seat s JOIN public.selection_selection c
                   ON c.id = s.selection_id
                WHERE c.id = wanted AND s.handed_in_at IS NULL
                  AND (c.scoring_until IS NULL OR c.scoring_until >= today)) THEN
        RAISE EXCEPTION 'sheets_sealed' USING ERRCODE = '23514';
    END IF;
    UPDATE public.selection_points SET opened = true WHERE selection_id = wanted;
END
$$;
REVOKE ALL ON FUNCTION public.selection_open_sheets(bigint, date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.selection_open_sheets(bigint, date) TO yuxin_app;

CREATE FUNCTION public.selection_weights_whole() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF (SELECT sum(weight) FROM public.selection_criterion
         WHERE selection_id = NEW.selection_id) <> 100 THEN
        RAISE EXCEPTION 'selection_weights_whole' USING ERRCODE = '23514';
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER selection_weights_whole AFTER INSERT OR UPDATE
ON public.selection_criterion DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION public.selection_weights_whole();
"""
UNGUARD = """
DROP TRIGGER selection_weights_whole ON public.selection_criterion;
DROP FUNCTION public.selection_weights_whole();
DROP FUNCTION public.selection_open_sheets(bigint, date);
GRANT UPDATE ON public.selection_points, public.selection_criterion TO yuxin_app;
DROP POLICY every_row ON public.selection_points;
DROP POLICY own_sheet ON public.selection_points;
ALTER TABLE public.selection_points DISABLE ROW LEVEL SECURITY;
"""
PUBLIC = """
CREATE VIEW portal.bank_selection AS
SELECT s.code, s.title, s.documents, s.called_on, s.closing_on, s.places, s.term_months, p.state,
       s.noticed_on, s.notice_words,
       CASE WHEN p.state = 'noticed' AND NOT p.provisional THEN p.due_on END AS objections_until,
       s.serves_from, s.serves_until,
       ARRAY(SELECT c.title::text FROM public.selection_criterion c
              WHERE c.selection_id = s.id ORDER BY c.ordinal) AS criteria,
       ARRAY(SELECT c.weight::integer FROM public.selection_criterion c
              WHERE c.selection_id = s.id ORDER BY c.ordinal) AS weights
  FROM public.selection_selection s JOIN public.cases_proceeding p ON p.id = s.proceeding_id;
CREATE VIEW portal.bank_selected AS
SELECT s.code, a.bank_name, a.rank, a.total / s.sheet_count AS score_hundredths, a.chosen,
       a.drawn, a.tied, a.decided_by, a.left_on
  FROM public.selection_application a
  JOIN public.selection_selection s ON s.id = a.selection_id
  JOIN public.cases_proceeding p ON p.id = s.proceeding_id
 WHERE p.state IN ('noticed', 'objected', 'answered', 'serving', 'ended');
GRANT SELECT ON portal.bank_selection, portal.bank_selected
   TO yuxin_public, yuxin_app, yuxin_audit;
"""


class Migration(migrations.Migration):
    """Seal sheets, weigh whole, publish."""

    dependencies = [("selection", "0001_calls_for_banks")]
    operations = [
        migrations.RunSQL(GUARD, UNGUARD),
        migrations.RunSQL(
            PUBLIC, "DROP VIEW portal.bank_selected; DROP VIEW portal.bank_selection"
        ),
    ]
