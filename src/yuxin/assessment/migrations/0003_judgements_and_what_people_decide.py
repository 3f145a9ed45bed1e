"""Judgements, what two people decide on a colour, and the colour that the public sees.

Lock: creates only. Reversible.
"""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("assessment", "0002_marks_are_taken"),
    ]

    operations = [
        migrations.CreateModel(
            name="ColourOverride",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("institution_id", models.BigIntegerField()),
                ("reason", models.CharField(max_length=400)),
                ("proposed_by", models.BigIntegerField()),
                ("proposed_at", models.DateTimeField()),
                ("approved_by", models.BigIntegerField(null=True)),
                ("approved_at", models.DateTimeField(null=True)),
                (
                    "recorded_at",
                    models.DateTimeField(db_default=models.Func(function="public.recorded_now")),
                ),
                ("colour", models.CharField(max_length=6)),
                ("from_on", models.DateField()),
                ("until_on", models.DateField()),
            ],
        ),
        migrations.CreateModel(
            name="Judgement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("institution_id", models.BigIntegerField()),
                ("valid_on", models.DateField()),
                ("known_at", models.DateTimeField()),
                ("computed", models.CharField(max_length=6)),
                ("effective", models.CharField(max_length=6)),
                ("standing", models.JSONField()),
                ("soft_found", models.JSONField()),
                ("facts", models.JSONField()),
                (
                    "fired",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=64), size=None
                    ),
                ),
                ("tier", models.CharField(max_length=2)),
                ("inputs_sha256", models.CharField(max_length=64)),
                ("pack_sha256", models.CharField(max_length=64)),
                (
                    "recorded_at",
                    models.DateTimeField(db_default=models.Func(function="public.recorded_now")),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PublicColour",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("institution_id", models.BigIntegerField()),
                ("colour", models.CharField(max_length=6, null=True)),
                ("from_on", models.DateField()),
                ("confirmed_by", models.BigIntegerField(null=True)),
                (
                    "recorded_at",
                    models.DateTimeField(db_default=models.Func(function="public.recorded_now")),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Reinspection",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("institution_id", models.BigIntegerField()),
                ("reason", models.CharField(max_length=400)),
                ("proposed_by", models.BigIntegerField()),
                ("proposed_at", models.DateTimeField()),
                ("approved_by", models.BigIntegerField(null=True)),
                ("approved_at", models.DateTimeField(null=True)),
                (
                    "recorded_at",
                    models.DateTimeField(db_default=models.Func(function="public.recorded_now")),
                ),
                ("passed_on", models.DateField()),
            ],
        ),
        migrations.AlterField(
            model_name="mark",
            name="marked_at",
            field=models.DateTimeField(db_default=models.Func(function="public.recorded_now")),
        ),
        migrations.AddIndex(
            model_name="mark",
            index=models.Index(fields=["institution_id"], name="mark_by_institution"),
        ),
        migrations.AddConstraint(
            model_name="colouroverride",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("approved_by", None),
                    models.Q(("approved_by", models.F("proposed_by")), _negated=True),
                    _connector="OR",
                ),
                name="override_by_two_persons",
            ),
        ),
        migrations.AddConstraint(
            model_name="colouroverride",
            constraint=models.CheckConstraint(
                condition=models.Q(("until_on__gte", models.F("from_on"))),
                name="override_days_ordered",
            ),
        ),
        migrations.AddConstraint(
            model_name="colouroverride",
            constraint=models.CheckConstraint(
                condition=models.Q(("colour__in", ["GREEN", "YELLOW", "RED"])),
                name="override_colour_known",
            ),
        ),
        migrations.AddField(
            model_name="judgement",
            name="previous",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="assessment.judgement",
            ),
        ),
        migrations.AddField(
            model_name="publiccolour",
            name="judgement",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="assessment.judgement",
            ),
        ),
        migrations.AddConstraint(
            model_name="reinspection",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("approved_by", None),
                    models.Q(("approved_by", models.F("proposed_by")), _negated=True),
                    _connector="OR",
                ),
                name="reinspection_by_two_persons",
            ),
        ),
        migrations.AddIndex(
            model_name="judgement",
            index=models.Index(
                fields=["institution_id", "-valid_on", "-id"], name="judgement_latest"
            ),
        ),
        migrations.AddConstraint(
            model_name="judgement",
            constraint=models.UniqueConstraint(
                models.F("institution_id"), models.F("known_at"), name="judgement_known_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="judgement",
            constraint=models.UniqueConstraint(
                models.F("previous"), name="judgement_followed_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="judgement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("computed__in", ("GREY", "GREEN", "YELLOW", "RED")),
                    ("effective__in", ("GREY", "GREEN", "YELLOW", "RED")),
                ),
                name="judgement_colours_known",
            ),
        ),
        migrations.AddIndex(
            model_name="publiccolour",
            index=models.Index(fields=["institution_id", "-id"], name="public_colour_latest"),
        ),
        migrations.AddConstraint(
            model_name="publiccolour",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("colour", None), ("colour__in", ["GREEN", "YELLOW", "RED"]), _connector="OR"
                ),
                name="public_colour_known",
            ),
        ),
    ]
