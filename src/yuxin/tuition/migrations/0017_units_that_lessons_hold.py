"""Lessons written before know which units of their contract they hold.

Lock: rows only. Reversible without effect.
"""

from django.db import migrations

FILL = """
UPDATE public.tuition_lesson l
   SET spans = jsonb_build_array(jsonb_build_array(h.upto - l.centiunits, h.upto))
  FROM (SELECT id, sum(centiunits) OVER (PARTITION BY contract_id ORDER BY ordinal) AS upto
          FROM public.tuition_lesson) h
 WHERE h.id = l.id AND l.spans = '[]'::jsonb
"""


class Migration(migrations.Migration):
    """Fill what was empty."""

    dependencies = [("tuition", "0016_a_voided_lesson_stays_void")]
    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
