"""What an entry commits to, kept beside it, and the chain of every subject.

Why: a leaf says nothing; the fields that open it, with the record's key wrapped by the subject's
    key, are kept here until they may be erased. A chain numbers the items of one subject, so a
    missing one shows. The first version of `evidence.append` is replaced: this one accepts an
    entry only with its items, in the order of their chains.
Lock: ACCESS EXCLUSIVE on the outbox for an instant. Reversible on an empty log.
"""

from django.db import migrations

TABLES = """
CREATE TABLE evidence.chain (
    name text PRIMARY KEY CHECK (name <> '' AND octet_length(name) <= 200),
    s bigint NOT NULL DEFAULT 0 CHECK (s >= 0),
    p bytea CHECK (octet_length(p) = 32),
    CHECK ((s = 0) = (p IS NULL))
) WITH (fillfactor = 70);
CREATE TABLE evidence.item (
    entry_id uuid NOT NULL,
    position integer NOT NULL CHECK (position BETWEEN 0 AND 999),
    item_key text,
    chain text NOT NULL,
    s bigint NOT NULL CHECK (s > 0),
    p bytea CHECK (octet_length(p) = 32),
    c bytea NOT NULL CHECK (octet_length(c) = 32),
    account_id bigint,
    key_id uuid NOT NULL,
    wrapped_key bytea NOT NULL,
    fields text NOT NULL,
    PRIMARY KEY (entry_id, position),
    UNIQUE (chain, s),
    CHECK ((s = 1) = (p IS NULL))
);
CREATE INDEX outbox_waiting ON evidence.outbox (tx_at) WHERE idx IS NULL;
GRANT SELECT ON evidence.chain, evidence.item TO yuxin_audit;
"""

FUNCTIONS = """
DROP FUNCTION evidence.append(uuid, bytea);

CREATE FUNCTION evidence.chain_heads(of_names text[])
RETURNS TABLE (name text, s bigint, p bytea)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    -- Everybody takes the locks in the order of the names, so nobody waits in a ring.
    INSERT INTO evidence.chain AS c (name)
    SELECT DISTINCT n COLLATE "C" FROM unnest(of_names) n ORDER BY 1 ON CONFLICT DO NOTHING;
    RETURN QUERY SELECT c.name, c.s, c.p FROM evidence.chain c WHERE c.name = ANY (of_names)
        ORDER BY c.name COLLATE "C" FOR NO KEY UPDATE;
END $$;

CREATE FUNCTION evidence.append(
    of_id uuid, of_leaf bytea, of_account bigint, of_keys text[], of_chains text[],
    of_s bigint[], of_p bytea[], of_c bytea[], of_key_ids uuid[], of_wrapped bytea[],
    of_fields text[])
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    said jsonb := convert_from(of_leaf, 'UTF8')::jsonb;
    chains_moved bigint;
BEGIN
    IF said - '{c,r,t,v}'::text[] <> '{}'::jsonb OR NOT said ?& '{c,r,t,v}'::text[]
       OR said ->> 'r' <> replace(of_id::text, '-', '') THEN
        RAISE EXCEPTION 'leaf_says_too_much_or_too_little' USING ERRCODE = '23514';
    END IF;
    INSERT INTO evidence.outbox (id, leaf) VALUES (of_id, of_leaf);
    INSERT INTO evidence.item (entry_id, position, item_key, chain, s, p, c, account_id,
                               key_id, wrapped_key, fields)
    SELECT of_id, i.n - 1, i.k, i.chain, i.s, i.p, i.c, of_account, i.key_id, i.wrapped, i.fields
      FROM unnest(of_keys, of_chains, of_s, of_p, of_c, of_key_ids, of_wrapped, of_fields)
           WITH ORDINALITY AS i (k, chain, s, p, c, key_id, wrapped, fields, n);
    IF NOT FOUND THEN RAISE EXCEPTION 'entry_without_item' USING ERRCODE = '23514'; END IF;
    IF EXISTS (
        SELECT 1
          FROM (SELECT x.chain, x.s, x.p,
                       row_number() OVER w AS rank, lag(x.c) OVER w AS before
                  FROM evidence.item x WHERE x.entry_id = of_id
                WINDOW w AS (PARTITION BY x.chain ORDER BY x.position)) i
          LEFT JOIN evidence.chain h ON h.name = i.chain
         WHERE h.name IS NULL OR i.s <> h.s + i.rank
            OR i.p IS DISTINCT FROM coalesce(i.before, h.p)) THEN
        RAISE EXCEPTION 'chain_broken' USING ERRCODE = '23514';
    END IF;
    UPDATE evidence.chain h SET s = l.s, p = l.c
      FROM (SELECT DISTINCT ON (x.chain) x.chain, x.s, x.c FROM evidence.item x
             WHERE x.entry_id = of_id ORDER BY x.chain, x.position DESC) l
     WHERE h.name = l.chain AND h.s < l.s;
    GET DIAGNOSTICS chains_moved = ROW_COUNT;
    IF chains_moved <> (SELECT count(DISTINCT c) FROM unnest(of_chains) c) THEN
        RAISE EXCEPTION 'chain_broken' USING ERRCODE = '23514';
    END IF;
END $$;

CREATE FUNCTION evidence.append_clear(of_id uuid, of_leaf bytea) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    said jsonb := convert_from(of_leaf, 'UTF8')::jsonb;
BEGIN
    IF said - '{act,body,r,t,v}'::text[] <> '{}'::jsonb
       OR NOT said ?& '{act,body,r,t,v}'::text[]
       OR said ->> 'r' <> replace(of_id::text, '-', '')
       OR said ->> 'act' NOT IN (
            'rule.activated', 'draw.frame', 'draw.commit', 'draw.reveal', 'draw.result',
            'key.rotated', 'count.sealed', 'erasure.done', 'publication.made',
            'publication.ended') THEN
        RAISE EXCEPTION 'act_not_written_in_clear' USING ERRCODE = '23514';
    END IF;
    INSERT INTO evidence.outbox (id, leaf) VALUES (of_id, of_leaf);
END $$;

-- Items are read one by one: those that the reader wrote, and those of the chains that the
-- caller has found the reader may see. There is no other way to them for the application.
CREATE FUNCTION evidence.read_items(of_id uuid, of_chains text[])
RETURNS TABLE (place integer, item_key text, chain text, c bytea, key_id uuid,
               wrapped_key bytea, fields text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT i.position, i.item_key, i.chain, i.c, i.key_id, i.wrapped_key, i.fields
      FROM evidence.item i
     WHERE i.entry_id = of_id
       AND (i.chain = ANY (of_chains)
            OR i.account_id = nullif(public.my_account(), 0))
     ORDER BY i.position
$$;
CREATE FUNCTION evidence.item_roots(of_id uuid) RETURNS bytea[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT array_agg(i.c ORDER BY i.position) FROM evidence.item i WHERE i.entry_id = of_id
$$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA evidence FROM PUBLIC;
GRANT EXECUTE ON FUNCTION evidence.chain_heads, evidence.append, evidence.append_clear,
    evidence.read_items, evidence.item_roots TO yuxin_app;
"""

UNDO = """
DROP FUNCTION evidence.item_roots, evidence.read_items, evidence.append_clear, evidence.append,
    evidence.chain_heads;
DROP INDEX evidence.outbox_waiting;
DROP TABLE evidence.item, evidence.chain;
CREATE FUNCTION evidence.append(of_id uuid, of_leaf bytea) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    INSERT INTO evidence.outbox (id, leaf) VALUES (of_id, of_leaf);
$$;
"""


class Migration(migrations.Migration):
    """Items, chains, and the functions that write and read them."""

    dependencies = [("evidence", "0001_requests_and_outbox")]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '3s'", migrations.RunSQL.noop),
        migrations.RunSQL(TABLES + FUNCTIONS, UNDO),
    ]
