"""What a phone sent is never changed; that its conflict was looked at is all that is added.

Why: the times of tap and arrival are evidence. Lock: none to speak of. Reversible.
"""

from django.db import migrations

SHUT = """
REVOKE UPDATE, DELETE ON public.queued_queuedact FROM yuxin_app;
GRANT UPDATE (closed_at) ON public.queued_queuedact TO yuxin_app;
"""


class Migration(migrations.Migration):
    """Take the rest of UPDATE away."""

    dependencies = [("queued", "0001_acts_that_waited")]
    operations = [
        migrations.RunSQL(SHUT, "GRANT UPDATE, DELETE ON public.queued_queuedact TO yuxin_app")
    ]
