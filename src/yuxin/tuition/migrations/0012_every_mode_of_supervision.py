"""A contract names the mode it was signed under; an order may hold an advance; the clock finds all.

Why: what is transferred follows from the plan in the terms of each contract. The column repeats
    the terms so that it can be searched, and a check keeps the two alike. An order of a plan that
    is not made of whole lessons goes without its contract when a lesson is disputed in time.
Lock: ACCESS EXCLUSIVE on three tables for the new columns and checks. Reversible.
"""

from django.db import migrations, models

SIGNED = """
UPDATE public.tuition_contract SET supervision = terms #>> '{funds,mode}'
 WHERE terms #>> '{funds,mode}' IS NOT NULL;
ALTER TABLE public.tuition_contract ADD CONSTRAINT contract_supervision_is_signed
    CHECK (supervision = terms #>> '{funds,mode}');
CREATE TRIGGER supervision_stays BEFORE UPDATE OF supervision ON public.tuition_contract
    FOR EACH ROW EXECUTE FUNCTION public.refuse_rewriting('supervision');
"""
UNSIGNED = """
DROP TRIGGER supervision_stays ON public.tuition_contract;
ALTER TABLE public.tuition_contract DROP CONSTRAINT contract_supervision_is_signed;
"""
HOLD_BACK = """
-- One statement decides: an order that is being sent meanwhile is waited for, then it has left.
CREATE OR REPLACE FUNCTION public.tuition_hold_back(wanted bigint) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    line bigint;
    amount bigint;
    whole bigint;
    of_contract bigint;
    payable bigint;
BEGIN
    SELECT l.release_id, l.amount_fen, l.contract_id, b.payable_fen
      INTO line, amount, of_contract, payable
      FROM public.tuition_lesson l
      JOIN ledger.contract_balance b
        ON b.institution_id = l.institution_id AND b.contract_id = l.contract_id
     WHERE l.id = wanted AND l.state = 'deemed'
       AND l.guardian_id = any((SELECT public.my_persons())::bigint[]);
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    IF line IS NOT NULL THEN
        UPDATE public.tuition_instruction i
           SET amount_fen = i.amount_fen - amount,
               state = CASE WHEN i.amount_fen = amount THEN 'withdrawn' ELSE i.state END
          FROM public.tuition_instructionline n
         WHERE n.id = line AND i.id = n.instruction_id AND i.state = 'created'
           AND i.sent_at IS NULL;
        IF NOT FOUND THEN
            RETURN false;
        END IF;
        UPDATE public.tuition_instructionline
           SET amount_fen = amount_fen - amount, open = amount_fen > amount WHERE id = line;
        UPDATE public.tuition_lesson SET release_id = NULL WHERE id = wanted;
        RETURN true;
    END IF;
    -- No order is made of this lesson. Its money may be payable still, stand in an order of the
    -- whole contract, or have worked an advance off.
    SELECT n.id, n.amount_fen INTO line, whole FROM public.tuition_instructionline n
     WHERE n.contract_id = of_contract AND n.open;
    IF payable - coalesce(whole, 0) >= amount THEN
        RETURN true;
    END IF;
    IF line IS NULL OR payable < amount THEN
        RETURN false;
    END IF;
    UPDATE public.tuition_instruction i
       SET amount_fen = i.amount_fen - whole,
           state = CASE WHEN i.amount_fen = whole THEN 'withdrawn' ELSE i.state END
      FROM public.tuition_instructionline n
     WHERE n.id = line AND i.id = n.instruction_id AND i.state = 'created' AND i.sent_at IS NULL;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    UPDATE public.tuition_instructionline SET amount_fen = 0, ahead_fen = 0, open = false
     WHERE id = line;
    UPDATE public.tuition_lesson SET release_id = NULL WHERE release_id = line;
    RETURN true;
END
$$;
"""
DUE = """
DROP FUNCTION public.tuition_due_releases();
-- `first_id` changes when an order was made: until then a repeat is the same request.
CREATE FUNCTION public.tuition_due_releases(day date)
RETURNS TABLE (institution_id bigint, first_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT d.institution_id,
           (SELECT coalesce(max(i.id), 0) FROM public.tuition_instruction i
             WHERE i.institution_id = d.institution_id)
      FROM (
        SELECT b.institution_id FROM ledger.contract_balance b
         WHERE b.payable_fen > 0 AND (b.custody_fen > 0 OR b.advance_fen > 0)
           AND b.contract_id > 0
           AND NOT EXISTS (SELECT 1 FROM public.tuition_instructionline l
                            WHERE l.contract_id = b.contract_id AND l.open)
        UNION
        -- Money that goes ahead of teaching: at the start of a course, or by the calendar.
        SELECT c.institution_id FROM public.tuition_contract c
          JOIN public.tuition_course k ON k.id = c.course_id
          JOIN ledger.contract_balance b
            ON b.institution_id = c.institution_id AND b.contract_id = c.id
         WHERE c.supervision IN ('CUSTODY_ADVANCE', 'CUSTODY_ROLLING') AND c.state = 'active'
           AND k.first_on <= day AND b.custody_fen > 0
           AND (c.supervision = 'CUSTODY_ADVANCE' AND b.released_fen = 0
                OR c.terms #>> '{funds,partial}' = 'true')
      ) d
     ORDER BY 1
$$;
REVOKE ALL ON FUNCTION public.tuition_due_releases(date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.tuition_due_releases(date) TO yuxin_app;
"""


class Migration(migrations.Migration):
    """Columns, checks, and what the clock and a dispute ask the database."""

    dependencies = [("tuition", "0011_orders_to_give_back")]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '3s'", migrations.RunSQL.noop),
        migrations.AddField(
            model_name="contract",
            name="supervision",
            field=models.CharField(default="CUSTODY_PER_LESSON", max_length=20),
        ),
        migrations.AddIndex(
            model_name="contract",
            index=models.Index(
                condition=models.Q(("supervision__in", ["CUSTODY_ADVANCE", "CUSTODY_ROLLING"])),
                fields=["institution_id", "state"],
                name="contract_paid_ahead",
            ),
        ),
        migrations.AddField(
            model_name="course",
            name="supervision",
            field=models.CharField(blank=True, default="", max_length=20),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name="instruction",
            name="kind",
            field=models.CharField(
                choices=[
                    ("release", "Release"),
                    ("refund", "Refund"),
                    ("return", "Return"),
                    ("advance", "Advance"),
                ],
                max_length=8,
            ),
        ),
        migrations.AddField(
            model_name="instructionline",
            name="ahead_fen",
            field=models.BigIntegerField(default=0),
        ),
        migrations.AddConstraint(
            model_name="instructionline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ahead_fen__gte", 0), ("ahead_fen__lte", models.F("amount_fen"))
                ),
                name="instruction_line_ahead_within",
            ),
        ),
        migrations.RunSQL(SIGNED, UNSIGNED),
        migrations.RunSQL(HOLD_BACK, migrations.RunSQL.noop),
        migrations.RunSQL(DUE, migrations.RunSQL.noop),
    ]
