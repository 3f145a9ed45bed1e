"""A guardian and an institution see the rows that are theirs; a code that was taken stays so.

Lock: ALTER TABLE takes ACCESS EXCLUSIVE for an instant on empty tables. Reversible.
"""

from django.db import migrations

_MINE = "institution_id = any((select public.my_institutions())::bigint[])"
_FAMILY = "guardian_id = any((select public.my_persons())::bigint[])"


def _shut(table: str) -> str:
    rule = f"{_MINE} OR {_FAMILY}"
    return (
        f"ALTER TABLE public.redeeming_{table} ENABLE ROW LEVEL SECURITY;"
        f"CREATE POLICY own_rows ON public.redeeming_{table} TO yuxin_app"
        f" USING ({rule}) WITH CHECK ({rule});"
        f"CREATE POLICY every_row ON public.redeeming_{table} FOR SELECT TO yuxin_audit"
        " USING (true);"
    )


def _open(table: str) -> str:
    return (
        f"DROP POLICY own_rows ON public.redeeming_{table};"
        f"DROP POLICY every_row ON public.redeeming_{table};"
        f"ALTER TABLE public.redeeming_{table} DISABLE ROW LEVEL SECURITY;"
    )


class Migration(migrations.Migration):
    """Shut the tables that tell of families."""

    dependencies = [("redeeming", "0001_keys_and_redemptions"), ("access", "0001_recorded_now")]
    operations = [
        *[migrations.RunSQL(_shut(table), _open(table)) for table in ("visitkey", "redemption")],
        migrations.RunSQL(
            "REVOKE UPDATE, DELETE ON public.redeeming_redemption FROM yuxin_app",
            "GRANT UPDATE, DELETE ON public.redeeming_redemption TO yuxin_app",
        ),
    ]
