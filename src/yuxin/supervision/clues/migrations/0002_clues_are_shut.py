"""Clues are only added to; a guardian reads their own, the bureau those within its grants.

Why: who reported is known to nobody but the reporter; a function names the person for the answer
    of the bureau and nothing else.
Lock: policies take ACCESS EXCLUSIVE for an instant on new tables. Reversible.
"""

from django.db import migrations

TABLES = ("outsidepayment", "reporter", "outsidefinding", "closuresign")
FUNCTIONS = """
CREATE FUNCTION public.my_clues() RETURNS text[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(array_agg(r.clue_code::text), '{}') FROM public.clues_reporter r
     WHERE r.guardian_id = any((SELECT public.my_persons())::bigint[])
$$;
CREATE FUNCTION public.my_clue_ids() RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(array_agg(p.id), '{}') FROM public.clues_outsidepayment p
      JOIN public.clues_reporter r ON r.clue_code = p.code
     WHERE r.guardian_id = any((SELECT public.my_persons())::bigint[])
$$;
CREATE FUNCTION public.clues_reporter_of(wanted text) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT r.guardian_id FROM public.clues_reporter r
      JOIN public.clues_outsidepayment p ON p.code = r.clue_code
     WHERE r.clue_code = wanted
       AND p.institution_id = any((SELECT public.my_institutions())::bigint[])
$$;
REVOKE ALL ON FUNCTION public.my_clues(), public.my_clue_ids(), public.clues_reporter_of(text)
  FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.my_clues(), public.my_clue_ids(), public.clues_reporter_of(text)
  TO yuxin_app;
"""
BUREAU = "institution_id = any((select public.my_institutions())::bigint[])"
RULES = {
    "outsidepayment": f"{BUREAU} OR code = any((select public.my_clues())::text[])",
    "reporter": "guardian_id = any((select public.my_persons())::bigint[])",
    "outsidefinding": f"{BUREAU} OR payment_id = any((select public.my_clue_ids())::bigint[])",
    "closuresign": BUREAU,
}
SHUT = "".join(
    f"REVOKE UPDATE ON public.clues_{table} FROM yuxin_app;"
    f"ALTER TABLE public.clues_{table} ENABLE ROW LEVEL SECURITY;"
    f"CREATE POLICY own_rows ON public.clues_{table} TO yuxin_app USING ({rule});"
    f"CREATE POLICY every_row ON public.clues_{table} FOR SELECT TO yuxin_audit USING (true);"
    for table, rule in RULES.items()
)
# To lock a clue while it is decided one column must be changeable; nothing ever changes it.
LOCKABLE = "GRANT UPDATE (recorded_at) ON public.clues_outsidepayment TO yuxin_app;"
OPEN = (
    "REVOKE UPDATE (recorded_at) ON public.clues_outsidepayment FROM yuxin_app;"
    + "".join(
        f"DROP POLICY own_rows ON public.clues_{table};"
        f"DROP POLICY every_row ON public.clues_{table};"
        f"ALTER TABLE public.clues_{table} DISABLE ROW LEVEL SECURITY;"
        f"GRANT UPDATE ON public.clues_{table} TO yuxin_app;"
        for table in TABLES
    )
    + "DROP FUNCTION public.clues_reporter_of(text);"
    "DROP FUNCTION public.my_clue_ids(); DROP FUNCTION public.my_clues();"
)


class Migration(migrations.Migration):
    """Shut the tables."""

    dependencies = [("clues", "0001_clues_and_signs"), ("access", "0001_recorded_now")]
    operations = [migrations.RunSQL(FUNCTIONS + SHUT + LOCKABLE, OPEN)]
