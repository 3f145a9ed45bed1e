"""Row-level security, and facts are only added to.

Why: who learns where and pays what is the family's matter; what another platform told stays as it
    was told, and a correction is a further fact of its own number.
Lock: ALTER TABLE takes ACCESS EXCLUSIVE for an instant on an empty table. Reversible.
"""

from django.db import migrations

SHUT = """
ALTER TABLE public.mirror_mirrorfact ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON public.mirror_mirrorfact TO yuxin_app
    USING (institution_id = any((select public.my_institutions())::bigint[])
           OR guardian_id = any((select public.my_persons())::bigint[]))
    WITH CHECK (institution_id = any((select public.my_institutions())::bigint[])
                OR guardian_id = any((select public.my_persons())::bigint[]));
CREATE POLICY every_row ON public.mirror_mirrorfact FOR SELECT TO yuxin_audit USING (true);
REVOKE UPDATE, DELETE ON public.mirror_mirrorfact, public.mirror_mirrorfile FROM yuxin_app;
"""
OPEN = """
GRANT UPDATE, DELETE ON public.mirror_mirrorfact, public.mirror_mirrorfile TO yuxin_app;
DROP POLICY own_rows ON public.mirror_mirrorfact;
DROP POLICY every_row ON public.mirror_mirrorfact;
ALTER TABLE public.mirror_mirrorfact DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    """Shut the table."""

    dependencies = [("mirror", "0001_facts_of_others"), ("tuition", "0002_rows_of_ones_own")]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '3s'", migrations.RunSQL.noop),
        migrations.RunSQL(SHUT, OPEN),
    ]
