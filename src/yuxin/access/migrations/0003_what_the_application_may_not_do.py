"""The application role cannot change the mode, nor rewrite who tried, looked or was granted.

Why: these rows are what the application itself is judged by.
Lock: REVOKE takes no table lock. Reversible.
"""

from django.db import migrations

REFUSE = """
REVOKE INSERT, UPDATE ON access_installation FROM yuxin_app;
REVOKE UPDATE ON access_signinattempt, access_look FROM yuxin_app;
REVOKE UPDATE ON access_grant FROM yuxin_app;
GRANT UPDATE (ended_at) ON access_grant TO yuxin_app;
"""
ALLOW = """
GRANT INSERT, UPDATE ON access_installation TO yuxin_app;
GRANT UPDATE ON access_signinattempt, access_look, access_grant TO yuxin_app;
"""


class Migration(migrations.Migration):
    """Take back what nobody needs."""

    dependencies = [("access", "0002_tables_of_access")]
    operations = [migrations.RunSQL(REFUSE, ALLOW)]
