"""A closing that was decided stays as it was decided; rows are one's own; the public is told.

Why: claims tell who learns where and for how much: row-level security. What two persons decided
    is neither forgotten nor said anew. That nothing but refunds leaves is held by the hold on
    outflow which a declaration puts in force.
Lock: none to speak of, on empty tables. Reversible.
"""

from django.db import migrations

KEEP = """
-- A closing that was decided is not forgotten, and what it said is not said anew.
CREATE FUNCTION public.collapse_keep_decision() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF OLD.state IN ('rejected', 'undone') OR (OLD.state = 'declared' AND (
        NEW.state NOT IN ('declared', 'undone')
        OR (NEW.institution_id, NEW.kind, NEW.decided_by, NEW.proposed_by, NEW.effective_on)
           IS DISTINCT FROM
           (OLD.institution_id, OLD.kind, OLD.decided_by, OLD.proposed_by, OLD.effective_on)))
    THEN
        RAISE EXCEPTION 'closing_was_decided' USING ERRCODE = 'YC002';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER keep_decision BEFORE UPDATE ON collapse_closing
    FOR EACH ROW EXECUTE FUNCTION public.collapse_keep_decision();
REVOKE DELETE ON collapse_closing, collapse_claim, collapse_claimlesson FROM yuxin_app;
"""
FORGET = """
DROP TRIGGER keep_decision ON collapse_closing;
DROP FUNCTION public.collapse_keep_decision();
"""
_MINE = "institution_id = any((select public.my_institutions())::bigint[])"
_FAMILY = "guardian_id = any((select public.my_persons())::bigint[])"


def _shut(table: str) -> str:
    rule = f"{_MINE} OR {_FAMILY}"
    return (
        f"ALTER TABLE public.collapse_{table} ENABLE ROW LEVEL SECURITY;"
        f"CREATE POLICY own_rows ON public.collapse_{table} TO yuxin_app"
        f" USING ({rule}) WITH CHECK ({rule});"
        f"CREATE POLICY every_row ON public.collapse_{table} FOR SELECT TO yuxin_audit"
        " USING (true);"
    )


def _open(table: str) -> str:
    return (
        f"DROP POLICY own_rows ON public.collapse_{table};"
        f"DROP POLICY every_row ON public.collapse_{table};"
        f"ALTER TABLE public.collapse_{table} DISABLE ROW LEVEL SECURITY;"
    )


DUE = """
-- Closings with families to tell or, where the run is on, refunds to order; the number changes
-- with every page done, so that a repeat is the same request.
CREATE FUNCTION public.collapse_due()
RETURNS TABLE (institution_id bigint, code text, untold bigint, unordered bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT c.institution_id, c.code::text,
           (SELECT count(*) FROM public.collapse_claim m
             WHERE m.closing_id = c.id AND m.told_at IS NULL),
           CASE WHEN c.running THEN
               (SELECT count(*) FROM public.collapse_claim m
                 WHERE m.closing_id = c.id AND m.state = 'listed') ELSE 0 END
      FROM public.collapse_closing c WHERE c.state = 'declared' ORDER BY c.id
$$;
REVOKE ALL ON FUNCTION public.collapse_due() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.collapse_due() TO yuxin_app;
"""
PUBLIC = """
-- What the public reads of a closing: no person, no contract.
CREATE VIEW portal.closing AS
SELECT c.code, c.institution_id, i.code AS institution_code, i.name, i.brand, i.address,
       c.kind, c.effective_on, c.decided_at, c.contact, c.claim_count,
       (SELECT count(*) FROM public.collapse_claim m
         WHERE m.closing_id = c.id AND m.state = 'ordered') AS ordered_count,
       (SELECT coalesce(sum(o.places - o.taken), 0) FROM public.collapse_placeoffer o
         WHERE o.closing_id = c.id AND o.withdrawn_at IS NULL) AS places_left
  FROM public.collapse_closing c JOIN portal.institution i ON i.subject_id = c.institution_id
 WHERE c.state = 'declared';
GRANT SELECT ON portal.closing TO yuxin_public, yuxin_app, yuxin_audit;
"""
TABLES = ("claim", "claimlesson", "placetaken")


class Migration(migrations.Migration):
    """Keep decisions, shut the rows, name what is due, tell the public."""

    dependencies = [
        ("collapse", "0001_tables_of_closings"),
        ("tuition", "0013_paid_from_another_account"),
        ("registry", "0001_tables_of_the_registry"),
    ]
    operations = [
        migrations.RunSQL(KEEP, FORGET),
        *[migrations.RunSQL(_shut(table), _open(table)) for table in TABLES],
        migrations.RunSQL(DUE, "DROP FUNCTION public.collapse_due()"),
        migrations.RunSQL(PUBLIC, "DROP VIEW portal.closing"),
    ]
