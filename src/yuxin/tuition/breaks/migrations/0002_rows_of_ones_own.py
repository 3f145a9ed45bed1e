"""Row-level security: an institution, its bank and its bureau see the breaks that are theirs.

Why: a break names contracts and sums. Those of no institution (a missing file) tell of nobody.
Lock: ALTER TABLE takes ACCESS EXCLUSIVE for an instant on an empty table. Reversible.
"""

from django.db import migrations

_RULE = "institution_id = any((select public.my_institutions())::bigint[]) OR institution_id = 0"
SHUT = (
    "ALTER TABLE public.breaks_break ENABLE ROW LEVEL SECURITY;"
    f"CREATE POLICY own_rows ON public.breaks_break TO yuxin_app"
    f" USING ({_RULE}) WITH CHECK ({_RULE});"
    "CREATE POLICY every_row ON public.breaks_break FOR SELECT TO yuxin_audit USING (true);"
)
OPEN = (
    "DROP POLICY own_rows ON public.breaks_break;"
    "DROP POLICY every_row ON public.breaks_break;"
    "ALTER TABLE public.breaks_break DISABLE ROW LEVEL SECURITY;"
)


class Migration(migrations.Migration):
    """Shut the table."""

    dependencies = [("breaks", "0001_tables_of_breaks"), ("access", "0001_recorded_now")]
    operations = [migrations.RunSQL(SHUT, OPEN)]
