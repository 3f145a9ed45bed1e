"""What an alert found stays, its handling moves forward alone, its steps are only added to.

Why: an alert is evidence of what was known and when people acted. A credit fact and a public
    warning need an alert that people handled and did not find to be without issue.
Lock: triggers and policies on new tables, an instant. Reversible.
"""

from django.db import migrations

SHUT = """
REVOKE UPDATE ON public.alerts_alertnote, public.alerts_creditfact, public.alerts_publicwarning,
    public.alerts_preset FROM yuxin_app;
GRANT DELETE ON public.alerts_alertmark TO yuxin_app;

CREATE FUNCTION public.alert_moves_forward() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF (NEW.code, NEW.proceeding_id, NEW.institution_id, NEW.rule, NEW.what, NEW.opened_at,
        NEW.opened_on, NEW.recorded_at)
       IS DISTINCT FROM
       (OLD.code, OLD.proceeding_id, OLD.institution_id, OLD.rule, OLD.what, OLD.opened_at,
        OLD.opened_on, OLD.recorded_at)
       OR (OLD.closed_at IS NOT NULL AND (NEW.outcome, NEW.signal, NEW.closed_at)
                                    IS DISTINCT FROM (OLD.outcome, OLD.signal, OLD.closed_at))
       OR (OLD.closed_at IS NOT NULL AND OLD.gone_at IS NOT NULL) THEN
        RAISE EXCEPTION 'alert_moves_forward' USING ERRCODE = '23514';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER alert_moves_forward BEFORE UPDATE ON public.alerts_alert
FOR EACH ROW EXECUTE FUNCTION public.alert_moves_forward();

CREATE FUNCTION public.alert_was_verified() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM public.alerts_alert a
                    WHERE a.id = NEW.alert_id AND a.institution_id = NEW.institution_id
                      AND a.outcome NOT IN ('', 'NO_ISSUE') AND a.signal <> 'WRONG') THEN
        RAISE EXCEPTION 'alert_was_verified' USING ERRCODE = '23514';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER credit_fact_was_verified BEFORE INSERT ON public.alerts_creditfact
FOR EACH ROW EXECUTE FUNCTION public.alert_was_verified();
CREATE TRIGGER public_warning_was_verified BEFORE INSERT ON public.alerts_publicwarning
FOR EACH ROW EXECUTE FUNCTION public.alert_was_verified();

CREATE FUNCTION public.alerts_live_institutions() RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(array_agg(DISTINCT a.institution_id), '{}') FROM public.alerts_alert a
     WHERE a.gone_at IS NULL
$$;
REVOKE ALL ON FUNCTION public.alerts_live_institutions() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.alerts_live_institutions() TO yuxin_app;

CREATE VIEW portal.warning AS
SELECT w.institution_id AS subject_id, w.words, w.from_on, w.until_on
  FROM public.alerts_publicwarning w
 WHERE w.from_on <= portal.today() AND w.until_on >= portal.today();
GRANT SELECT ON portal.warning TO yuxin_public, yuxin_app, yuxin_audit;
"""
TABLES = ("alert", "alertnote", "creditfact")
RLS = "".join(
    f"ALTER TABLE public.alerts_{table} ENABLE ROW LEVEL SECURITY;"
    f"CREATE POLICY own_rows ON public.alerts_{table} TO yuxin_app"
    " USING (institution_id = any((select public.my_institutions())::bigint[]));"
    f"CREATE POLICY every_row ON public.alerts_{table} FOR SELECT TO yuxin_audit USING (true);"
    for table in TABLES
)
UNDO = (
    "".join(
        f"DROP POLICY own_rows ON public.alerts_{table};"
        f"DROP POLICY every_row ON public.alerts_{table};"
        f"ALTER TABLE public.alerts_{table} DISABLE ROW LEVEL SECURITY;"
        for table in TABLES
    )
    + """
DROP VIEW portal.warning;
DROP FUNCTION public.alerts_live_institutions();
DROP TRIGGER public_warning_was_verified ON public.alerts_publicwarning;
DROP TRIGGER credit_fact_was_verified ON public.alerts_creditfact;
DROP FUNCTION public.alert_was_verified();
DROP TRIGGER alert_moves_forward ON public.alerts_alert;
DROP FUNCTION public.alert_moves_forward();
REVOKE DELETE ON public.alerts_alertmark FROM yuxin_app;
GRANT UPDATE ON public.alerts_alertnote, public.alerts_creditfact, public.alerts_publicwarning,
    public.alerts_preset TO yuxin_app;
"""
)


class Migration(migrations.Migration):
    """Guard the tables of alerts."""

    dependencies = [
        ("alerts", "0001_tables_of_alerts"),
        ("assessment", "0007_money_on_its_way_and_who_complained"),
    ]
    operations = [migrations.RunSQL(SHUT + RLS, UNDO)]
