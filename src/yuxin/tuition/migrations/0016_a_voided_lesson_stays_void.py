"""A lesson is voided only while the family has not answered, and stays void.

Why: after an answer the money follows the answer; a correction then goes through a dispute.
Lock: CREATE TRIGGER takes SHARE ROW EXCLUSIVE for an instant. Reversible.
"""

from django.db import migrations

GUARD = """
CREATE FUNCTION public.void_only_unanswered() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF OLD.state = 'voided' OR (NEW.state = 'voided' AND OLD.state <> 'pending') THEN
        RAISE EXCEPTION 'void_only_unanswered: % to %', OLD.state, NEW.state
            USING ERRCODE = '23514';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER void_only_unanswered BEFORE UPDATE OF state ON public.tuition_lesson
    FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state)
    EXECUTE FUNCTION public.void_only_unanswered();
"""
FREE = """
DROP TRIGGER void_only_unanswered ON public.tuition_lesson;
DROP FUNCTION public.void_only_unanswered();
"""


class Migration(migrations.Migration):
    """Shut the way back."""

    dependencies = [("tuition", "0015_a_roll_is_put_right")]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '3s'", migrations.RunSQL.noop),
        migrations.RunSQL(GUARD, FREE),
    ]
