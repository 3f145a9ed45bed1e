"""The comparison in sets: a bank's day, its accounts, what differs on the four levels.

Why: a day of a bank is a million lines of ten thousand institutions; it is compared by a few
    statements over all of them, which tell differences and sums and no family's row.
Lock: none. Reversible.
"""

from django.db import migrations

# Days that can be compared, and whether all of a day is new or only what was left open in it.
DUE = """
CREATE FUNCTION public.reconciliation_days_due(as_of timestamptz, again_after interval)
RETURNS TABLE (bank_code text, account_day date, whole boolean, mark timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH kind AS (
        SELECT f.bank_code, f.account_day, f.kind, max(f.received_at) AS received_at
          FROM public.tuition_bankfile f WHERE f.refused = ''
         GROUP BY f.bank_code, f.account_day, f.kind
        HAVING bool_or(f.last) AND count(*) = max(f.part)
    ), complete AS (
        SELECT k.bank_code, k.account_day, max(k.received_at) AS received_at
          FROM kind k GROUP BY k.bank_code, k.account_day HAVING count(*) = 5
    )
    SELECT c.bank_code::text, c.account_day,
           d.checked_at IS NULL OR c.received_at > d.checked_at,
           greatest(c.received_at, d.checked_at)
      FROM complete c
      LEFT JOIN public.reconciliation_bankday d
        ON d.bank_code = c.bank_code AND d.account_day = c.account_day
     WHERE (d.checked_at IS NULL OR c.received_at > d.checked_at
            OR (d.checked_at < as_of - again_after AND (
                EXISTS (SELECT 1 FROM public.breaks_break b
                          JOIN public.cases_proceeding p ON p.id = b.proceeding_id
                         WHERE b.bank_code = c.bank_code AND b.account_day = c.account_day
                           AND p.closed_at IS NULL)
                OR EXISTS (SELECT 1 FROM public.reconciliation_accountday a
                            WHERE a.bank_code = c.bank_code AND a.account_day = c.account_day
                              AND a.closed_at IS NULL))))
       AND NOT EXISTS (SELECT 1 FROM public.tuition_bankline l
                        WHERE l.state = 'received' AND l.bank_code = c.bank_code
                          AND l.account_day = c.account_day)
     ORDER BY c.account_day, c.bank_code
$$;
"""
# Whose accounts and lines a day holds; 0 where nobody is known.
WHOSE = """
CREATE FUNCTION public.reconciliation_institutions(bank text, on_day date, whole boolean)
RETURNS TABLE (institution_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT DISTINCT found.id FROM (
        SELECT coalesce((SELECT v.subject_id FROM public.registry_custodyvalue v
                          WHERE v.number_index = b.account_index
                          ORDER BY v.valid_from DESC, v.recorded_at DESC, v.id DESC LIMIT 1), 0)
          FROM public.tuition_bankbalance b JOIN public.tuition_bankfile f ON f.id = b.file_id
         WHERE whole AND f.bank_code = bank AND b.account_day = on_day
           AND NOT EXISTS (SELECT 1 FROM public.deposits_deposit d
                            WHERE d.number_index = b.account_index)
        UNION ALL
        SELECT coalesce(l.institution_id, 0) FROM public.tuition_bankline l
         WHERE whole AND l.bank_code = bank AND l.account_day = on_day
        UNION ALL
        SELECT k.institution_id FROM public.breaks_break k
          JOIN public.cases_proceeding p ON p.id = k.proceeding_id
         WHERE k.bank_code = bank AND k.account_day = on_day AND p.closed_at IS NULL
        UNION ALL
        SELECT a.institution_id FROM public.reconciliation_accountday a
         WHERE a.bank_code = bank AND a.account_day = on_day AND a.closed_at IS NULL
    ) found (id) ORDER BY 1
$$;
"""
# Level 1: each line that was matched, against the order or the instruction that it names, anew;
# what the matching of lines did not match has its break already. `other_day`: the same item, which
# we held to be paid on an earlier day.
LINES = """
CREATE FUNCTION public.reconciliation_lines(bank text, on_day date, ids bigint[])
RETURNS TABLE (institution_id bigint, last4 text, cause text, line_id bigint, expected_fen bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH line AS MATERIALIZED (
        SELECT l.id, l.institution_id, l.kind, l.amount_fen, l.reference, l.account_last4, l.detail
          FROM public.tuition_bankline l
         WHERE l.bank_code = bank AND l.account_day = on_day AND l.institution_id = any(ids)
           AND l.state = 'matched'
           AND NOT EXISTS (SELECT 1 FROM public.deposits_deposit d
                            WHERE d.number_index = l.account_index)
    ), receipt AS (
        SELECT l.id, l.institution_id, l.account_last4 AS last4, o.amount_fen AS expected_fen,
               CASE WHEN o.id IS NULL THEN 'bank_only'
                    WHEN o.amount_fen <> l.amount_fen THEN 'amount_diff'
                    WHEN o.state <> 'arrived' THEN 'status_diff'
                    WHEN o.arrived_on <> on_day THEN 'duplicate'
                    WHEN (o.paid_at AT TIME ZONE 'Asia/Shanghai')::date < on_day
                        THEN 'other_day'
               END AS cause
          FROM line l
          LEFT JOIN public.tuition_contract c ON c.code = l.reference AND c.bank_code = bank
          LEFT JOIN public.tuition_paymentorder o
            ON o.contract_id = c.id AND o.channel_serial = l.detail ->> 'channel_serial'
         WHERE l.kind = 'IN'
    ), result AS (
        SELECT l.id, l.institution_id, coalesce(i.from_last4, '') AS last4,
               i.amount_fen AS expected_fen,
               CASE WHEN i.id IS NULL THEN 'bank_only'
                    WHEN i.amount_fen <> l.amount_fen THEN 'amount_diff'
                    WHEN i.state <> 'returned' AND i.state <>
                         CASE l.detail ->> 'status' WHEN 'SUCCESS' THEN 'done'
                                                    ELSE lower(l.detail ->> 'status') END
                        THEN 'status_diff'
               END AS cause
          FROM line l
          LEFT JOIN public.tuition_instruction i
            ON i.code = l.reference AND i.bank_code = bank
         WHERE l.kind <> 'IN'
    )
    SELECT r.institution_id, r.last4::text, r.cause, r.id, r.expected_fen
      FROM receipt r WHERE r.cause IS NOT NULL
    UNION ALL
    SELECT r.institution_id, r.last4::text, r.cause, r.id, r.expected_fen
      FROM result r WHERE r.cause IS NOT NULL
$$;
"""
# Level 1, the other way round: what we hold to be paid or ordered and the bank never told.
OVERDUE = """
CREATE FUNCTION public.reconciliation_overdue(bank text, cutoff date, ids bigint[])
RETURNS TABLE (institution_id bigint, last4 text, amount_fen bigint, reference text, due_on date)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT o.institution_id, c.custody_last4::text, o.amount_fen, c.code::text,
           (o.paid_at AT TIME ZONE 'Asia/Shanghai')::date
      FROM public.tuition_paymentorder o JOIN public.tuition_contract c ON c.id = o.contract_id
     WHERE o.institution_id = any(ids) AND o.state = 'paid' AND o.bank_code = bank
       AND (o.paid_at AT TIME ZONE 'Asia/Shanghai')::date <= cutoff
    UNION ALL
    SELECT i.institution_id, i.from_last4::text, i.amount_fen, i.code::text, i.value_on
      FROM public.tuition_instruction i
     WHERE i.institution_id = any(ids) AND i.state = 'sent' AND i.bank_code = bank
       AND i.value_on <= cutoff
$$;
"""
# Level 2: each custody account of the balance file beside the books as of the day. Accounts of
# deposits have books and floors of their own (`tuition.deposits`).
ACCOUNTS = """
CREATE FUNCTION public.reconciliation_accounts(bank text, on_day date, ids bigint[])
RETURNS TABLE (institution_id bigint, last4 text, opening_fen bigint, debit_fen bigint,
               credit_fen bigint, closing_fen bigint, before_fen bigint, books_fen bigint,
               contract_count bigint, receipt_count bigint, receipt_fen bigint,
               release_count bigint, release_fen bigint, refund_count bigint, refund_fen bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH account AS (
        SELECT coalesce(v.subject_id, 0) AS institution_id, b.account_last4 AS last4,
               b.opening_fen, b.debit_fen, b.credit_fen, b.closing_fen,
               p.closing_fen AS before_fen
          FROM public.tuition_bankbalance b
          JOIN public.tuition_bankfile f ON f.id = b.file_id
          LEFT JOIN LATERAL (
              SELECT v.subject_id FROM public.registry_custodyvalue v
               WHERE v.number_index = b.account_index
               ORDER BY v.valid_from DESC, v.recorded_at DESC, v.id DESC LIMIT 1) v ON true
          LEFT JOIN public.tuition_bankbalance p
            ON p.account_index = b.account_index AND p.account_day = on_day - 1
         WHERE f.bank_code = bank AND b.account_day = on_day
           AND coalesce(v.subject_id, 0) = any(ids)
           AND NOT EXISTS (SELECT 1 FROM public.deposits_deposit d
                            WHERE d.number_index = b.account_index)
    ), alone AS (
        SELECT a.institution_id, min(a.last4) AS last4 FROM account a
         GROUP BY a.institution_id HAVING count(*) = 1
    ), line AS (
        SELECT coalesce(l.institution_id, 0) AS institution_id,
               coalesce(nullif(l.account_last4, ''), nullif(i.from_last4, ''), o.last4) AS last4,
               count(*) FILTER (WHERE l.kind = 'IN') AS receipt_count,
               sum(l.amount_fen) FILTER (WHERE l.kind = 'IN') AS receipt_fen,
               count(*) FILTER (WHERE l.kind = 'OUT') AS release_count,
               sum(l.amount_fen) FILTER (WHERE l.kind = 'OUT') AS release_fen,
               count(*) FILTER (WHERE l.kind = 'REF') AS refund_count,
               sum(l.amount_fen) FILTER (WHERE l.kind = 'REF') AS refund_fen
          FROM public.tuition_bankline l
          LEFT JOIN public.tuition_instruction i
            ON l.kind <> 'IN' AND i.code = l.reference AND i.bank_code = bank
          LEFT JOIN alone o ON o.institution_id = l.institution_id
         WHERE l.bank_code = bank AND l.account_day = on_day
           AND coalesce(l.institution_id, 0) = any(ids)
           AND (l.kind = 'IN' OR l.detail ->> 'status' = 'SUCCESS')
           AND NOT EXISTS (SELECT 1 FROM public.deposits_deposit d
                            WHERE d.number_index = l.account_index)
         GROUP BY 1, 2
    ), held AS (
        SELECT c.institution_id, c.custody_last4 AS last4, count(*) AS contract_count,
               sum(x.custody_fen) AS fen
          FROM ledger.contract_balance x
          JOIN public.tuition_contract c ON c.id = x.contract_id
         WHERE x.institution_id = any(ids) AND x.contract_id > 0 AND c.bank_code = bank
         GROUP BY 1, 2
    ), later AS (
        SELECT p.institution_id, c.custody_last4 AS last4,
               sum(CASE WHEN p.debit = 1001 THEN p.amount_fen ELSE -p.amount_fen END) AS fen
          FROM ledger.posting p JOIN public.tuition_contract c ON c.id = p.contract_id
         WHERE p.effective_on > on_day AND p.institution_id = any(ids)
           AND (p.debit = 1001 OR p.credit = 1001) AND c.bank_code = bank
         GROUP BY 1, 2
    ), suspense AS (
        SELECT l.institution_id, l.account_last4 AS last4,
               sum(CASE WHEN p.debit = 1001 THEN p.amount_fen ELSE -p.amount_fen END) AS fen
          FROM public.tuition_bankline l
          JOIN ledger.posting p
            ON p.institution_id = l.institution_id
           AND p.contract_id = -(l.institution_id * 8 + 1)
           AND p.fact_kind = 'bank_line' AND p.fact_ref = l.bank_serial
         WHERE l.state <> 'matched' AND l.bank_code = bank AND l.institution_id = any(ids)
           AND l.account_day <= on_day AND p.effective_on <= on_day
           AND (p.debit = 1001 OR p.credit = 1001)
         GROUP BY 1, 2
    )
    SELECT a.institution_id, a.last4::text, a.opening_fen, a.debit_fen, a.credit_fen,
           a.closing_fen, a.before_fen,
           (coalesce(h.fen, 0) - coalesce(n.fen, 0) + coalesce(s.fen, 0))::bigint,
           coalesce(h.contract_count, 0),
           coalesce(l.receipt_count, 0), coalesce(l.receipt_fen, 0)::bigint,
           coalesce(l.release_count, 0), coalesce(l.release_fen, 0)::bigint,
           coalesce(l.refund_count, 0), coalesce(l.refund_fen, 0)::bigint
      FROM account a
      LEFT JOIN line l USING (institution_id, last4)
      LEFT JOIN held h USING (institution_id, last4)
      LEFT JOIN later n USING (institution_id, last4)
      LEFT JOIN suspense s USING (institution_id, last4)
$$;
"""
# What may lie between a closing and the books: money the bank has and did not tell yet (or told
# as something else), with the sum by which it raises the bank's balance.
ITEMS = """
CREATE FUNCTION public.reconciliation_items(bank text, on_day date, ids bigint[])
RETURNS TABLE (institution_id bigint, last4 text, kind text, what text, amount_fen bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT o.institution_id, c.custody_last4::text, 'in_transit', 'order:' || o.code, o.amount_fen
      FROM public.tuition_paymentorder o JOIN public.tuition_contract c ON c.id = o.contract_id
     WHERE o.institution_id = any(ids) AND o.bank_code = bank
       AND (o.created_at AT TIME ZONE 'Asia/Shanghai')::date <= on_day
       AND (o.state = 'paid' OR (o.state = 'arrived' AND o.arrived_on > on_day))
    UNION ALL
    SELECT i.institution_id, i.from_last4::text, 'ordered', 'instruction:' || i.code,
           -i.amount_fen
      FROM public.tuition_instruction i
     WHERE i.institution_id = any(ids) AND i.bank_code = bank AND i.value_on <= on_day
       AND (i.state = 'sent' OR (i.state IN ('done', 'returned') AND NOT EXISTS (
            SELECT 1 FROM public.tuition_bankline l
             WHERE l.bank_code = bank AND l.reference = i.code AND l.kind <> 'IN'
               AND l.state = 'matched' AND l.account_day <= on_day)))
    UNION ALL
    SELECT i.institution_id, i.from_last4::text, 'returned', 'instruction:' || i.code,
           i.amount_fen
      FROM public.tuition_instruction i
     WHERE i.institution_id = any(ids) AND i.bank_code = bank AND i.value_on <= on_day
       AND i.state IN ('sent', 'done')
    UNION ALL
    SELECT l.institution_id, coalesce(nullif(l.account_last4, ''), i.from_last4, '')::text,
           'unbooked', l.kind || ':' || l.bank_serial || ':' || l.account_day,
           CASE WHEN l.kind = 'IN' OR l.detail ->> 'status' = 'RETURNED'
                THEN l.amount_fen ELSE -l.amount_fen END
      FROM public.tuition_bankline l
      LEFT JOIN public.tuition_instruction i ON i.code = l.reference AND i.bank_code = bank
     WHERE l.state IN ('bank_only', 'amount_diff', 'status_diff', 'duplicate')
       AND l.bank_code = bank AND l.institution_id = any(ids) AND l.account_day <= on_day
       AND NOT EXISTS (SELECT 1 FROM ledger.posting p
                        WHERE p.institution_id = l.institution_id
                          AND p.contract_id = -(l.institution_id * 8 + 1)
                          AND p.fact_kind = 'bank_line' AND p.fact_ref = l.bank_serial)
$$;
"""
# Level 3: the balance of every contract that moved on the day, recomputed from its postings.
BOOKS = """
CREATE FUNCTION public.reconciliation_books(bank text, on_day date, ids bigint[])
RETURNS TABLE (institution_id bigint, last4 text, cause text, reference text,
               expected_fen bigint, found_fen bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH moved AS (
        SELECT DISTINCT p.institution_id, p.contract_id FROM ledger.posting p
         WHERE p.effective_on = on_day AND p.institution_id = any(ids) AND p.contract_id > 0
    ), again AS (
        SELECT p.institution_id, p.contract_id,
               sum(CASE WHEN p.debit = 1001 THEN p.amount_fen
                        WHEN p.credit = 1001 THEN -p.amount_fen ELSE 0 END) AS custody,
               sum(CASE WHEN p.credit > 2000 THEN p.amount_fen ELSE 0 END
                 - CASE WHEN p.debit > 2000 THEN p.amount_fen ELSE 0 END) AS owed
          FROM moved m JOIN ledger.posting p USING (institution_id, contract_id) GROUP BY 1, 2
    )
    SELECT a.institution_id, c.custody_last4::text, 'books_diff', c.code::text,
           a.custody::bigint, b.custody_fen
      FROM again a
      JOIN public.tuition_contract c ON c.id = a.contract_id AND c.bank_code = bank
      LEFT JOIN ledger.contract_balance b
        ON b.institution_id = a.institution_id AND b.contract_id = a.contract_id
     WHERE b.custody_fen IS DISTINCT FROM a.custody
        OR b.unearned_fen + b.pending_fen + b.frozen_fen + b.payable_fen + b.refund_payable_fen
           IS DISTINCT FROM a.owed
        OR b.custody_fen + b.in_transit_fen + b.advance_fen IS DISTINCT FROM a.owed
$$;
"""
# Level 4: every receipt rests on a signed contract and a purchaser, every release per lesson on
# lessons that were confirmed, deemed confirmed or settled; other plans are held to their progress
# where they are settled.
PROOFS = """
CREATE FUNCTION public.reconciliation_proofs(bank text, on_day date, ids bigint[])
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
FUNCTIONS = (DUE, WHOSE, LINES, OVERDUE, ACCOUNTS, ITEMS, BOOKS, PROOFS)
NAMES = (
    "reconciliation_days_due(timestamptz, interval)",
    "reconciliation_institutions(text, date, boolean)",
    "reconciliation_lines(text, date, bigint[])",
    "reconciliation_overdue(text, date, bigint[])",
    "reconciliation_accounts(text, date, bigint[])",
    "reconciliation_items(text, date, bigint[])",
    "reconciliation_books(text, date, bigint[])",
    "reconciliation_proofs(text, date, bigint[])",
)
GRANTS = "".join(
    f"REVOKE ALL ON FUNCTION public.{name} FROM PUBLIC;"
    f"GRANT EXECUTE ON FUNCTION public.{name} TO yuxin_app;"
    for name in NAMES
)
DROP = "".join(f"DROP FUNCTION public.{name};" for name in NAMES)


class Migration(migrations.Migration):
    """Compare a bank's day with the books."""

    dependencies = [
        ("reconciliation", "0001_account_days"),
        ("tuition", "0014_when_a_bank_day_is_all_there"),
        ("breaks", "0003_breaks_of_every_level"),
        ("cases", "0001_tables_of_proceedings"),
        ("deposits", "0001_tables_of_deposits"),
        ("ledger", "0005_seal_batches"),
        ("registry", "0001_tables_of_the_registry"),
    ]
    operations = [migrations.RunSQL("".join(FUNCTIONS) + GRANTS, DROP)]
