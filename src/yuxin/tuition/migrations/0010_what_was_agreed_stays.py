"""What both sides agreed and what a lesson, an order or a payment is about cannot be rewritten.

Why: the application role moves states and times; whose contract it is, its terms, its sums and
    its place in the timetable stay as they were written, whoever asks.
Lock: CREATE TRIGGER takes SHARE ROW EXCLUSIVE for an instant. Reversible.
"""

from django.db import migrations

FIXED = {
    "contract": (
        "code, institution_id, guardian_id, learner_id, course_id, class_group_id, total_fen,"
        " total_centiunits, gift_centiunits, terms, terms_sha256, rules_sha256, custody_sealed,"
        " bank_code, deemed_days, silence_days"
    ),
    "paymentorder": "code, institution_id, guardian_id, contract_id, amount_fen",
    "lesson": "code, institution_id, guardian_id, contract_id, session_id, ordinal, amount_fen",
    "contractstep": "institution_id, guardian_id, contract_id, kind, at, entry_id, item_key",
}

REFUSE = """
CREATE FUNCTION public.refuse_rewriting() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    fixed text;
BEGIN
    FOREACH fixed IN ARRAY TG_ARGV LOOP
        IF to_jsonb(OLD) -> fixed IS DISTINCT FROM to_jsonb(NEW) -> fixed THEN
            RAISE EXCEPTION 'what_was_agreed_stays: %.%', TG_TABLE_NAME, fixed
                USING ERRCODE = '42501';
        END IF;
    END LOOP;
    RETURN NEW;
END $$;
"""


def _trigger(table: str, columns: str) -> str:
    names = ", ".join(f"'{each.strip()}'" for each in columns.split(","))
    return (
        f"CREATE TRIGGER what_was_agreed_stays BEFORE UPDATE OF {columns}"
        f" ON public.tuition_{table} FOR EACH ROW"
        f" EXECUTE FUNCTION public.refuse_rewriting({names});"
    )


def _drop(table: str) -> str:
    return f"DROP TRIGGER what_was_agreed_stays ON public.tuition_{table};"


class Migration(migrations.Migration):
    """Let states move and nothing else."""

    dependencies = [("tuition", "0009_learners_have_paid")]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '3s'", migrations.RunSQL.noop),
        migrations.RunSQL(REFUSE, "DROP FUNCTION public.refuse_rewriting()"),
        *[migrations.RunSQL(_trigger(t, c), _drop(t)) for t, c in FIXED.items()],
    ]
