"""Seal batches: count, sums and Merkle root of what was posted, chained per institution.

Why: a chain over sealed batches names any byte that is changed later, without making writers
    wait for each other as a chain over rows would. Totals of an institution are sums over its
    batches plus a tail.

    A batch is closed by moving the number of the open one on, and sealed when nobody who may
    have read the old number is still at work. The wait is part of the function, so a batch
    cannot be sealed before it is whole.
    Postings of a batch are taken in the order of their keys; 256 of them make a page, a page is
    a leaf of an RFC 6962 tree: SHA-256(0x00 | their hashes one after the other).
Lock: none on postings. Reversible.
"""

from django.db import migrations

TREE = """
CREATE FUNCTION ledger.merkle_root(leaves bytea[]) RETURNS bytea
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    level bytea[] := leaves;
BEGIN
    WHILE cardinality(level) > 1 LOOP
        level := ARRAY(
            SELECT CASE WHEN level[i + 1] IS NULL THEN level[i]
                        ELSE sha256('\\x01'::bytea || level[i] || level[i + 1]) END
              FROM generate_series(1, cardinality(level), 2) AS i ORDER BY i);
    END LOOP;
    RETURN coalesce(level[1], sha256(''));
END $$;

-- What batches hold, computed from their postings alone; the seal and the audit share it.
CREATE FUNCTION ledger.batch_contents(from_id bigint, through_id bigint)
RETURNS TABLE (institution_id bigint, id bigint, posting_count bigint, sum_fen bigint,
    custody_fen bigint, in_transit_fen bigint, advance_fen bigint, unearned_fen bigint,
    pending_fen bigint, frozen_fen bigint, payable_fen bigint, refund_payable_fen bigint,
    merkle_root bytea)
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp SET jit = off AS $$
    WITH joined AS (
        SELECT p.institution_id, p.batch_id,
               string_agg(p.payload_hash, ''::bytea ORDER BY p.key) AS hashes
          FROM ledger.posting p
         WHERE p.batch_id BETWEEN from_id AND through_id
         GROUP BY p.institution_id, p.batch_id
    ), pairs AS (
        SELECT p.institution_id, p.batch_id, p.debit AS d, p.credit AS c,
               count(*) AS n, sum(p.amount_fen) AS f
          FROM ledger.posting p
         WHERE p.batch_id BETWEEN from_id AND through_id
         GROUP BY p.institution_id, p.batch_id, p.debit, p.credit
    ), sums AS (
        SELECT institution_id, batch_id, sum(n)::bigint AS posting_count, sum(f)::bigint AS total,
            sum(CASE 1001 WHEN d THEN f WHEN c THEN -f ELSE 0 END)::bigint AS custody,
            sum(CASE 1002 WHEN d THEN f WHEN c THEN -f ELSE 0 END)::bigint AS in_transit,
            sum(CASE 1003 WHEN d THEN f WHEN c THEN -f ELSE 0 END)::bigint AS advance,
            sum(CASE 2001 WHEN c THEN f WHEN d THEN -f ELSE 0 END)::bigint AS unearned,
            sum(CASE 2002 WHEN c THEN f WHEN d THEN -f ELSE 0 END)::bigint AS pending,
            sum(CASE 2003 WHEN c THEN f WHEN d THEN -f ELSE 0 END)::bigint AS frozen,
            sum(CASE 2004 WHEN c THEN f WHEN d THEN -f ELSE 0 END)::bigint AS payable,
            sum(CASE 2005 WHEN c THEN f WHEN d THEN -f ELSE 0 END)::bigint AS refund_payable
          FROM pairs GROUP BY institution_id, batch_id
    )
    SELECT institution_id, batch_id, posting_count, total, custody, in_transit, advance, unearned,
           pending, frozen, payable, refund_payable,
           ledger.merkle_root(ARRAY(
               SELECT sha256('\\x00'::bytea || substr(hashes, start, 8192))
                 FROM generate_series(1, octet_length(hashes), 8192) AS start ORDER BY start))
      FROM sums JOIN joined USING (institution_id, batch_id)
$$;

CREATE FUNCTION ledger.batch_hash(of_batch ledger.batch) RETURNS bytea
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT sha256(of_batch.previous_hash || int8send(of_batch.institution_id)
        || int8send(of_batch.id) || int8send(of_batch.posting_count)
        || int8send(of_batch.sum_fen) || int8send(of_batch.custody_fen)
        || int8send(of_batch.in_transit_fen) || int8send(of_batch.advance_fen)
        || int8send(of_batch.unearned_fen) || int8send(of_batch.pending_fen)
        || int8send(of_batch.frozen_fen) || int8send(of_batch.payable_fen)
        || int8send(of_batch.refund_payable_fen) || of_batch.merkle_root)
$$;
REVOKE ALL ON FUNCTION ledger.merkle_root, ledger.batch_contents, ledger.batch_hash FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger.merkle_root, ledger.batch_contents, ledger.batch_hash
    TO yuxin_audit;
"""

SEAL = """
CREATE FUNCTION ledger.close_batch() RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    UPDATE ledger.open_batch SET id = id + 1 WHERE single RETURNING id - 1
$$;

-- Transactions that may still post into a batch that was closed before this call.
CREATE FUNCTION ledger.others_at_work() RETURNS text[]
LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
    SELECT array_agg(w.name) FROM (
        SELECT l.pid || '@' || l.virtualxid AS name
          FROM pg_locks l JOIN pg_stat_get_activity(NULL) a ON a.pid = l.pid
         WHERE l.locktype = 'virtualxid' AND l.mode = 'ExclusiveLock'
           AND l.pid <> pg_backend_pid() AND a.usesysid IS NOT NULL
           AND a.datid = (SELECT oid FROM pg_database WHERE datname = current_database())
         UNION ALL
        SELECT 'prepared@' || x.gid FROM pg_prepared_xacts x WHERE x.database = current_database()
    ) w
$$;

CREATE FUNCTION ledger.seal_batches(wait_ms integer) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    first_id bigint;
    last_id bigint;
    at_work text[];
    until timestamptz := clock_timestamp() + wait_ms * interval '1 millisecond';
    written bigint := 0;
    one bigint;
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'seal_reads_committed' USING ERRCODE = 'YL006';
    END IF;
    IF EXISTS (SELECT 1 FROM ledger.open_batch o
                WHERE o.xmin = pg_current_xact_id_if_assigned()::xid) THEN
        RAISE EXCEPTION 'close_is_not_committed' USING ERRCODE = 'YL006';
    END IF;
    IF NOT pg_try_advisory_xact_lock(7300, 1) THEN RETURN NULL; END IF;
    SELECT o.sealed_id + 1, o.id - 1 INTO first_id, last_id FROM ledger.open_batch o;
    IF last_id < first_id THEN RETURN 0; END IF;

    at_work := ledger.others_at_work();
    WHILE at_work && ledger.others_at_work() LOOP
        IF clock_timestamp() > until THEN RETURN NULL; END IF;
        PERFORM pg_sleep(0.005);
    END LOOP;

    FOR number IN first_id..last_id LOOP
        INSERT INTO ledger.batch
        SELECT c.institution_id, c.id, c.posting_count, c.sum_fen, c.custody_fen,
               c.in_transit_fen, c.advance_fen, c.unearned_fen, c.pending_fen, c.frozen_fen,
               c.payable_fen, c.refund_payable_fen, c.merkle_root, l.hash,
               ledger.batch_hash(ROW(c.institution_id, c.id, c.posting_count, c.sum_fen,
                   c.custody_fen, c.in_transit_fen, c.advance_fen, c.unearned_fen,
                   c.pending_fen, c.frozen_fen, c.payable_fen, c.refund_payable_fen,
                   c.merkle_root, l.hash, NULL, NULL)::ledger.batch),
               public.recorded_now()
          FROM ledger.batch_contents(number, number) c
         CROSS JOIN LATERAL (
               SELECT coalesce((SELECT b.hash FROM ledger.batch b
                                 WHERE b.institution_id = c.institution_id
                                 ORDER BY b.id DESC LIMIT 1),
                               decode(repeat('00', 32), 'hex')) AS hash) l;
        GET DIAGNOSTICS one = ROW_COUNT;
        written := written + one;
    END LOOP;
    UPDATE ledger.open_batch SET sealed_id = last_id WHERE single;
    RETURN written;
END $$;

REVOKE ALL ON FUNCTION ledger.close_batch, ledger.others_at_work, ledger.seal_batches FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger.close_batch, ledger.seal_batches TO yuxin_app;
"""

UNDO = """
DROP FUNCTION ledger.seal_batches, ledger.others_at_work, ledger.close_batch, ledger.batch_hash,
    ledger.batch_contents, ledger.merkle_root;
"""


class Migration(migrations.Migration):
    """Closing and sealing, for the application role alone; their arithmetic for audit too."""

    dependencies = [("ledger", "0004_tell_django_of_the_books")]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '3s'", migrations.RunSQL.noop),
        migrations.RunSQL(
            "ALTER TABLE ledger.open_batch"
            " ADD COLUMN sealed_id bigint NOT NULL DEFAULT 0,"
            " ADD CONSTRAINT sealed_before_open CHECK (sealed_id < id)",
            "ALTER TABLE ledger.open_batch DROP COLUMN sealed_id",
        ),
        migrations.RunSQL(TREE, UNDO),
        migrations.RunSQL(SEAL, migrations.RunSQL.noop),
    ]
