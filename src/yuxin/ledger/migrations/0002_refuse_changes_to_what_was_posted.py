"""Refuse UPDATE, DELETE and TRUNCATE on postings and batches, whoever asks, the owner too.

Why: a correction is a new posting that names the old one; the books must show both. A balance
    may change, through ledger.post, but never disappear.
Lock: CREATE TRIGGER takes SHARE ROW EXCLUSIVE for an instant. Reversible.
"""

from django.db import migrations

REFUSE = """
CREATE FUNCTION ledger.refuse_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'ledger_is_append_only' USING
        ERRCODE = '42501', DETAIL = TG_OP || ' on ' || TG_TABLE_NAME,
        HINT = 'Post a reversal that names the posting.';
END $$;
REVOKE ALL ON FUNCTION ledger.refuse_change FROM PUBLIC;

CREATE TRIGGER posting_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger.posting
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER batch_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger.batch
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER balance_stays BEFORE DELETE OR TRUNCATE ON ledger.contract_balance
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
"""

ALLOW = """
DROP TRIGGER balance_stays ON ledger.contract_balance;
DROP TRIGGER batch_stays ON ledger.batch;
DROP TRIGGER posting_stays ON ledger.posting;
DROP FUNCTION ledger.refuse_change();
"""


class Migration(migrations.Migration):
    """Append-only by trigger, beside append-only by privilege."""

    dependencies = [("ledger", "0001_lay_the_books")]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '3s'", migrations.RunSQL.noop),
        migrations.RunSQL(REFUSE, ALLOW),
    ]
