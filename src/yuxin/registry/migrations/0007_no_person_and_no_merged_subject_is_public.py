"""What hangs on a subject is public only where the subject itself is.

Why: the views of identity, licence, site and custody account showed every row, so that what is
    recorded of a natural person, an unlicensed site or a subject that was merged away could be
    read by its number. They join the view that says which subjects are public.
Lock: a moment on four views. Reversible.
"""

from django.db import migrations

VIEWS = """
CREATE OR REPLACE VIEW portal.identity AS
SELECT v.subject_id, v.registration_kind, v.established_on, v.legal_representative FROM (
    SELECT DISTINCT ON (subject_id) * FROM public.registry_identityvalue
     WHERE valid_from <= portal.today()
     ORDER BY subject_id, valid_from DESC, recorded_at DESC, id DESC) v
  {join} WHERE NOT v.ended;

CREATE OR REPLACE VIEW portal.licence AS
SELECT l.subject_id, l.code, v.kind, v.number, v.issuer, v.categories, v.stages, v.modes,
       v.site_codes, v.valid_from, v.valid_until
  FROM (SELECT v.* FROM public.registry_licence v {join}) l CROSS JOIN LATERAL (
       SELECT * FROM public.registry_licencevalue x
        WHERE x.licence_id = l.id AND x.valid_from <= portal.today()
        ORDER BY x.valid_from DESC, x.recorded_at DESC, x.id DESC LIMIT 1) v
 WHERE NOT v.ended;

CREATE OR REPLACE VIEW portal.site AS
SELECT s.subject_id, s.code, v.name, v.address, v.area_code, v.area_dm2, v.photo_sha256
  FROM (SELECT v.* FROM public.registry_site v {join}) s CROSS JOIN LATERAL (
       SELECT * FROM public.registry_sitevalue x
        WHERE x.site_id = s.id AND x.valid_from <= portal.today()
        ORDER BY x.valid_from DESC, x.recorded_at DESC, x.id DESC LIMIT 1) v
 WHERE NOT v.ended;

CREATE OR REPLACE VIEW portal.custody_account AS
SELECT v.subject_id, v.bank_name, v.account_title, v.number_last4, v.state FROM (
    SELECT DISTINCT ON (subject_id) * FROM public.registry_custodyvalue
     WHERE valid_from <= portal.today()
     ORDER BY subject_id, valid_from DESC, recorded_at DESC, id DESC) v
  {join} WHERE NOT v.ended;
"""
PUBLIC_ONLY = """
JOIN public.registry_entry e ON e.subject_id = v.subject_id AND e.merged_into_id IS NULL
 AND e.kind NOT IN ('NATURAL_PERSON', 'UNLICENSED_SITE')"""


class Migration(migrations.Migration):
    """Join what is public."""

    dependencies = [("registry", "0006_since_when_the_public_is_told")]
    operations = [
        migrations.RunSQL(VIEWS.replace("{join}", PUBLIC_ONLY), VIEWS.replace("{join}", ""))
    ]
