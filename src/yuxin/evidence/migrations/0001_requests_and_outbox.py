"""Requests with their receipts, and the outbox that entries are sequenced from.

Why: the application role reaches both only through functions, so that a receipt once given and
    an entry once written stay as they are.
Lock: creates only. Reversible.
"""

from django.db import migrations

TABLES = """
CREATE SCHEMA evidence;
GRANT USAGE ON SCHEMA evidence TO yuxin_app, yuxin_sequencer, yuxin_audit;

CREATE TABLE evidence.operation_request (
    actor_key text NOT NULL,
    request_id uuid NOT NULL,
    operation text NOT NULL,
    payload_sha256 bytea NOT NULL CHECK (octet_length(payload_sha256) = 32),
    receipt jsonb,
    opened_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (actor_key, request_id)
);
CREATE TABLE evidence.outbox (
    id uuid PRIMARY KEY,
    tx xid8 NOT NULL DEFAULT pg_current_xact_id(),
    tx_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    leaf bytea NOT NULL CHECK (octet_length(leaf) BETWEEN 1 AND 65535),
    idx bigint UNIQUE
);
CREATE INDEX outbox_by_tx ON evidence.outbox (tx);
GRANT SELECT ON evidence.operation_request, evidence.outbox TO yuxin_audit;
"""

FUNCTIONS = """
CREATE FUNCTION evidence.open_request(
    of_actor text, of_request uuid, of_operation text, of_payload bytea,
    OUT opened boolean, OUT same boolean, OUT receipt jsonb)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO evidence.operation_request AS r (actor_key, request_id, operation, payload_sha256)
    VALUES (of_actor, of_request, of_operation, of_payload)
    ON CONFLICT DO NOTHING;
    opened := FOUND;
    IF opened THEN RETURN; END IF;
    SELECT r.operation = of_operation AND r.payload_sha256 = of_payload, r.receipt
      INTO same, receipt
      FROM evidence.operation_request r
     WHERE r.actor_key = of_actor AND r.request_id = of_request;
END $$;

CREATE FUNCTION evidence.close_request(of_actor text, of_request uuid, with_receipt jsonb)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM evidence.outbox o WHERE o.tx = pg_current_xact_id()) THEN
        RAISE EXCEPTION 'operation_without_entry' USING ERRCODE = '23514';
    END IF;
    UPDATE evidence.operation_request r SET receipt = with_receipt
     WHERE r.actor_key = of_actor AND r.request_id = of_request AND r.receipt IS NULL;
    IF NOT FOUND THEN RAISE EXCEPTION 'request_not_open' USING ERRCODE = '23514'; END IF;
END $$;

CREATE FUNCTION evidence.append(of_id uuid, of_leaf bytea) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    INSERT INTO evidence.outbox (id, leaf) VALUES (of_id, of_leaf);
$$;

CREATE FUNCTION evidence.refuse_silent_commit() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM evidence.outbox o WHERE o.tx = pg_current_xact_id()) THEN
        RAISE EXCEPTION 'operation_without_entry' USING ERRCODE = '23514';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER operation_has_entry AFTER INSERT ON evidence.operation_request
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION evidence.refuse_silent_commit();

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA evidence FROM PUBLIC;
GRANT EXECUTE ON FUNCTION evidence.open_request, evidence.close_request, evidence.append
    TO yuxin_app;
"""


class Migration(migrations.Migration):
    """Requests, outbox, and the functions that are the only way in."""

    dependencies = [("access", "0001_recorded_now")]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '3s'", migrations.RunSQL.noop),
        migrations.RunSQL(TABLES, "DROP SCHEMA evidence CASCADE"),
        migrations.RunSQL(FUNCTIONS, migrations.RunSQL.noop),
    ]
