"""A few pages of index tell which postings take effect after a day.

Why: an account is compared with its bank as of the end of a day; what was booked for later days
    is taken off. Such rows lie together at the end, so block ranges suffice: some bytes for
    thousands of postings, and nothing to keep in order as they come.
Lock: SHARE while the index is built. Reversible.
"""

from django.db import migrations


class Migration(migrations.Migration):
    """Index postings by block ranges of their day."""

    dependencies = [("ledger", "0005_seal_batches")]
    operations = [
        migrations.RunSQL(
            "CREATE INDEX posting_by_day ON ledger.posting USING brin (effective_on)"
            " WITH (pages_per_range = 32, autosummarize = on)",
            "DROP INDEX ledger.posting_by_day",
        )
    ]
