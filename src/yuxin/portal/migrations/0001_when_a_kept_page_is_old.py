"""What a kept public page depends on, in one row: the subject's version, the rules, the day.

Why: one small query tells whether a page rendered before still says what holds now.
Lock: none. Reversible.
"""

from django.db import migrations

VIEW = """
CREATE VIEW portal.page AS
SELECT e.code, e.version, portal.today() AS day,
       (SELECT p.sha256 FROM public.policy_rulepack p
         WHERE p.valid_from <= portal.today() AND p.approved_at IS NOT NULL
         ORDER BY p.approved_at DESC, p.id DESC LIMIT 1) AS rules_sha256
  FROM public.registry_entry e
 WHERE e.merged_into_id IS NULL AND e.kind NOT IN ('NATURAL_PERSON', 'UNLICENSED_SITE');

GRANT SELECT ON portal.page TO yuxin_public, yuxin_app, yuxin_audit;
"""


class Migration(migrations.Migration):
    """One row per public page."""

    initial = True
    dependencies = [
        ("registry", "0006_since_when_the_public_is_told"),
        ("policy", "0001_tables_of_policy"),
    ]
    operations = [migrations.RunSQL(VIEW, "DROP VIEW portal.page")]
