"""Views of the registry for the public side: explicit columns, current values.

Of persons only the name of the legal representative, as the licence publishes it.

Why: the role that serves the public sees these views and nothing else.
Lock: none. Reversible.
"""

from django.db import migrations

VIEWS = """
-- The day the public side shows: today in Shanghai, unless a reading names another.
CREATE FUNCTION portal.today() RETURNS date LANGUAGE sql STABLE AS $$
    SELECT coalesce(nullif(current_setting('yuxin.day', true), '')::date,
                    (now() AT TIME ZONE 'Asia/Shanghai')::date)
$$;

CREATE VIEW portal.institution AS
SELECT subject_id, code, kind, name, brand, uscc, status, category, area_code, address,
       approving, supervising, connected, licence_until, name_key, text_key, code_key,
       address_key, pinyin, initials, search_terms
  FROM public.registry_entry
 WHERE merged_into_id IS NULL AND kind NOT IN ('NATURAL_PERSON', 'UNLICENSED_SITE');

-- Every code that ever led to a subject: its own, those merged into it, its credit code, aliases.
CREATE VIEW portal.code AS
SELECT e.code::text AS given, coalesce(k.code, e.code)::text AS code
  FROM public.registry_entry e LEFT JOIN public.registry_entry k ON k.subject_id = e.merged_into_id
 WHERE e.kind NOT IN ('NATURAL_PERSON', 'UNLICENSED_SITE')
UNION ALL
SELECT e.uscc::text, e.code::text FROM public.registry_entry e
 WHERE e.uscc <> '' AND e.merged_into_id IS NULL
   AND e.kind NOT IN ('NATURAL_PERSON', 'UNLICENSED_SITE')
UNION ALL
SELECT a.alias::text, coalesce(k.code, e.code)::text FROM public.registry_alias a
  JOIN public.registry_entry e ON e.subject_id = a.subject_id
  LEFT JOIN public.registry_entry k ON k.subject_id = e.merged_into_id
 WHERE e.kind NOT IN ('NATURAL_PERSON', 'UNLICENSED_SITE');

CREATE VIEW portal.identity AS
SELECT subject_id, registration_kind, established_on, legal_representative FROM (
    SELECT DISTINCT ON (subject_id) * FROM public.registry_identityvalue
     WHERE valid_from <= portal.today()
     ORDER BY subject_id, valid_from DESC, recorded_at DESC, id DESC) v WHERE NOT ended;

CREATE VIEW portal.licence AS
SELECT l.subject_id, l.code, v.kind, v.number, v.issuer, v.categories, v.stages, v.modes,
       v.site_codes, v.valid_from, v.valid_until
  FROM public.registry_licence l CROSS JOIN LATERAL (
       SELECT * FROM public.registry_licencevalue x
        WHERE x.licence_id = l.id AND x.valid_from <= portal.today()
        ORDER BY x.valid_from DESC, x.recorded_at DESC, x.id DESC LIMIT 1) v
 WHERE NOT v.ended;

CREATE VIEW portal.site AS
SELECT s.subject_id, s.code, v.name, v.address, v.area_code, v.area_dm2, v.photo_sha256
  FROM public.registry_site s CROSS JOIN LATERAL (
       SELECT * FROM public.registry_sitevalue x
        WHERE x.site_id = s.id AND x.valid_from <= portal.today()
        ORDER BY x.valid_from DESC, x.recorded_at DESC, x.id DESC LIMIT 1) v
 WHERE NOT v.ended;

CREATE VIEW portal.custody_account AS
SELECT subject_id, bank_name, account_title, number_last4, state FROM (
    SELECT DISTINCT ON (subject_id) * FROM public.registry_custodyvalue
     WHERE valid_from <= portal.today()
     ORDER BY subject_id, valid_from DESC, recorded_at DESC, id DESC) v WHERE NOT ended;

GRANT SELECT ON portal.institution, portal.code, portal.identity, portal.licence, portal.site,
    portal.custody_account TO yuxin_public, yuxin_app, yuxin_audit;
"""
DROP = """
DROP VIEW portal.custody_account, portal.site, portal.licence, portal.identity, portal.code,
    portal.institution;
DROP FUNCTION portal.today();
"""


class Migration(migrations.Migration):
    """Open the registry to the public, column by column."""

    dependencies = [("registry", "0002_history_is_only_added_to")]
    operations = [migrations.RunSQL(VIEWS, DROP)]
