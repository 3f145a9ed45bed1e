"""Row-level security: an institution and a guardian see the rows that are theirs.

Why: a dispute tells what a family says of a lesson.
Lock: ALTER TABLE takes ACCESS EXCLUSIVE for an instant on empty tables. Reversible.
"""

from django.db import migrations

TABLES = ("disputes_lessondispute", "disputes_settlement")
RULE = (
    "institution_id = any((select public.my_institutions())::bigint[])"
    " OR guardian_id = any((select public.my_persons())::bigint[])"
)


def _shut(table: str) -> str:
    return (
        f"ALTER TABLE public.{table} ENABLE ROW LEVEL SECURITY;"
        f"CREATE POLICY own_rows ON public.{table} TO yuxin_app"
        f" USING ({RULE}) WITH CHECK ({RULE});"
        f"CREATE POLICY every_row ON public.{table} FOR SELECT TO yuxin_audit USING (true);"
    )


def _open(table: str) -> str:
    return (
        f"DROP POLICY own_rows ON public.{table};"
        f"DROP POLICY every_row ON public.{table};"
        f"ALTER TABLE public.{table} DISABLE ROW LEVEL SECURITY;"
    )


class Migration(migrations.Migration):
    """Shut them."""

    dependencies = [("disputes", "0001_tables_of_disputes"), ("access", "0001_recorded_now")]
    operations = [migrations.RunSQL("".join(map(_shut, TABLES)), "".join(map(_open, TABLES)))]
