"""The one way to post, and the one way to open a contract's balance.

Why: the application role reaches the books only through these functions. ledger.post takes one
    institution's postings as arrays: what a call posts is posted whole or not at all.

    - Every call takes its keys in their order and then its balance rows in theirs, by one scan
      of their index, so calls cannot deadlock.
    - The primary key says what is a repeat: the same key with the same payload changes nothing
      and answers as the first time; with another payload the call is refused.
    - Every row written must be carried to a balance: a contract that nobody opened cannot be
      posted to.
    - No plan depends on statistics (a plan made on an empty table stays fast on a full one), and
      there is no exception block (each would open a subtransaction).
Lock: none. Reversible.
"""

from django.db import migrations

HASH = """
-- The hash of a posting, which is also its leaf: SHA-256 over its columns in network byte order,
-- numbers of fixed length first, then `kind|reference` in UTF-8. A missing `reverses` is 16
-- zero bytes. Dates count days and instants microseconds since 2000-01-01 (UTC).
CREATE FUNCTION ledger.posting_hash(
    institution_id bigint, key uuid, contract_id bigint, debit smallint, credit smallint,
    amount_fen bigint, effective_on date, recorded_at timestamptz, reverses uuid,
    fact_kind text, fact_ref text) RETURNS bytea
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT sha256(int8send(institution_id) || uuid_send(key) || int8send(contract_id)
        || int4send(debit::integer << 16 | credit) || int8send(amount_fen)
        || date_send(effective_on) || timestamptz_send(recorded_at)
        || coalesce(uuid_send(reverses), '\\x00000000000000000000000000000000'::bytea)
        || (fact_kind || '|' || fact_ref)::bytea)
$$;
REVOKE ALL ON FUNCTION ledger.posting_hash FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger.posting_hash TO yuxin_audit;
"""

OPEN = """
CREATE FUNCTION ledger.open_contracts(of_institution bigint, contract_ids bigint[]) RETURNS integer
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH opened AS (
        INSERT INTO ledger.contract_balance (institution_id, contract_id)
        SELECT of_institution, c FROM unnest(contract_ids) AS c ORDER BY c
        ON CONFLICT DO NOTHING
        RETURNING 1)
    SELECT count(*)::integer FROM opened
$$;
REVOKE ALL ON FUNCTION ledger.open_contracts FROM PUBLIC;
"""

POST = """
CREATE FUNCTION ledger.post(
    of_institution bigint, group_numbers integer[], keys uuid[], contract_ids bigint[],
    debits smallint[], credits smallint[], amounts_fen bigint[], effective_days date[],
    kinds text[], refs text[], reversed_keys uuid[],
    OUT posted_count integer, OUT repeated_count integer, OUT posted_at timestamptz)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_generic_plan SET jit = off
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
SET enable_hashagg = off SET enable_bitmapscan = off AS $$
DECLARE
    given integer := cardinality(keys);
    clock timestamptz := public.recorded_now();
    new_keys uuid[];
    moved_count bigint;
    carried_count bigint;
    ids bigint[];
    custody bigint[];
    in_transit bigint[];
    advance bigint[];
    unearned bigint[];
    pending bigint[];
    frozen bigint[];
    payable bigint[];
    refund_payable bigint[];
    paid bigint[];
    released bigint[];
    refunded bigint[];
    first_at timestamptz;
    problem text;
    dr smallint := debits[1];
    cr smallint := credits[1];
    fen bigint := amounts_fen[1];
BEGIN
    IF given IS NULL OR given = 0 OR (cardinality(group_numbers), cardinality(contract_ids),
        cardinality(debits), cardinality(credits), cardinality(amounts_fen),
        cardinality(effective_days), cardinality(kinds), cardinality(refs),
        cardinality(reversed_keys))
        IS DISTINCT FROM (given, given, given, given, given, given, given, given, given)
    THEN
        RAISE EXCEPTION 'arrays_differ_in_length' USING ERRCODE = 'YL001';
    END IF;

    IF given = 1 AND reversed_keys[1] IS NULL THEN
        INSERT INTO ledger.posting (
            institution_id, contract_id, amount_fen, recorded_at, batch_id, key, effective_on,
            debit, credit, payload_hash, fact_kind, fact_ref)
        VALUES (of_institution, contract_ids[1], fen, clock,
            (SELECT o.id FROM ledger.open_batch o WHERE o.single), keys[1], effective_days[1],
            dr, cr,
            ledger.posting_hash(of_institution, keys[1], contract_ids[1], dr, cr, fen,
                effective_days[1], clock, NULL, kinds[1], refs[1]), kinds[1], refs[1])
        ON CONFLICT ON CONSTRAINT posting_once DO NOTHING;
        IF FOUND THEN
            UPDATE ledger.contract_balance b
               SET custody_fen = b.custody_fen
                       + CASE 1001 WHEN dr THEN fen WHEN cr THEN -fen ELSE 0 END,
                   in_transit_fen = b.in_transit_fen
                       + CASE 1002 WHEN dr THEN fen WHEN cr THEN -fen ELSE 0 END,
                   advance_fen = b.advance_fen
                       + CASE 1003 WHEN dr THEN fen WHEN cr THEN -fen ELSE 0 END,
                   unearned_fen = b.unearned_fen
                       + CASE 2001 WHEN cr THEN fen WHEN dr THEN -fen ELSE 0 END,
                   pending_fen = b.pending_fen
                       + CASE 2002 WHEN cr THEN fen WHEN dr THEN -fen ELSE 0 END,
                   frozen_fen = b.frozen_fen
                       + CASE 2003 WHEN cr THEN fen WHEN dr THEN -fen ELSE 0 END,
                   payable_fen = b.payable_fen
                       + CASE 2004 WHEN cr THEN fen WHEN dr THEN -fen ELSE 0 END,
                   refund_payable_fen = b.refund_payable_fen
                       + CASE 2005 WHEN cr THEN fen WHEN dr THEN -fen ELSE 0 END,
                   paid_fen = b.paid_fen + CASE WHEN dr < 2000 AND cr = 2001 THEN fen ELSE 0 END,
                   released_fen = b.released_fen
                       + CASE WHEN cr = 1001 AND dr IN (2004, 1003) OR dr = 1003 AND cr = 2001
                              THEN fen
                              WHEN cr = 1003 AND dr IN (1001, 2005) THEN -fen ELSE 0 END,
                   refunded_fen = b.refunded_fen
                       + CASE WHEN dr = 2005 AND cr < 2000 THEN fen ELSE 0 END
             WHERE b.institution_id = of_institution AND b.contract_id = contract_ids[1];
            IF NOT FOUND THEN
                RAISE EXCEPTION 'contract_not_open' USING ERRCODE = 'YL003';
            END IF;
            posted_count := 1; repeated_count := 0; posted_at := clock;
            RETURN;
        END IF;
    END IF;

    IF array_remove(reversed_keys, NULL) <> '{}' THEN
        SELECT u.key::text INTO problem
          FROM unnest(keys, contract_ids, debits, credits, amounts_fen, reversed_keys)
               AS u (key, contract_id, debit, credit, amount_fen, reverses)
         WHERE u.reverses IS NOT NULL AND NOT EXISTS (
               SELECT 1 FROM ledger.posting o
                WHERE o.institution_id = of_institution AND o.key = u.reverses
                  AND o.contract_id = u.contract_id AND o.amount_fen = u.amount_fen
                  AND o.debit = u.credit AND o.credit = u.debit AND o.reverses IS NULL)
         LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'reverses_another_posting' USING ERRCODE = 'YL002', DETAIL = problem;
        END IF;
    END IF;

    WITH written AS (
        INSERT INTO ledger.posting AS p (
            institution_id, contract_id, amount_fen, recorded_at, batch_id, key, effective_on,
            debit, credit, payload_hash, fact_kind, fact_ref, reverses)
        SELECT of_institution, u.contract_id, u.amount_fen, clock,
               (SELECT o.id FROM ledger.open_batch o WHERE o.single), u.key, u.effective_on,
               u.debit, u.credit,
               ledger.posting_hash(of_institution, u.key, u.contract_id, u.debit, u.credit,
                   u.amount_fen, u.effective_on, clock, u.reverses, u.fact_kind, u.fact_ref),
               u.fact_kind, u.fact_ref, u.reverses
          FROM unnest(keys, contract_ids, debits, credits, amounts_fen, effective_days, kinds,
                      refs, reversed_keys)
               AS u (key, contract_id, debit, credit, amount_fen, effective_on, fact_kind,
                     fact_ref, reverses)
         ORDER BY u.key
        ON CONFLICT ON CONSTRAINT posting_once DO NOTHING
        RETURNING p.key, p.contract_id, p.debit AS d, p.credit AS c, p.amount_fen AS f
    ), moved AS (
        SELECT w.contract_id, count(*) AS row_count,
            sum(CASE 1001 WHEN d THEN f WHEN c THEN -f ELSE 0 END)::bigint AS custody,
            sum(CASE 1002 WHEN d THEN f WHEN c THEN -f ELSE 0 END)::bigint AS in_transit,
            sum(CASE 1003 WHEN d THEN f WHEN c THEN -f ELSE 0 END)::bigint AS advance,
            sum(CASE 2001 WHEN c THEN f WHEN d THEN -f ELSE 0 END)::bigint AS unearned,
            sum(CASE 2002 WHEN c THEN f WHEN d THEN -f ELSE 0 END)::bigint AS pending,
            sum(CASE 2003 WHEN c THEN f WHEN d THEN -f ELSE 0 END)::bigint AS frozen,
            sum(CASE 2004 WHEN c THEN f WHEN d THEN -f ELSE 0 END)::bigint AS payable,
            sum(CASE 2005 WHEN c THEN f WHEN d THEN -f ELSE 0 END)::bigint
                AS refund_payable,
            sum(CASE WHEN c = 2001 AND d < 2000 THEN f
                     WHEN d = 2001 AND c < 2000 THEN -f ELSE 0 END)::bigint AS paid,
            sum(CASE WHEN c = 1001 AND d IN (2004, 1003) OR d = 1003 AND c IN (2001, 2005)
                     THEN f
                     WHEN d = 1001 AND c IN (2004, 1003) OR c = 1003 AND d IN (2001, 2005)
                     THEN -f ELSE 0 END)::bigint AS released,
            sum(CASE WHEN d = 2005 AND c < 2000 THEN f
                     WHEN c = 2005 AND d < 2000 THEN -f ELSE 0 END)::bigint AS refunded
          FROM written w GROUP BY w.contract_id ORDER BY w.contract_id
    )
    SELECT (SELECT coalesce(array_agg(w.key), '{}') FROM written w),
           sum(m.row_count), coalesce(array_agg(m.contract_id ORDER BY m.contract_id), '{}'),
           array_agg(m.custody ORDER BY m.contract_id),
           array_agg(m.in_transit ORDER BY m.contract_id),
           array_agg(m.advance ORDER BY m.contract_id),
           array_agg(m.unearned ORDER BY m.contract_id),
           array_agg(m.pending ORDER BY m.contract_id),
           array_agg(m.frozen ORDER BY m.contract_id),
           array_agg(m.payable ORDER BY m.contract_id),
           array_agg(m.refund_payable ORDER BY m.contract_id),
           array_agg(m.paid ORDER BY m.contract_id),
           array_agg(m.released ORDER BY m.contract_id),
           array_agg(m.refunded ORDER BY m.contract_id)
      INTO new_keys, moved_count, ids,
           custody, in_transit, advance, unearned, pending, frozen,
           payable, refund_payable, paid, released, refunded
      FROM moved m;

    -- One index scan in the order of contracts and no join, which could go either way about:
    -- width_bucket finds a contract's place among the sorted ids.
    UPDATE ledger.contract_balance b
       SET (custody_fen, in_transit_fen, advance_fen, unearned_fen, pending_fen, frozen_fen,
            payable_fen, refund_payable_fen, paid_fen, released_fen, refunded_fen) = (
            SELECT b.custody_fen + custody[x.place],
                   b.in_transit_fen + in_transit[x.place],
                   b.advance_fen + advance[x.place],
                   b.unearned_fen + unearned[x.place],
                   b.pending_fen + pending[x.place],
                   b.frozen_fen + frozen[x.place],
                   b.payable_fen + payable[x.place],
                   b.refund_payable_fen + refund_payable[x.place],
                   b.paid_fen + paid[x.place],
                   b.released_fen + released[x.place],
                   b.refunded_fen + refunded[x.place]
              FROM (SELECT width_bucket(b.contract_id, ids) AS place OFFSET 0) x)
     WHERE b.institution_id = of_institution AND b.contract_id = ANY (ids);
    GET DIAGNOSTICS carried_count = ROW_COUNT;

    posted_count := cardinality(new_keys);
    repeated_count := given - posted_count;
    posted_at := clock;
    IF carried_count <> cardinality(ids) OR coalesce(moved_count, 0) <> posted_count THEN
        RAISE EXCEPTION 'contract_not_open' USING ERRCODE = 'YL003';
    END IF;
    IF repeated_count = 0 THEN RETURN; END IF;

    -- A new statement sees the winner of a race, which the INSERT above waited for.
    SELECT min(u.key::text) FILTER (WHERE p.payload_hash IS DISTINCT FROM
               ledger.posting_hash(of_institution, u.key, u.contract_id, u.debit, u.credit,
                   u.amount_fen, u.effective_on, p.recorded_at, u.reverses, u.fact_kind,
                   u.fact_ref)),
           max(p.recorded_at)
      INTO problem, first_at
      FROM unnest(keys, contract_ids, debits, credits, amounts_fen, effective_days, kinds, refs,
                  reversed_keys)
           AS u (key, contract_id, debit, credit, amount_fen, effective_on, fact_kind, fact_ref,
                 reverses)
      LEFT JOIN ledger.posting p ON p.institution_id = of_institution AND p.key = u.key;
    IF problem IS NOT NULL THEN
        RAISE EXCEPTION 'key_has_another_payload' USING ERRCODE = 'YL004', DETAIL = problem;
    END IF;
    SELECT min(g.number) INTO problem
      FROM (SELECT u.number FROM unnest(group_numbers, keys) AS u (number, key)
             GROUP BY u.number
            HAVING bool_or(u.key = ANY (new_keys)) AND NOT bool_and(u.key = ANY (new_keys))
                OR count(*) <> count(DISTINCT u.key)) g;
    IF problem IS NOT NULL THEN
        RAISE EXCEPTION 'group_was_posted_in_part' USING ERRCODE = 'YL005', DETAIL = problem;
    END IF;
    posted_at := first_at;
END $$;
REVOKE ALL ON FUNCTION ledger.post FROM PUBLIC;
"""

GRANT = """
GRANT EXECUTE ON FUNCTION ledger.post, ledger.open_contracts TO yuxin_app;
GRANT SELECT ON ledger.posting, ledger.contract_balance, ledger.batch, ledger.open_batch
    TO yuxin_app, yuxin_audit;
"""

UNDO = "DROP FUNCTION ledger.post, ledger.open_contracts, ledger.posting_hash"


class Migration(migrations.Migration):
    """ledger.post and ledger.open_contracts, for the application role alone."""

    dependencies = [("ledger", "0002_refuse_changes_to_what_was_posted")]
    operations = [
        migrations.RunSQL(HASH, UNDO),
        migrations.RunSQL(OPEN, migrations.RunSQL.noop),
        migrations.RunSQL(POST, migrations.RunSQL.noop),
        migrations.RunSQL(GRANT, migrations.RunSQL.noop),
    ]
