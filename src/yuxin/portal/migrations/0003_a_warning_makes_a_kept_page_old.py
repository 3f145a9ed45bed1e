"""What a kept public page depends on: also the warnings that were given and those that were ended.

Why: a warning is on the page from the moment it is given, and off it from the moment it is ended.
Lock: none. Reversible.
"""

from django.db import migrations

VIEW = """
CREATE OR REPLACE VIEW portal.page AS
SELECT e.code, e.version,
       (SELECT count(*) FROM public.policy_rulepack p
         WHERE p.approved_at IS NOT NULL) AS rules_version,
       (SELECT max(c.id) FROM public.assessment_publiccolour c
         WHERE c.institution_id = e.subject_id) AS colour_version,
       (SELECT count(*) FROM public.alerts_publicwarning w
         WHERE w.institution_id = e.subject_id)
       + (SELECT count(*) FROM public.alerts_warningend x
           WHERE x.institution_id = e.subject_id) AS warning_version
  FROM public.registry_entry e
 WHERE e.merged_into_id IS NULL AND e.kind NOT IN ('NATURAL_PERSON', 'UNLICENSED_SITE');
"""
BEFORE = """
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


class Migration(migrations.Migration):
    """One column more."""

    dependencies = [
        ("portal", "0002_a_colour_makes_a_kept_page_old"),
        ("alerts", "0007_warnings_are_ended_early"),
    ]
    operations = [migrations.RunSQL(VIEW, BEFORE)]
