"""The lines at which an institution's account warns are seen where the institution is.

Why: who knows another's lines knows how much may move unnoticed.
Lock: ALTER TABLE takes ACCESS EXCLUSIVE for an instant. Reversible.
"""

from django.db import migrations

MINE = "institution_id = any((select public.my_institutions())::bigint[])"
SIDE = "(select public.my_side())"
RULES = {
    "alerts_preset": f"{SIDE} = 'system' OR {MINE}",
}


def _shut(table: str, rule: str) -> str:
    return (
        f"ALTER TABLE public.{table} ENABLE ROW LEVEL SECURITY;"
        f"CREATE POLICY own_rows ON public.{table} TO yuxin_app"
        f" USING ({rule}) WITH CHECK ({rule});"
        f"CREATE POLICY every_row ON public.{table} FOR SELECT TO yuxin_audit USING (true);"
    )


def _open(table: str) -> str:
    return (
        f"DROP POLICY own_rows ON public.{table};"
        f"DROP POLICY every_row ON public.{table};"
        f"ALTER TABLE public.{table} DISABLE ROW LEVEL SECURITY;"
    )


class Migration(migrations.Migration):
    """Shut presets."""

    dependencies = [
        ("alerts", "0007_warnings_are_ended_early"),
        ("access", "0005_which_side_asks"),
    ]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '3s'", migrations.RunSQL.noop),
        *[migrations.RunSQL(_shut(table, rule), _open(table)) for table, rule in RULES.items()],
    ]
