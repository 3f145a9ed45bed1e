"""Row-level security: an institution and a guardian see the rows that are theirs.

Why: contracts, lessons and payments tell who learns what, where and for how much.
Lock: ALTER TABLE takes ACCESS EXCLUSIVE for an instant on empty tables. Reversible.
"""

from django.db import migrations

BOTH = ("contract", "contractstep", "paymentorder", "lesson", "refundcase", "instructionline")

_MINE = "institution_id = any((select public.my_institutions())::bigint[])"
_FAMILY = "guardian_id = any((select public.my_persons())::bigint[])"


def _shut(table: str, rule: str) -> str:
    return (
        f"ALTER TABLE public.tuition_{table} ENABLE ROW LEVEL SECURITY;"
        f"CREATE POLICY own_rows ON public.tuition_{table} TO yuxin_app"
        f" USING ({rule}) WITH CHECK ({rule});"
        f"CREATE POLICY every_row ON public.tuition_{table} FOR SELECT TO yuxin_audit USING (true);"
    )


def _open(table: str) -> str:
    return (
        f"DROP POLICY own_rows ON public.tuition_{table};"
        f"DROP POLICY every_row ON public.tuition_{table};"
        f"ALTER TABLE public.tuition_{table} DISABLE ROW LEVEL SECURITY;"
    )


class Migration(migrations.Migration):
    """Shut the tables that tell of families."""

    dependencies = [("tuition", "0001_tables_of_tuition"), ("access", "0001_recorded_now")]
    operations = [
        *[migrations.RunSQL(_shut(t, f"{_MINE} OR {_FAMILY}"), _open(t)) for t in BOTH],
        migrations.RunSQL(_shut("instruction", _MINE), _open("instruction")),
        migrations.RunSQL(_shut("learner", _FAMILY), _open("learner")),
    ]
