"""What was filed is never changed; a correction is a further row.

Why: what was known on a past day must stay readable.
Lock: none to speak of. Reversible.
"""

from django.db import migrations


class Migration(migrations.Migration):
    """Take UPDATE away."""

    dependencies = [("insurance", "0001_policies_of_insurance"), ("access", "0001_recorded_now")]
    operations = [
        migrations.RunSQL(
            "REVOKE UPDATE ON insurance_policy FROM yuxin_app",
            "GRANT UPDATE ON insurance_policy TO yuxin_app",
        )
    ]
