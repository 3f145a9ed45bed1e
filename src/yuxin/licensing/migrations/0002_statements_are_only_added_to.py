"""What was filed is never changed; a correction is a further row.

Why: what was known on a past day must stay readable.
Lock: none to speak of. Reversible.
"""

from django.db import migrations


class Migration(migrations.Migration):
    """Take UPDATE away."""

    dependencies = [("licensing", "0001_statements_by_quarter"), ("access", "0001_recorded_now")]
    operations = [
        migrations.RunSQL(
            "REVOKE UPDATE ON licensing_statement FROM yuxin_app",
            "GRANT UPDATE ON licensing_statement TO yuxin_app",
        )
    ]
