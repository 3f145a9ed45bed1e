"""A release may rest on a refund too: what taken lessons come to at the list price.

Why: where the list price counts (N15), a part of an order to transfer is no lesson's; its proof
    is the granted refund.
Lock: none. Reversible.
"""

from django.db import migrations

PROOFS = """
CREATE OR REPLACE FUNCTION public.reconciliation_proofs(bank text, on_day date, ids bigint[])
RETURNS TABLE (institution_id bigint, last4 text, cause text, reference text,
               expected_fen bigint, found_fen bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT o.institution_id, c.custody_last4::text, 'no_papers', c.code::text,
           NULL::bigint, o.amount_fen
      FROM public.tuition_paymentorder o JOIN public.tuition_contract c ON c.id = o.contract_id
     WHERE o.institution_id = any(ids) AND o.bank_code = bank AND o.state = 'arrived'
       AND o.arrived_on = on_day
       AND (c.signed_at IS NULL OR c.guardian_id <= 0 OR c.terms_sha256 = '')
    UNION ALL
    SELECT n.institution_id, c.custody_last4::text, 'unconfirmed', c.code::text || ':' || i.code,
           NULL::bigint, n.amount_fen
      FROM public.tuition_bankline l
      JOIN public.tuition_instruction i
        ON i.code = l.reference AND i.bank_code = bank AND i.state = 'done'
      JOIN public.tuition_instructionline n ON n.instruction_id = i.id AND n.amount_fen > 0
      JOIN public.tuition_contract c ON c.id = n.contract_id
     WHERE l.bank_code = bank AND l.account_day = on_day AND l.kind = 'OUT'
       AND l.state = 'matched' AND l.institution_id = any(ids)
       AND c.supervision = 'CUSTODY_PER_LESSON' AND n.ahead_fen = 0
       AND n.amount_fen <> (
           SELECT coalesce(sum(coalesce(s.kept_fen, s.amount_fen)), 0)
             FROM public.tuition_lesson s
            WHERE s.release_id = n.id AND s.state IN ('confirmed', 'deemed', 'settled')
              AND (s.answered_at IS NOT NULL OR s.deemed_on IS NOT NULL))
         + (
           SELECT coalesce(sum(r.listed_fen), 0) FROM public.tuition_refundcase r
            WHERE r.listed_release_id = n.id
              AND r.state IN ('approved', 'instructed', 'paid', 'returned'))
$$;
"""
BEFORE = """
CREATE OR REPLACE FUNCTION public.reconciliation_proofs(bank text, on_day date, ids bigint[])
RETURNS TABLE (institution_id bigint, last4 text, cause text, reference text,
               expected_fen bigint, found_fen bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT o.institution_id, c.custody_last4::text, 'no_papers', c.code::text,
           NULL::bigint, o.amount_fen
      FROM public.tuition_paymentorder o JOIN public.tuition_contract c ON c.id = o.contract_id
     WHERE o.institution_id = any(ids) AND o.bank_code = bank AND o.state = 'arrived'
       AND o.arrived_on = on_day
       AND (c.signed_at IS NULL OR c.guardian_id <= 0 OR c.terms_sha256 = '')
    UNION ALL
    SELECT n.institution_id, c.custody_last4::text, 'unconfirmed', c.code::text || ':' || i.code,
           NULL::bigint, n.amount_fen
      FROM public.tuition_bankline l
      JOIN public.tuition_instruction i
        ON i.code = l.reference AND i.bank_code = bank AND i.state = 'done'
      JOIN public.tuition_instructionline n ON n.instruction_id = i.id AND n.amount_fen > 0
      JOIN public.tuition_contract c ON c.id = n.contract_id
     WHERE l.bank_code = bank AND l.account_day = on_day AND l.kind = 'OUT'
       AND l.state = 'matched' AND l.institution_id = any(ids)
       AND c.supervision = 'CUSTODY_PER_LESSON' AND n.ahead_fen = 0
       AND n.amount_fen <> (
           SELECT coalesce(sum(coalesce(s.kept_fen, s.amount_fen)), 0)
             FROM public.tuition_lesson s
            WHERE s.release_id = n.id AND s.state IN ('confirmed', 'deemed', 'settled')
              AND (s.answered_at IS NOT NULL OR s.deemed_on IS NOT NULL))
$$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("reconciliation", "0005_a_bank_sees_its_own"),
        ("tuition", "0024_refunds_at_list_price"),
    ]

    operations = [migrations.RunSQL(PROOFS, BEFORE)]
