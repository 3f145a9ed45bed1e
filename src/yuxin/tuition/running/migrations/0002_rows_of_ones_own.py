"""Row-level security, what was declared stays, and a learner for a decided contract.

Why: who learned where and paid what is the family's matter. The institution's word stays as it
    was written beside the guardian's. A learner is the guardian's own row; where an officer
    decides because the guardian did not answer, a function enters the child for that very row.
Lock: ALTER TABLE takes ACCESS EXCLUSIVE for an instant on an empty table. Reversible.
"""

from django.db import migrations

SHUT = """
ALTER TABLE public.running_runningcontract ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON public.running_runningcontract TO yuxin_app
    USING (institution_id = any((select public.my_institutions())::bigint[])
           OR guardian_id = any((select public.my_persons())::bigint[]))
    WITH CHECK (institution_id = any((select public.my_institutions())::bigint[])
                OR guardian_id = any((select public.my_persons())::bigint[]));
CREATE POLICY every_row ON public.running_runningcontract FOR SELECT TO yuxin_audit USING (true);
REVOKE DELETE ON public.running_runningcontract FROM yuxin_app;
CREATE TRIGGER what_was_agreed_stays BEFORE UPDATE OF code, institution_id, guardian_id,
    class_group_id, paper_number, learner_name_sealed, paid_fen, paid_on, total_centiunits,
    taught_centiunits, cut_over_on ON public.running_runningcontract FOR EACH ROW
    EXECUTE FUNCTION public.refuse_rewriting('code', 'institution_id', 'guardian_id',
        'class_group_id', 'paper_number', 'learner_name_sealed', 'paid_fen', 'paid_on',
        'total_centiunits', 'taught_centiunits', 'cut_over_on');
"""
OPEN = """
DROP TRIGGER what_was_agreed_stays ON public.running_runningcontract;
GRANT DELETE ON public.running_runningcontract TO yuxin_app;
DROP POLICY own_rows ON public.running_runningcontract;
DROP POLICY every_row ON public.running_runningcontract;
ALTER TABLE public.running_runningcontract DISABLE ROW LEVEL SECURITY;
"""
LEARNER = """
CREATE FUNCTION public.running_learner(wanted text, at timestamptz) RETURNS bigint
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    INSERT INTO public.tuition_learner (guardian_id, name_sealed, school, grade, added_at)
    SELECT r.guardian_id, r.learner_name_sealed, '', '', at
      FROM public.running_runningcontract r
     WHERE r.code = wanted AND r.contract_id IS NULL
       AND r.institution_id = any((select public.my_institutions())::bigint[])
    RETURNING id
$$;
REVOKE ALL ON FUNCTION public.running_learner(text, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.running_learner(text, timestamptz) TO yuxin_app;
"""


class Migration(migrations.Migration):
    """Shut the table."""

    dependencies = [
        ("running", "0001_contracts_of_before"),
        ("tuition", "0010_what_was_agreed_stays"),
    ]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '3s'", migrations.RunSQL.noop),
        migrations.RunSQL(SHUT, OPEN),
        migrations.RunSQL(LEARNER, "DROP FUNCTION public.running_learner(text, timestamptz)"),
    ]
