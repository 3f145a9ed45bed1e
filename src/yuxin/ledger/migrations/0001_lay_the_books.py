"""Lay the books: postings, the balance of each contract, sealed batches, the open batch.

Why: a posting is one row with a debit and a credit bucket, so the books cannot be unbalanced.
    A contract's buckets stand on one row, so that the database itself holds every bound: no
    bucket below zero (K3), assets equal to what is owed (K1), and what was paid equal to what is
    left, released and refunded (K2). Every row carries its institution, so that the tables can
    be partitioned by it later; nothing points at a posting with a foreign key.
Lock: creates only. Reversible.
"""

from django.db import migrations

SCHEMA = """
CREATE SCHEMA ledger;
GRANT USAGE ON SCHEMA ledger TO yuxin_app, yuxin_audit;

-- The number of the batch that new postings belong to; only ledger.close_batch moves it on.
CREATE TABLE ledger.open_batch (
    id bigint NOT NULL CHECK (id > 0),
    single boolean PRIMARY KEY DEFAULT true CHECK (single)
);
INSERT INTO ledger.open_batch (id) VALUES (1);

-- The server reads every CHECK of a table anew for each statement, so they are few and short.
CREATE TABLE ledger.posting (
    institution_id bigint NOT NULL,
    contract_id bigint NOT NULL,
    amount_fen bigint NOT NULL CONSTRAINT amount_is_money
        CHECK (amount_fen BETWEEN 1 AND 9007199254740991),
    recorded_at timestamptz NOT NULL,
    batch_id bigint NOT NULL,
    -- The transaction that posted it: the entry that tells of it was written in the same one.
    tx xid8 NOT NULL DEFAULT pg_current_xact_id(),
    key uuid NOT NULL,
    effective_on date NOT NULL,
    debit smallint NOT NULL,
    credit smallint NOT NULL,
    payload_hash bytea NOT NULL,
    fact_kind text NOT NULL,
    fact_ref text NOT NULL,
    reverses uuid,
    CONSTRAINT posting_once PRIMARY KEY (institution_id, key),
    -- ASCII without bar or backslash, so that `kind|reference` is read in one way only.
    CONSTRAINT fact_is_a_word_and_a_code CHECK (
        fact_kind ~ '^[a-z0-9_.]{1,64}$' AND fact_ref ~ '^[0-9A-Za-z_.:/#-]{1,128}$'),
    -- debit * 10000 + credit, two different buckets; a reversal stands the other way round.
    CONSTRAINT movement_is_known CHECK (
        CASE WHEN reverses IS NULL THEN debit * 10000 + credit ELSE credit * 10000 + debit END
        = ANY ('{
            10022001, 10012001, 10011002,
            20012002, 20022004, 20022003, 20032004, 20032001, 20032002, 20022001, 20012004,
            20041001, 20012005, 20051001,
            10031001, 20041003, 10011003, 10032001, 20051003}'::integer[]))
);
-- A posting is taken back at most once.
CREATE UNIQUE INDEX posting_reversed_once ON ledger.posting (institution_id, reverses)
    WHERE reverses IS NOT NULL;
CREATE INDEX posting_of_contract ON ledger.posting (institution_id, contract_id);
-- Rows lie in the order of their batches, so a few pages of index find a batch.
CREATE INDEX posting_of_batch ON ledger.posting USING brin (batch_id)
    WITH (pages_per_range = 32, autosummarize = on);

CREATE TABLE ledger.contract_balance (
    institution_id bigint NOT NULL,
    contract_id bigint NOT NULL,
    custody_fen bigint NOT NULL DEFAULT 0,
    in_transit_fen bigint NOT NULL DEFAULT 0,
    advance_fen bigint NOT NULL DEFAULT 0,
    unearned_fen bigint NOT NULL DEFAULT 0,
    pending_fen bigint NOT NULL DEFAULT 0,
    frozen_fen bigint NOT NULL DEFAULT 0,
    payable_fen bigint NOT NULL DEFAULT 0,
    refund_payable_fen bigint NOT NULL DEFAULT 0,
    paid_fen bigint NOT NULL DEFAULT 0,
    released_fen bigint NOT NULL DEFAULT 0,
    refunded_fen bigint NOT NULL DEFAULT 0,
    CONSTRAINT balance_of_contract PRIMARY KEY (institution_id, contract_id),
    CONSTRAINT no_bucket_below_zero CHECK (
        least(custody_fen, in_transit_fen, advance_fen, unearned_fen, pending_fen, frozen_fen,
              payable_fen, refund_payable_fen, paid_fen, released_fen, refunded_fen) >= 0),
    CONSTRAINT held_equals_owed CHECK (
        custody_fen + in_transit_fen + advance_fen
        = unearned_fen + pending_fen + frozen_fen + payable_fen + refund_payable_fen),
    -- With the equation above this is K2: what was paid is left, released or refunded.
    CONSTRAINT paid_is_accounted_for CHECK (
        paid_fen = custody_fen + in_transit_fen + released_fen + refunded_fen)
) WITH (fillfactor = 50);

CREATE TABLE ledger.batch (
    institution_id bigint NOT NULL,
    id bigint NOT NULL,
    posting_count bigint NOT NULL CHECK (posting_count > 0),
    sum_fen bigint NOT NULL CHECK (sum_fen > 0),
    -- What the batch adds to each bucket of the institution, in the order of the bucket numbers.
    custody_fen bigint NOT NULL,
    in_transit_fen bigint NOT NULL,
    advance_fen bigint NOT NULL,
    unearned_fen bigint NOT NULL,
    pending_fen bigint NOT NULL,
    frozen_fen bigint NOT NULL,
    payable_fen bigint NOT NULL,
    refund_payable_fen bigint NOT NULL,
    merkle_root bytea NOT NULL CHECK (octet_length(merkle_root) = 32),
    previous_hash bytea NOT NULL CHECK (octet_length(previous_hash) = 32),
    hash bytea NOT NULL CHECK (octet_length(hash) = 32),
    sealed_at timestamptz NOT NULL,
    CONSTRAINT batch_once PRIMARY KEY (institution_id, id),
    CONSTRAINT batch_follows_one UNIQUE (institution_id, previous_hash)
);
"""


class Migration(migrations.Migration):
    """The tables of the ledger."""

    initial = True
    dependencies = [("access", "0001_recorded_now")]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '3s'", migrations.RunSQL.noop),
        migrations.RunSQL(SCHEMA, "DROP SCHEMA ledger CASCADE"),
    ]
