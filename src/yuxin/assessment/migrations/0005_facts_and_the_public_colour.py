"""The fact views of every package, as its facts.sql says, and the colour for the public.

Why: indicators read facts through narrow views alone. Whoever changes a facts.sql lays the views
    again in a further migration, and lets this one read the old text.
Lock: none. Reversible.
"""

from pathlib import Path

from django.db import migrations

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("registry", "ledger", "tuition", "licensing", "supervision")
VIEWS = (
    *("status", "connection", "licence", "site", "room", "custody_account", "post", "liability"),
    *("enrolment", "session", "bank_balance", "insurance", "statement", "quarter"),
    *("complaint", "complaint_decision", "feed_gap"),
)
HELPERS = """
CREATE FUNCTION public.date_diff(part text, first date, last date) RETURNS integer
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE RETURN last - first;
"""
GRANTS = "".join(f"GRANT SELECT ON public.fact_{view} TO yuxin_app, yuxin_audit;" for view in VIEWS)
# The default privileges of the schema give more than a view may be used for.
NARROW = "".join(f"REVOKE INSERT, UPDATE ON public.fact_{view} FROM yuxin_app;" for view in VIEWS)
PORTAL = """
CREATE VIEW portal.colour AS
SELECT c.institution_id AS subject_id, c.colour, c.from_on
  FROM (SELECT DISTINCT ON (p.institution_id) p.institution_id, p.colour, p.from_on
          FROM public.assessment_publiccolour p WHERE p.from_on <= portal.today()
         ORDER BY p.institution_id, p.id DESC) c
  JOIN public.registry_entry e ON e.subject_id = c.institution_id AND e.connected
 WHERE c.colour IS NOT NULL;
GRANT SELECT ON portal.colour TO yuxin_public, yuxin_app, yuxin_audit;
"""
DROP = "DROP VIEW portal.colour;" + "".join(
    f"DROP VIEW public.fact_{view};" for view in reversed(VIEWS)
)


class Migration(migrations.Migration):
    """Lay the views."""

    dependencies = [
        ("assessment", "0004_judgements_stay"),
        ("registry", "0003_what_the_public_sees"),
        ("ledger", "0003_post"),
        ("tuition", "0001_tables_of_tuition"),
        ("insurance", "0001_policies_of_insurance"),
        ("licensing", "0001_statements_by_quarter"),
        ("supervision", "0001_complaints_and_gaps"),
    ]
    operations = [
        migrations.RunSQL(HELPERS, "DROP FUNCTION public.date_diff(text, date, date)"),
        *[
            migrations.RunSQL(
                (ROOT / package / "facts.sql").read_text(encoding="utf-8"),
                migrations.RunSQL.noop,
            )
            for package in PACKAGES
        ],
        migrations.RunSQL(GRANTS + NARROW + PORTAL, DROP),
    ]
