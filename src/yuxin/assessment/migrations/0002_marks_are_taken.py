"""The worker takes marks away when it judges.

Why: DELETE is granted table by table, and marks are the one thing that is used up.
Lock: none. Reversible.
"""

from django.db import migrations


class Migration(migrations.Migration):
    """Let marks be deleted."""

    dependencies = [("assessment", "0001_marks"), ("access", "0001_recorded_now")]
    operations = [
        migrations.RunSQL(
            "GRANT DELETE ON assessment_mark TO yuxin_app",
            "REVOKE DELETE ON assessment_mark FROM yuxin_app",
        )
    ]
