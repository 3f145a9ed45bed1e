"""Whose a text or a signature is, that neither is rewritten, and that nothing half-signed is paid.

Why: texts hold full names; a signature that could be changed signs nothing; money is taken for
    what both sides signed alone.
Lock: ALTER TABLE takes ACCESS EXCLUSIVE for an instant on empty tables. Reversible.
"""

from django.db import migrations

_MINE = "institution_id = any((select public.my_institutions())::bigint[])"
_FAMILY = "guardian_id = any((select public.my_persons())::bigint[])"
RULES = {
    "agreements_contracttext": f"{_MINE} OR {_FAMILY}",
    "agreements_signature": f"{_MINE} OR {_FAMILY}",
    "agreements_particulars": _FAMILY,
}
FIXED = ("agreements_contracttext", "agreements_signature")

BOTH_SIGNED = """
CREATE FUNCTION public.require_both_signed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF (SELECT count(*) FROM public.agreements_signature s
         WHERE s.contract_id = NEW.id AND s.payload_sha256 = NEW.terms_sha256) < 2 THEN
        RAISE EXCEPTION 'paid_before_both_signed: %', NEW.code USING ERRCODE = '23514';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER both_signed_before_paid BEFORE UPDATE OF state ON public.tuition_contract
FOR EACH ROW WHEN (OLD.state = 'signed' AND NEW.state = 'active' AND NEW.origin = 'own')
EXECUTE FUNCTION public.require_both_signed();
"""
NOT_SIGNED = """
DROP TRIGGER both_signed_before_paid ON public.tuition_contract;
DROP FUNCTION public.require_both_signed();
"""


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
    """Shut, fix, and ask for both signatures."""

    dependencies = [
        ("agreements", "0001_texts_and_signatures"),
        ("tuition", "0002_rows_of_ones_own"),
    ]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '3s'", migrations.RunSQL.noop),
        *[migrations.RunSQL(_shut(t, r), _open(t)) for t, r in RULES.items()],
        *[
            migrations.RunSQL(
                f"REVOKE UPDATE, DELETE ON public.{t} FROM yuxin_app",
                f"GRANT UPDATE, DELETE ON public.{t} TO yuxin_app",
            )
            for t in FIXED
        ],
        migrations.RunSQL(BOTH_SIGNED, NOT_SIGNED),
    ]
