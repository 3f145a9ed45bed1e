"""A contract's class and units change by a supplement in force alone; its text is fixed.

Why: what both sides signed stays; the class of a learner and the units left may change, by what
    both signed again. Rows are whose the contract is.
Lock: ALTER TABLE and CREATE TRIGGER take ACCESS EXCLUSIVE for an instant. Reversible.
"""

from django.db import migrations

FIXED = (
    *("code", "institution_id", "guardian_id", "learner_id", "course_id", "total_fen"),
    *("total_centiunits", "gift_centiunits", "terms", "terms_sha256", "rules_sha256"),
    *("custody_sealed", "bank_code", "deemed_days", "silence_days"),
)
BEFORE = (*FIXED, "class_group_id")
TEXT = (
    *("code", "institution_id", "guardian_id", "contract_id", "kind", "new_class_id"),
    *("new_centiunits", "refund_fen", "text_sealed", "text_sha256", "proposed_at"),
)


def _fixed(table: str, columns: tuple[str, ...]) -> str:
    quoted = ", ".join(f"'{each}'" for each in columns)
    return (
        f"CREATE TRIGGER what_was_agreed_stays BEFORE UPDATE OF {', '.join(columns)}"
        f" ON public.{table} FOR EACH ROW EXECUTE FUNCTION public.refuse_rewriting({quoted});"
    )


BY_SUPPLEMENT = """
CREATE FUNCTION public.changed_by_supplement() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NEW.class_group_id IS DISTINCT FROM OLD.class_group_id AND NOT EXISTS (
        SELECT 1 FROM public.agreements_supplement s
         WHERE s.contract_id = NEW.id AND s.state = 'in_force'
           AND s.new_class_id = NEW.class_group_id)
    OR NEW.agreed_centiunits IS DISTINCT FROM OLD.agreed_centiunits AND NOT EXISTS (
        SELECT 1 FROM public.agreements_supplement s
         WHERE s.contract_id = NEW.id AND s.state = 'in_force'
           AND s.new_centiunits = NEW.agreed_centiunits) THEN
        RAISE EXCEPTION 'what_was_agreed_stays: no supplement for %', NEW.code
            USING ERRCODE = '42501';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER changed_by_supplement BEFORE UPDATE OF class_group_id, agreed_centiunits
ON public.tuition_contract FOR EACH ROW EXECUTE FUNCTION public.changed_by_supplement();
"""
NO_SUPPLEMENT = """
DROP TRIGGER changed_by_supplement ON public.tuition_contract;
DROP FUNCTION public.changed_by_supplement();
"""
SHUT = """
ALTER TABLE public.agreements_supplement ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON public.agreements_supplement TO yuxin_app
USING (institution_id = any((select public.my_institutions())::bigint[])
       OR guardian_id = any((select public.my_persons())::bigint[]))
WITH CHECK (institution_id = any((select public.my_institutions())::bigint[])
       OR guardian_id = any((select public.my_persons())::bigint[]));
CREATE POLICY every_row ON public.agreements_supplement FOR SELECT TO yuxin_audit USING (true);
REVOKE DELETE ON public.agreements_supplement FROM yuxin_app;
"""
OPEN = """
DROP POLICY own_rows ON public.agreements_supplement;
DROP POLICY every_row ON public.agreements_supplement;
ALTER TABLE public.agreements_supplement DISABLE ROW LEVEL SECURITY;
GRANT DELETE ON public.agreements_supplement TO yuxin_app;
"""
DROP = "DROP TRIGGER what_was_agreed_stays ON public.{};"


class Migration(migrations.Migration):
    """Let supplements change what they may."""

    dependencies = [("agreements", "0004_supplements")]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '3s'", migrations.RunSQL.noop),
        migrations.RunSQL(
            DROP.format("tuition_contract") + _fixed("tuition_contract", FIXED),
            DROP.format("tuition_contract") + _fixed("tuition_contract", BEFORE),
        ),
        migrations.RunSQL(BY_SUPPLEMENT, NO_SUPPLEMENT),
        migrations.RunSQL(
            _fixed("agreements_supplement", TEXT), DROP.format("agreements_supplement")
        ),
        migrations.RunSQL(SHUT, OPEN),
    ]
