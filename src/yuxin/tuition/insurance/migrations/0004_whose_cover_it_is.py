"""Certificates and claims are one's own; the clock finds what to send and whose an answer is.

Why: a certificate tells who learns where and for how much.
Lock: none to speak of, on empty tables. Reversible.
"""

from django.db import migrations

_RULE = (
    "institution_id = any((select public.my_institutions())::bigint[])"
    " OR guardian_id = any((select public.my_persons())::bigint[])"
)


def _shut(table: str) -> str:
    return (
        f"ALTER TABLE public.insurance_{table} ENABLE ROW LEVEL SECURITY;"
        f"CREATE POLICY own_rows ON public.insurance_{table} TO yuxin_app"
        f" USING ({_RULE}) WITH CHECK ({_RULE});"
        f"CREATE POLICY every_row ON public.insurance_{table} FOR SELECT TO yuxin_audit"
        " USING (true);"
    )


def _open(table: str) -> str:
    return (
        f"DROP POLICY own_rows ON public.insurance_{table};"
        f"DROP POLICY every_row ON public.insurance_{table};"
        f"ALTER TABLE public.insurance_{table} DISABLE ROW LEVEL SECURITY;"
    )


FUNCTIONS = """
-- What an insurer was not asked yet: certificates of paid contracts, claims.
CREATE FUNCTION public.insurance_to_send()
RETURNS TABLE (institution_id bigint, kind text, code text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT c.institution_id, 'cover', c.code::text FROM public.insurance_certificate c
      JOIN public.tuition_contract t ON t.id = c.contract_id
     WHERE c.sent_at IS NULL AND c.state = 'asked' AND t.paid_at IS NOT NULL
    UNION ALL
    SELECT m.institution_id, 'claim', m.code::text FROM public.insurance_coverclaim m
     WHERE m.sent_at IS NULL AND m.state = 'filed' ORDER BY 2, 3
$$;
CREATE FUNCTION public.insurance_institution_of(wanted text) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(
        (SELECT institution_id FROM public.insurance_certificate WHERE code = wanted),
        (SELECT institution_id FROM public.insurance_coverclaim WHERE code = wanted))
$$;
-- Institutions with cover whose course or contract is over.
CREATE FUNCTION public.insurance_over(day date)
RETURNS TABLE (institution_id bigint, first_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT c.institution_id, min(c.id) FROM public.insurance_certificate c
      JOIN public.tuition_contract t ON t.id = c.contract_id
     WHERE c.state IN ('asked', 'in_force')
       AND (c.until_on < day OR t.state IN ('closed', 'cancelled')) GROUP BY 1 ORDER BY 1
$$;
REVOKE ALL ON FUNCTION public.insurance_to_send(), public.insurance_institution_of(text),
    public.insurance_over(date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.insurance_to_send(), public.insurance_institution_of(text),
    public.insurance_over(date) TO yuxin_app;
"""
DROP = (
    "DROP FUNCTION public.insurance_to_send(), public.insurance_institution_of(text),"
    " public.insurance_over(date)"
)


class Migration(migrations.Migration):
    """Shut the rows, tell the clock its work."""

    dependencies = [
        ("insurance", "0003_cover_of_contracts"),
        ("tuition", "0013_paid_from_another_account"),
    ]
    operations = [
        *[migrations.RunSQL(_shut(t), _open(t)) for t in ("certificate", "coverclaim")],
        migrations.RunSQL(FUNCTIONS, DROP),
    ]
