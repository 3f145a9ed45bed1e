"""An institution and a guardian see the advances and debts that are theirs; sums stay as written.

Lock: ALTER TABLE takes ACCESS EXCLUSIVE for an instant on empty tables. Reversible.
"""

from django.db import migrations

_MINE = "institution_id = any((select public.my_institutions())::bigint[])"
_FAMILY = "guardian_id = any((select public.my_persons())::bigint[])"
_FIXED = {
    "recovery": "code, institution_id, guardian_id, contract_id, amount_fen, created_at",
    "debt": (
        "code, institution_id, guardian_id, contract_id, refund_id, amount_fen, direct, due_on,"
        " created_at"
    ),
}


def _shut(table: str, fixed: str) -> str:
    rule = f"{_MINE} OR {_FAMILY}"
    names = ", ".join(f"'{each.strip()}'" for each in fixed.split(","))
    return (
        f"ALTER TABLE public.advances_{table} ENABLE ROW LEVEL SECURITY;"
        f"CREATE POLICY own_rows ON public.advances_{table} TO yuxin_app"
        f" USING ({rule}) WITH CHECK ({rule});"
        f"CREATE POLICY every_row ON public.advances_{table} FOR SELECT TO yuxin_audit"
        " USING (true);"
        f"CREATE TRIGGER what_was_demanded_stays BEFORE UPDATE ON public.advances_{table}"
        f" FOR EACH ROW EXECUTE FUNCTION public.refuse_rewriting({names});"
    )


def _open(table: str) -> str:
    return (
        f"DROP TRIGGER what_was_demanded_stays ON public.advances_{table};"
        f"DROP POLICY own_rows ON public.advances_{table};"
        f"DROP POLICY every_row ON public.advances_{table};"
        f"ALTER TABLE public.advances_{table} DISABLE ROW LEVEL SECURITY;"
    )


class Migration(migrations.Migration):
    """Shut the tables that tell of families."""

    dependencies = [
        ("advances", "0001_advances_worked_off_and_debts"),
        ("tuition", "0010_what_was_agreed_stays"),
    ]
    operations = [
        migrations.RunSQL(_shut(table, fixed), _open(table)) for table, fixed in _FIXED.items()
    ]
