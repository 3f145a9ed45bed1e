"""Values are added to, never changed; personal rows show to those they concern.

Why: what was known on a past day must stay readable; a value corrected is a further row.
Lock: REVOKE and policies take ACCESS EXCLUSIVE for an instant on new tables. Reversible.
"""

from django.db import migrations

VALUES = (
    "namevalue",
    "identityvalue",
    "statusvalue",
    "categoryvalue",
    "placevalue",
    "authorityvalue",
    "custodyvalue",
    "connectionvalue",
    "brandusevalue",
    "controllervalue",
    "licencevalue",
    "sitevalue",
    "roomvalue",
    "personvalue",
    "postvalue",
    "subject",
    "alias",
    "brand",
    "site",
    "room",
    "licence",
    "person",
)
REFUSE = "\n".join(f"REVOKE UPDATE ON registry_{table} FROM yuxin_app;" for table in VALUES)
ALLOW = "\n".join(f"GRANT UPDATE ON registry_{table} TO yuxin_app;" for table in VALUES)

GUARD = """
ALTER TABLE registry_personvalue ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON registry_personvalue FOR SELECT TO yuxin_app USING (
    person_id = ANY ((SELECT public.my_persons())::bigint[])
    OR institution_id = ANY ((SELECT public.my_institutions())::bigint[]));
CREATE POLICY told ON registry_personvalue FOR INSERT TO yuxin_app WITH CHECK (
    institution_id IS NULL
    OR institution_id = ANY ((SELECT public.my_institutions())::bigint[]));
CREATE POLICY audited ON registry_personvalue FOR SELECT TO yuxin_audit USING (true);

ALTER TABLE registry_postvalue ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON registry_postvalue FOR SELECT TO yuxin_app USING (
    subject_id = ANY ((SELECT public.my_institutions())::bigint[])
    OR person_id = ANY ((SELECT public.my_persons())::bigint[]));
CREATE POLICY told ON registry_postvalue FOR INSERT TO yuxin_app WITH CHECK (
    subject_id = ANY ((SELECT public.my_institutions())::bigint[]));
CREATE POLICY audited ON registry_postvalue FOR SELECT TO yuxin_audit USING (true);

-- Who gave this telephone number last: only the id, and only to one who knows the keyed hash.
CREATE FUNCTION public.person_by_phone(wanted bytea) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT person_id FROM public.registry_personvalue
     WHERE phone_index = wanted AND NOT ended
     ORDER BY recorded_at DESC, id DESC LIMIT 1
$$;
REVOKE ALL ON FUNCTION public.person_by_phone(bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.person_by_phone(bytea) TO yuxin_app;
"""
UNGUARD = """
DROP FUNCTION public.person_by_phone(bytea);
DROP POLICY seen ON registry_personvalue;
DROP POLICY told ON registry_personvalue;
DROP POLICY audited ON registry_personvalue;
ALTER TABLE registry_personvalue DISABLE ROW LEVEL SECURITY;
DROP POLICY seen ON registry_postvalue;
DROP POLICY told ON registry_postvalue;
DROP POLICY audited ON registry_postvalue;
ALTER TABLE registry_postvalue DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    """Take back what nobody needs, and let rows show by grant."""

    dependencies = [("registry", "0001_tables_of_the_registry"), ("access", "0001_recorded_now")]
    operations = [migrations.RunSQL(REFUSE, ALLOW), migrations.RunSQL(GUARD, UNGUARD)]
