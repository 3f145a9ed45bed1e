"""Public warnings are ended before their last day, by an act, and the public sees it at once.

Lock: a new table; CREATE INDEX on a small one. Reversible.
"""

import django.db.models.deletion
from django.db import migrations, models

SHUT = """
REVOKE UPDATE, DELETE ON public.alerts_warningend FROM yuxin_app;

CREATE FUNCTION public.warning_ends_while_it_stands() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM public.alerts_publicwarning w
                    WHERE w.id = NEW.warning_id AND w.institution_id = NEW.institution_id
                      AND NEW.ended_on BETWEEN w.from_on AND w.until_on) THEN
        RAISE EXCEPTION 'warning_ends_while_it_stands' USING ERRCODE = '23514';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER warning_ends_while_it_stands BEFORE INSERT ON public.alerts_warningend
FOR EACH ROW EXECUTE FUNCTION public.warning_ends_while_it_stands();

CREATE OR REPLACE VIEW portal.warning AS
SELECT w.institution_id AS subject_id, w.words, w.from_on, w.until_on, e.code, e.name, e.brand
  FROM public.alerts_publicwarning w
  JOIN public.registry_entry e ON e.subject_id = w.institution_id
 WHERE w.from_on <= portal.today() AND w.until_on >= portal.today() AND e.merged_into_id IS NULL
   AND e.kind NOT IN ('NATURAL_PERSON', 'UNLICENSED_SITE')
   AND NOT EXISTS (SELECT 1 FROM public.alerts_warningend x
                    WHERE x.warning_id = w.id AND x.ended_on <= portal.today());
"""
OPEN = """
DROP VIEW portal.warning;
CREATE VIEW portal.warning AS
SELECT w.institution_id AS subject_id, w.words, w.from_on, w.until_on
  FROM public.alerts_publicwarning w
 WHERE w.from_on <= portal.today() AND w.until_on >= portal.today();
GRANT SELECT ON portal.warning TO yuxin_public, yuxin_app, yuxin_audit;
DROP TRIGGER warning_ends_while_it_stands ON public.alerts_warningend;
DROP FUNCTION public.warning_ends_while_it_stands();
"""


class Migration(migrations.Migration):
    """A table of ends, and the view without what ended."""

    dependencies = [
        ("alerts", "0006_facts_that_were_missing"),
        ("registry", "0007_no_person_and_no_merged_subject_is_public"),
    ]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '3s'", migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="publicwarning",
            index=models.Index(fields=["institution_id"], name="public_warning_of_institution"),
        ),
        migrations.CreateModel(
            name="WarningEnd",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("institution_id", models.BigIntegerField()),
                ("words", models.CharField(max_length=400)),
                ("ended_on", models.DateField()),
                ("ended_by", models.BigIntegerField()),
                (
                    "recorded_at",
                    models.DateTimeField(db_default=models.Func(function="public.recorded_now")),
                ),
                (
                    "warning",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="end",
                        to="alerts.publicwarning",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="warningend",
            constraint=models.CheckConstraint(
                condition=models.Q(("words", ""), _negated=True), name="warning_end_has_words"
            ),
        ),
        migrations.AddIndex(
            model_name="warningend",
            index=models.Index(fields=["institution_id"], name="warning_end_of_institution"),
        ),
        migrations.RunSQL(SHUT, OPEN),
    ]
