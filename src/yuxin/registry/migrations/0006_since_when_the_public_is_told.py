"""Views for the public side: areas by name, and since when something is told of a subject.

Why: a page says from which day a status holds and when the subject was entered; lists are
    narrowed by the name of a town.
Lock: none. Reversible.
"""

from django.db import migrations

VIEWS = """
CREATE VIEW portal.area AS
SELECT code, parent_code, name FROM (
    SELECT DISTINCT ON (code) * FROM public.access_area
     WHERE valid_from <= portal.today()
     ORDER BY code, valid_from DESC, recorded_at DESC, id DESC) v WHERE NOT ended;

CREATE VIEW portal.told AS
SELECT s.id AS subject_id,
       (s.recorded_at AT TIME ZONE 'Asia/Shanghai')::date AS entered_on,
       (SELECT v.valid_from FROM public.registry_statusvalue v
         WHERE v.subject_id = s.id AND v.valid_from <= portal.today()
         ORDER BY v.valid_from DESC, v.recorded_at DESC, v.id DESC LIMIT 1) AS status_on,
       (SELECT count(*) FROM (
            SELECT valid_from FROM public.registry_namevalue v
             WHERE v.subject_id = s.id AND v.valid_from <= portal.today()
            UNION SELECT valid_from FROM public.registry_custodyvalue v
             WHERE v.subject_id = s.id AND v.valid_from <= portal.today()
            UNION SELECT v.valid_from FROM public.registry_sitevalue v
              JOIN public.registry_site p ON p.id = v.site_id
             WHERE p.subject_id = s.id AND v.valid_from <= portal.today()) days) AS edition
  FROM public.registry_subject s
 WHERE s.kind NOT IN ('NATURAL_PERSON', 'UNLICENSED_SITE');

GRANT SELECT ON portal.area, portal.told TO yuxin_public, yuxin_app, yuxin_audit;
"""


class Migration(migrations.Migration):
    """Open areas, and the days on which something was told."""

    dependencies = [
        ("registry", "0005_pages_know_their_version"),
        ("access", "0002_tables_of_access"),
    ]
    operations = [migrations.RunSQL(VIEWS, "DROP VIEW portal.told, portal.area")]
