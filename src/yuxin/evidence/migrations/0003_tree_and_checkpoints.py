"""The tree: entries in their order, full tiles, published checkpoints. Written once each.

Why: only the sequencer writes them, and nobody, whatever the role, changes or removes a row.
    The outbox may be given its index once; the rest of it stays as well. The public reads
    the tree through views that end at the last published checkpoint: witnessed first, shown
    second.
Lock: SHARE ROW EXCLUSIVE on the outbox, items and chains for an instant. Reversible.
"""

from django.db import migrations

TABLES = """
CREATE TABLE evidence.entry (
    idx bigint PRIMARY KEY CHECK (idx >= 0),
    id uuid NOT NULL UNIQUE,
    leaf bytea NOT NULL CHECK (octet_length(leaf) BETWEEN 1 AND 65535),
    leaf_hash bytea NOT NULL CHECK (octet_length(leaf_hash) = 32)
);
CREATE TABLE evidence.tile (
    level integer NOT NULL CHECK (level BETWEEN 0 AND 63),
    n bigint NOT NULL CHECK (n >= 0),
    data bytea NOT NULL CHECK (octet_length(data) = 8192),
    root bytea NOT NULL CHECK (octet_length(root) = 32),
    PRIMARY KEY (level, n)
);
CREATE TABLE evidence.checkpoint (
    size bigint PRIMARY KEY CHECK (size >= 0),
    note text NOT NULL,
    published_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
-- What the log last had to say about itself: halted, waiting for witnesses, or well.
CREATE TABLE evidence.sequencer_state (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    state text NOT NULL CHECK (state IN ('running', 'waiting', 'halted')),
    detail text NOT NULL DEFAULT '',
    at timestamptz NOT NULL DEFAULT clock_timestamp()
);
GRANT SELECT ON evidence.outbox TO yuxin_sequencer;
GRANT UPDATE (idx) ON evidence.outbox TO yuxin_sequencer;
GRANT SELECT, INSERT ON evidence.entry, evidence.tile, evidence.checkpoint TO yuxin_sequencer;
GRANT SELECT, INSERT, UPDATE ON evidence.sequencer_state TO yuxin_sequencer;
GRANT SELECT ON evidence.entry, evidence.tile, evidence.checkpoint, evidence.sequencer_state
    TO yuxin_app, yuxin_audit;
GRANT SELECT ON evidence.outbox TO yuxin_app;

CREATE VIEW portal.log_checkpoint AS
    SELECT c.size, c.note, c.published_at FROM evidence.checkpoint c;
CREATE VIEW portal.log_entry AS
    SELECT e.idx, e.leaf, e.leaf_hash FROM evidence.entry e
     WHERE e.idx < (SELECT max(c.size) FROM evidence.checkpoint c);
CREATE VIEW portal.log_tile AS
    SELECT t.level, t.n, t.data, t.root FROM evidence.tile t
     WHERE (t.n + 1) * power(256::numeric, t.level + 1)
           <= (SELECT max(c.size) FROM evidence.checkpoint c);
GRANT SELECT ON portal.log_checkpoint, portal.log_entry, portal.log_tile
    TO yuxin_app, yuxin_public;
"""

TRIGGERS = """
CREATE FUNCTION evidence.refuse_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'evidence_is_written_once: % on %', TG_OP, TG_TABLE_NAME
        USING ERRCODE = '23514';
END $$;
CREATE FUNCTION evidence.index_once() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF OLD.idx IS NOT NULL OR NEW.idx IS NULL
       OR (OLD.id, OLD.tx, OLD.tx_at, OLD.leaf) IS DISTINCT FROM
          (NEW.id, NEW.tx, NEW.tx_at, NEW.leaf) THEN
        RAISE EXCEPTION 'evidence_is_written_once: UPDATE on outbox' USING ERRCODE = '23514';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER written_once BEFORE UPDATE ON evidence.outbox
    FOR EACH ROW EXECUTE FUNCTION evidence.index_once();
CREATE TRIGGER never_removed BEFORE DELETE OR TRUNCATE ON evidence.outbox
    FOR EACH STATEMENT EXECUTE FUNCTION evidence.refuse_change();
CREATE TRIGGER never_removed BEFORE DELETE OR TRUNCATE ON evidence.chain
    FOR EACH STATEMENT EXECUTE FUNCTION evidence.refuse_change();
CREATE TRIGGER written_once BEFORE UPDATE OR DELETE OR TRUNCATE ON evidence.item
    FOR EACH STATEMENT EXECUTE FUNCTION evidence.refuse_change();
CREATE TRIGGER written_once BEFORE UPDATE OR DELETE OR TRUNCATE ON evidence.entry
    FOR EACH STATEMENT EXECUTE FUNCTION evidence.refuse_change();
CREATE TRIGGER written_once BEFORE UPDATE OR DELETE OR TRUNCATE ON evidence.tile
    FOR EACH STATEMENT EXECUTE FUNCTION evidence.refuse_change();
CREATE TRIGGER written_once BEFORE UPDATE OR DELETE OR TRUNCATE ON evidence.checkpoint
    FOR EACH STATEMENT EXECUTE FUNCTION evidence.refuse_change();
"""

UNDO = """
DROP VIEW portal.log_tile, portal.log_entry, portal.log_checkpoint;
DROP TRIGGER written_once ON evidence.outbox;
DROP TRIGGER never_removed ON evidence.outbox;
DROP TRIGGER never_removed ON evidence.chain;
DROP TRIGGER written_once ON evidence.item;
DROP TABLE evidence.entry, evidence.tile, evidence.checkpoint, evidence.sequencer_state;
DROP FUNCTION evidence.refuse_change, evidence.index_once;
REVOKE ALL ON evidence.outbox FROM yuxin_app, yuxin_sequencer;
"""


class Migration(migrations.Migration):
    """Entries, tiles, checkpoints; views of what is published; written once."""

    dependencies = [("evidence", "0002_items_and_chains")]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '3s'", migrations.RunSQL.noop),
        migrations.RunSQL(TABLES + TRIGGERS, UNDO),
    ]
