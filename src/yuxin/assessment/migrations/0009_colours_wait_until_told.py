"""A worse colour shows some days after proof that the institution was told, not after the act.

Why: whoever is shown worse must have been told before; a confirmation is kept apart from what
    the public sees from a day on, and nobody's RED shows without one.
Lock: ACCESS EXCLUSIVE on assessment_publiccolour for an instant. Reversible while it is empty.
"""

import django.db.models.deletion
from django.db import migrations, models

STAYS = """
REVOKE UPDATE ON assessment_colourconfirmation FROM yuxin_app;
CREATE TRIGGER confirmation_stays
    BEFORE UPDATE OR DELETE OR TRUNCATE ON assessment_colourconfirmation
    FOR EACH STATEMENT EXECUTE FUNCTION public.judgements_stay();
"""
FREE = """
DROP TRIGGER confirmation_stays ON assessment_colourconfirmation;
GRANT UPDATE ON assessment_colourconfirmation TO yuxin_app;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("assessment", "0008_enrolments_by_the_steps_of_contracts"),
    ]

    operations = [
        migrations.RemoveField(
            model_name="publiccolour",
            name="confirmed_by",
        ),
        migrations.CreateModel(
            name="ColourConfirmation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("institution_id", models.BigIntegerField()),
                ("colour", models.CharField(max_length=6)),
                ("confirmed_by", models.BigIntegerField()),
                (
                    "recorded_at",
                    models.DateTimeField(db_default=models.Func(function="public.recorded_now")),
                ),
                (
                    "judgement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="assessment.judgement",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="publiccolour",
            name="confirmation",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="shown",
                to="assessment.colourconfirmation",
            ),
        ),
        migrations.AddConstraint(
            model_name="publiccolour",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("colour", None),
                    models.Q(("colour", "RED"), _negated=True),
                    ("confirmation__isnull", False),
                    _connector="OR",
                ),
                name="public_red_was_confirmed",
            ),
        ),
        migrations.AddIndex(
            model_name="colourconfirmation",
            index=models.Index(fields=["institution_id", "-id"], name="confirmation_latest"),
        ),
        migrations.AddConstraint(
            model_name="colourconfirmation",
            constraint=models.CheckConstraint(
                condition=models.Q(("colour__in", ["YELLOW", "RED"])),
                name="confirmed_colour_is_worse",
            ),
        ),
        migrations.RunSQL(STAYS, FREE),
    ]
