"""Rows of deposits are one's own; a failed top-up stops new enrolment; whose a bank line is.

Why: a deposit tells an account's number and what an institution owes; a part tells of a family.
    An institution that did not top up takes no new learner: the contract is refused whoever
    writes it, and the family may not read the order that was missed, so a function tells it.
Lock: a trigger on tuition_contract takes SHARE ROW EXCLUSIVE for an instant. Reversible.
"""

from django.db import migrations

_MINE = "institution_id = any((select public.my_institutions())::bigint[])"
_FAMILY = "guardian_id = any((select public.my_persons())::bigint[])"
RULES = {
    "deposit": _MINE,
    "floor": _MINE,
    "topup": _MINE,
    "use": _MINE,
    "part": f"{_MINE} OR {_FAMILY}",
}


def _shut(table: str) -> str:
    rule = RULES[table]
    return (  # the tables' names are those above
        f"ALTER TABLE public.deposits_{table} ENABLE ROW LEVEL SECURITY;"  # noqa: S608
        f"CREATE POLICY own_rows ON public.deposits_{table} TO yuxin_app"
        f" USING ({rule}) WITH CHECK ({rule});"
        f"CREATE POLICY every_row ON public.deposits_{table} FOR SELECT TO yuxin_audit"
        " USING (true);"
        f"REVOKE DELETE ON TABLE public.deposits_{table}"
        " FROM yuxin_app;"
    )


def _open(table: str) -> str:
    return (
        f"DROP POLICY own_rows ON public.deposits_{table};"
        f"DROP POLICY every_row ON public.deposits_{table};"
        f"ALTER TABLE public.deposits_{table} DISABLE ROW LEVEL SECURITY;"
        f"GRANT DELETE ON public.deposits_{table} TO yuxin_app;"
    )


FUNCTIONS = """
CREATE FUNCTION public.deposits_stop_enrolment(wanted bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM public.deposits_topup
                    WHERE institution_id = wanted AND state = 'failed')
$$;

CREATE FUNCTION public.deposits_refuse_contract() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF public.deposits_stop_enrolment(NEW.institution_id) THEN
        RAISE EXCEPTION 'deposit_below_floor' USING ERRCODE = 'YC003';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER no_contract_below_floor BEFORE INSERT ON tuition_contract
    FOR EACH ROW EXECUTE FUNCTION public.deposits_refuse_contract();

-- Lines of a bank on an account of deposits, and whose they are: the deposit that the line names,
-- else the one whose account it is; on a bureau's account only what is named.
CREATE FUNCTION public.deposits_lines()
RETURNS TABLE (line_id bigint, deposit_id bigint, institution_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT l.id, d.id, d.institution_id
      FROM public.tuition_bankline l CROSS JOIN LATERAL (
           SELECT d.id, d.institution_id FROM public.deposits_deposit d
            WHERE d.number_index = l.account_index AND d.bank_code = l.bank_code
              AND (d.code = l.reference OR d.holder = 'INSTITUTION')
            ORDER BY (d.code = l.reference) DESC, d.id LIMIT 1) d
     WHERE l.state = 'received' AND l.kind = 'IN' ORDER BY l.id LIMIT 500
$$;

-- Institutions with deposits, whose floors follow their contracts.
CREATE FUNCTION public.deposits_institutions()
RETURNS TABLE (institution_id bigint, first_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT institution_id, min(id) FROM public.deposits_deposit
     WHERE state = 'open' GROUP BY institution_id ORDER BY 1
$$;

CREATE FUNCTION public.deposits_uses_due()
RETURNS TABLE (institution_id bigint, code text, left_count bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT u.institution_id, u.code::text, count(*) FROM public.deposits_use u
      JOIN public.deposits_part p ON p.use_id = u.id
     WHERE u.state = 'decided' AND p.refund_id IS NULL AND p.amount_fen > 0
     GROUP BY 1, 2 ORDER BY 2
$$;
REVOKE ALL ON FUNCTION public.deposits_stop_enrolment(bigint), public.deposits_lines(),
    public.deposits_institutions(), public.deposits_uses_due() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.deposits_stop_enrolment(bigint), public.deposits_lines(),
    public.deposits_institutions(), public.deposits_uses_due() TO yuxin_app;
"""
DROP = """
DROP TRIGGER no_contract_below_floor ON tuition_contract;
DROP FUNCTION public.deposits_refuse_contract(), public.deposits_stop_enrolment(bigint),
    public.deposits_lines(), public.deposits_institutions(), public.deposits_uses_due();
"""


class Migration(migrations.Migration):
    """Shut the rows, stop enrolment, tell the clock its work."""

    dependencies = [
        ("deposits", "0001_tables_of_deposits"),
        ("tuition", "0013_paid_from_another_account"),
    ]
    operations = [
        *[migrations.RunSQL(_shut(table), _open(table)) for table in RULES],
        migrations.RunSQL(FUNCTIONS, DROP),
    ]
