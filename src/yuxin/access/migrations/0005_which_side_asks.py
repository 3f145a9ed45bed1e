"""Which side asks: the system, the bureau, a bank, or a party.

Why: what banks tell (movements, balances, days) belongs to a bank and not to an institution, so the
    policies of such tables compare the bank of whoever asks, and keep parties to their own.
Lock: none. Reversible.
"""

from django.db import migrations

FUNCTIONS = """
CREATE FUNCTION public.my_side() RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT coalesce(current_setting('yuxin.side', true), '')
$$;
CREATE FUNCTION public.my_bank() RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT coalesce(current_setting('yuxin.bank', true), '')
$$;
"""

UNDO = "DROP FUNCTION public.my_bank(), public.my_side();"


class Migration(migrations.Migration):
    """Functions that policies lean on."""

    dependencies = [("access", "0004_grants_know_their_transaction")]
    operations = [migrations.RunSQL(FUNCTIONS, UNDO)]
