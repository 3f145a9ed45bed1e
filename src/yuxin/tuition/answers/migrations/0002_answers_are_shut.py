"""Answers are added to, never changed, and shut like the lessons they belong to.

Lock: policies take ACCESS EXCLUSIVE for an instant on a new table. Reversible.
"""

from django.db import migrations

SHUT = """
REVOKE UPDATE ON public.answers_answer FROM yuxin_app;
ALTER TABLE public.answers_answer ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON public.answers_answer TO yuxin_app
 USING (institution_id = any((select public.my_institutions())::bigint[])
        OR guardian_id = any((select public.my_persons())::bigint[]));
CREATE POLICY every_row ON public.answers_answer FOR SELECT TO yuxin_audit USING (true);
"""
OPEN = """
DROP POLICY own_rows ON public.answers_answer;
DROP POLICY every_row ON public.answers_answer;
ALTER TABLE public.answers_answer DISABLE ROW LEVEL SECURITY;
GRANT UPDATE ON public.answers_answer TO yuxin_app;
"""


class Migration(migrations.Migration):
    """Shut the table."""

    dependencies = [
        ("answers", "0001_where_answers_came_from"),
        ("access", "0001_recorded_now"),
    ]
    operations = [migrations.RunSQL(SHUT, OPEN)]
