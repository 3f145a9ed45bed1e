"""Row-level security by bank: what one bank told is not shown to another, nor to parties.

Why: movements, balances, orders to a bank and breaks of no institution had been open to whoever
    signed in: a bank could read, and answer, what was asked of another bank. An institution that
    changed its bank took the breaks of the old one along to the new one.
Lock: ALTER TABLE takes ACCESS EXCLUSIVE for an instant. Reversible.
"""

from django.db import migrations

SIDE, BANK = "(select public.my_side())", "(select public.my_bank())"
MINE = "institution_id = any((select public.my_institutions())::bigint[])"
FAMILY = "guardian_id = any((select public.my_persons())::bigint[])"
# Of no institution that we know: the bureau's and the bank's matter, never a party's.
NOBODYS = f"(institution_id = 0 AND {SIDE} IN ('system', 'bureau', 'bank'))"
OF_BANK = f"({SIDE} <> 'bank' OR bank_code = {BANK})"

LINE = (
    f"CASE {SIDE} WHEN 'system' THEN true WHEN 'bank' THEN bank_code = {BANK}"
    f" WHEN 'bureau' THEN institution_id IS NULL OR {MINE} ELSE {MINE} END"
)
# A balance names an account by its blind index alone: it is theirs whose account that is.
_ACCOUNTS = (
    ("registry_custodyvalue", "subject_id"),
    ("custody_custodyaccount", "institution_id"),
    ("deposits_deposit", "institution_id"),
)
_ACCOUNT_IS_MINE = " OR ".join(
    f"EXISTS (SELECT 1 FROM public.{table} a"  # noqa: S608 -- constants of this file
    " WHERE a.number_index = account_index"
    f" AND a.{owner} = any((select public.my_institutions())::bigint[]))"
    for table, owner in _ACCOUNTS
)
BALANCE = (
    f"CASE {SIDE} WHEN 'system' THEN true"  # noqa: S608 -- constants of this file
    " WHEN 'bank' THEN EXISTS ("
    "SELECT 1 FROM public.tuition_bankfile f"
    f" WHERE f.id = file_id AND f.bank_code = {BANK}) ELSE {_ACCOUNT_IS_MINE} END"
)
OUTGOING = f"{SIDE} = 'system' OR ({SIDE} = 'bank' AND bank_code = {BANK})"
NEW = {"tuition_bankline": LINE, "tuition_bankbalance": BALANCE, "tuition_outgoingfile": OUTGOING}

BREAK = f"{OF_BANK} AND ({MINE} OR {NOBODYS})"
# Breaks have policies of their own: a bank finds those that it may see.
PROCEEDING = (
    f"({MINE} OR {FAMILY} OR {NOBODYS})"  # noqa: S608 -- constants of this file
    f" AND ({SIDE} <> 'bank' OR kind <> 'break' OR EXISTS ("
    "SELECT 1 FROM public.breaks_break b WHERE b.proceeding_id = cases_proceeding.id))"
)
STEP = (
    f"({MINE} OR {FAMILY} OR {NOBODYS})"  # noqa: S608 -- constants of this file
    f" AND ({SIDE} <> 'bank' OR EXISTS ("
    "SELECT 1 FROM public.cases_proceeding p WHERE p.id = proceeding_id))"
)
CHANGED = {
    "breaks_break": (BREAK, f"{MINE} OR institution_id = 0"),
    "cases_proceeding": (PROCEEDING, f"{MINE} OR {FAMILY} OR institution_id = 0"),
    "cases_proceedingstep": (STEP, f"{MINE} OR {FAMILY} OR institution_id = 0"),
    "reconciliation_accountday": (BREAK, f"{MINE} OR institution_id = 0"),
}
EVENT = "ALTER POLICY own_rows ON public.reconciliation_accountevent USING ({});"


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


def _change(table: str, rule: str) -> str:
    return f"ALTER POLICY own_rows ON public.{table} USING ({rule}) WITH CHECK ({rule});"


class Migration(migrations.Migration):
    """Shut what banks tell."""

    dependencies = [
        ("reconciliation", "0004_only_late_orders_may_come_back"),
        ("access", "0005_which_side_asks"),
        ("tuition", "0023_units_by_a_supplement"),
        ("breaks", "0003_breaks_of_every_level"),
        ("cases", "0002_guards_of_proceedings"),
        ("custody", "0002_accounts_take_their_steps_in_order"),
        ("deposits", "0002_whose_deposit_and_who_may_enrol"),
    ]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '3s'", migrations.RunSQL.noop),
        *[migrations.RunSQL(_shut(table, rule), _open(table)) for table, rule in NEW.items()],
        *[
            migrations.RunSQL(_change(table, now), _change(table, before))
            for table, (now, before) in CHANGED.items()
        ],
        migrations.RunSQL(EVENT.format(BREAK), EVENT.format(f"{MINE} OR institution_id = 0")),
    ]
