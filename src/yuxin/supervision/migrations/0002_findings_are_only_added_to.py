"""Findings are added to, never changed; a complaint shows to those whose institution it is about.

Why: what was known on a past day must stay readable; a complaint tells who is unhappy with whom.
Lock: policies take ACCESS EXCLUSIVE for an instant on new tables. Reversible.
"""

from django.db import migrations

TABLES = ("complaint", "complaintdecision")
REFUSE = "".join(
    f"REVOKE UPDATE ON supervision_{table} FROM yuxin_app;" for table in (*TABLES, "feedgap")
)
ALLOW = "".join(
    f"GRANT UPDATE ON supervision_{table} TO yuxin_app;" for table in (*TABLES, "feedgap")
)
SHUT = "".join(
    f"ALTER TABLE supervision_{table} ENABLE ROW LEVEL SECURITY;"
    f"CREATE POLICY own_rows ON supervision_{table} TO yuxin_app"
    " USING (institution_id = any((select public.my_institutions())::bigint[]))"
    " WITH CHECK (institution_id = any((select public.my_institutions())::bigint[]));"
    f"CREATE POLICY every_row ON supervision_{table} FOR SELECT TO yuxin_audit USING (true);"
    for table in TABLES
)
OPEN = "".join(
    f"DROP POLICY own_rows ON supervision_{table};"
    f"DROP POLICY every_row ON supervision_{table};"
    f"ALTER TABLE supervision_{table} DISABLE ROW LEVEL SECURITY;"
    for table in TABLES
)


class Migration(migrations.Migration):
    """Shut the tables of complaints."""

    dependencies = [("supervision", "0001_complaints_and_gaps"), ("access", "0001_recorded_now")]
    operations = [migrations.RunSQL(REFUSE, ALLOW), migrations.RunSQL(SHUT, OPEN)]
