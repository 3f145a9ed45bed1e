"""What a kept public page depends on: the subject's version, the rules, the published colour.

Why: every visit asks for this row, so it holds only what one look at an index answers; the day
    and the language are the visitor's own. A colour for a later day is covered by that day.
Lock: none. Reversible.
"""

from django.db import migrations

VIEW = """
DROP VIEW portal.page;
CREATE VIEW portal.page AS
SELECT e.code, e.version,
       (SELECT count(*) FROM public.policy_rulepack p
         WHERE p.approved_at IS NOT NULL) AS rules_version,
       (SELECT max(c.id) FROM public.assessment_publiccolour c
         WHERE c.institution_id = e.subject_id) AS colour_version
  FROM public.registry_entry e
 WHERE e.merged_into_id IS NULL AND e.kind NOT IN ('NATURAL_PERSON', 'UNLICENSED_SITE');

GRANT SELECT ON portal.page TO yuxin_public, yuxin_app, yuxin_audit;
"""
BEFORE = """
DROP VIEW portal.page;
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
    """One row per public page, found by indexes alone."""

    dependencies = [
        ("portal", "0001_when_a_kept_page_is_old"),
        ("assessment", "0005_facts_and_the_public_colour"),
    ]
    operations = [migrations.RunSQL(VIEW, BEFORE)]
