"""The application role adds rule files and approves packs; it changes nothing else of them.

Why: a decision stores the hash of the pack that ruled, and must find the same bytes for ever.
Lock: REVOKE takes no table lock. Reversible.
"""

from django.db import migrations

REFUSE = """
REVOKE UPDATE ON policy_rulefile, policy_rulepackfile, policy_rulepack FROM yuxin_app;
GRANT UPDATE (approved_by, approved_at) ON policy_rulepack TO yuxin_app;
"""
ALLOW = "GRANT UPDATE ON policy_rulefile, policy_rulepackfile, policy_rulepack TO yuxin_app;"


class Migration(migrations.Migration):
    """Take back what nobody needs."""

    dependencies = [("policy", "0001_tables_of_policy"), ("access", "0001_recorded_now")]
    operations = [migrations.RunSQL(REFUSE, ALLOW)]
