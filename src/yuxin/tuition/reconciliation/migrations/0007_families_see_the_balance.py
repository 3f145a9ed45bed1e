"""A family sees what the bank says of the accounts that its contracts' money lies on.

Why: 钱在不在 compares a family's contract with the bank's own balance; the policy by bank had shut
    balances to everybody but banks, bureau and institution.
Lock: ALTER POLICY takes ACCESS EXCLUSIVE for an instant. Reversible.
"""

from django.db import migrations

SIDE, BANK = "(select public.my_side())", "(select public.my_bank())"
_OWNED = (
    "a.number_index = account_index"
    " AND a.{owner} = any((select public.my_institutions())::bigint[])"
)
_ACCOUNTS = (
    ("registry_custodyvalue", "subject_id"),
    ("custody_custodyaccount", "institution_id"),
    ("deposits_deposit", "institution_id"),
)
_MINE = " OR ".join(
    f"EXISTS (SELECT 1 FROM public.{table} a WHERE {_OWNED.format(owner=owner)})"  # noqa: S608
    for table, owner in _ACCOUNTS
)
_FAMILYS = (
    "EXISTS (SELECT 1 FROM public.registry_custodyvalue a JOIN public.tuition_contract c"
    " ON c.institution_id = a.subject_id WHERE a.number_index = account_index"
    " AND c.guardian_id = any((select public.my_persons())::bigint[]))"
)
_BANKS = (
    "EXISTS (SELECT 1 FROM public.tuition_bankfile f"  # noqa: S608 -- constants of this file
    f" WHERE f.id = file_id AND f.bank_code = {BANK})"
)


def _policy(of_parties: str) -> str:
    return (
        "ALTER POLICY own_rows ON public.tuition_bankbalance USING ("
        f"CASE {SIDE} WHEN 'system' THEN true WHEN 'bank' THEN {_BANKS} ELSE {of_parties} END)"
    )


class Migration(migrations.Migration):
    """Widen who reads; who writes stays."""

    dependencies = [("reconciliation", "0006_what_refunds_leave_at_list_price")]
    operations = [migrations.RunSQL(_policy(f"{_MINE} OR {_FAMILYS}"), _policy(_MINE))]
