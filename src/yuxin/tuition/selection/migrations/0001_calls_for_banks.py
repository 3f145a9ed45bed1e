"""Calls for custody banks, applications, seats and points.

Lock: creates only. Reversible.
"""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("cases", "0002_guards_of_proceedings"),
    ]

    operations = [
        migrations.CreateModel(
            name="Application",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("bank_code", models.CharField(max_length=14)),
                ("bank_name", models.CharField(max_length=60)),
                ("words", models.CharField(max_length=1000)),
                ("document_sha256", models.CharField(blank=True, max_length=64)),
                ("entered_by", models.BigIntegerField()),
                ("entered_at", models.DateTimeField()),
                ("total", models.PositiveIntegerField(null=True)),
                ("rank", models.PositiveSmallIntegerField(null=True)),
                ("tied", models.BooleanField(default=False)),
                ("decided_by", models.CharField(blank=True, max_length=80)),
                ("chosen", models.BooleanField(default=False)),
                ("drawn", models.BooleanField(default=False)),
                ("left_on", models.DateField(null=True)),
                ("left_words", models.CharField(blank=True, max_length=400)),
            ],
        ),
        migrations.CreateModel(
            name="Criterion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("ordinal", models.PositiveSmallIntegerField()),
                ("title", models.CharField(max_length=80)),
                ("weight", models.PositiveSmallIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Selection",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=13, unique=True)),
                ("title", models.CharField(max_length=120)),
                ("documents", models.CharField(max_length=1000)),
                ("called_on", models.DateField()),
                ("closing_on", models.DateField()),
                ("places", models.PositiveSmallIntegerField()),
                ("term_months", models.PositiveSmallIntegerField()),
                ("scoring_until", models.DateField(null=True)),
                ("sheet_count", models.PositiveSmallIntegerField(null=True)),
                ("noticed_on", models.DateField(null=True)),
                ("notice_words", models.CharField(blank=True, max_length=500)),
                ("objection_days", models.PositiveSmallIntegerField(null=True)),
                ("serves_from", models.DateField(null=True)),
                ("serves_until", models.DateField(null=True)),
                (
                    "proceeding",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="selection",
                        to="cases.proceeding",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Seat",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("account_id", models.BigIntegerField()),
                ("name", models.CharField(max_length=80)),
                ("department", models.CharField(max_length=120)),
                ("handed_in_at", models.DateTimeField(null=True)),
                (
                    "selection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="seats",
                        to="selection.selection",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Points",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("account_id", models.BigIntegerField()),
                ("points", models.PositiveSmallIntegerField()),
                ("opened", models.BooleanField(default=False)),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="points",
                        to="selection.application",
                    ),
                ),
                (
                    "criterion",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="points",
                        to="selection.criterion",
                    ),
                ),
                (
                    "selection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="points",
                        to="selection.selection",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="criterion",
            name="selection",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="criteria",
                to="selection.selection",
            ),
        ),
        migrations.AddField(
            model_name="application",
            name="selection",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="applications",
                to="selection.selection",
            ),
        ),
        migrations.AddConstraint(
            model_name="selection",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("closing_on__gte", models.F("called_on")),
                    models.Q(
                        ("scoring_until", None),
                        ("scoring_until__gt", models.F("closing_on")),
                        _connector="OR",
                    ),
                ),
                name="selection_days_ordered",
            ),
        ),
        migrations.AddConstraint(
            model_name="selection",
            constraint=models.CheckConstraint(
                condition=models.Q(("places__gt", 0), ("term_months__gt", 0)),
                name="selection_takes_banks_for_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="selection",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("serves_from", None), ("serves_until", None)),
                    ("serves_until__gt", models.F("serves_from")),
                    _connector="OR",
                ),
                name="selection_term_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="seat",
            constraint=models.UniqueConstraint(
                models.F("selection"), models.F("account_id"), name="one_seat_of_a_person"
            ),
        ),
        migrations.AddConstraint(
            model_name="points",
            constraint=models.UniqueConstraint(
                models.F("account_id"),
                models.F("application"),
                models.F("criterion"),
                name="points_given_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="points",
            constraint=models.CheckConstraint(
                condition=models.Q(("points__lte", 100)), name="points_to_a_hundred"
            ),
        ),
        migrations.AddConstraint(
            model_name="criterion",
            constraint=models.UniqueConstraint(
                models.F("selection"), models.F("ordinal"), name="criterion_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="criterion",
            constraint=models.CheckConstraint(
                condition=models.Q(("weight__gte", 1), ("weight__lte", 100)),
                name="criterion_weighs",
            ),
        ),
        migrations.AddConstraint(
            model_name="application",
            constraint=models.UniqueConstraint(
                models.F("selection"), models.F("bank_code"), name="one_application_of_a_bank"
            ),
        ),
        migrations.AddConstraint(
            model_name="application",
            constraint=models.CheckConstraint(
                condition=models.Q(("chosen", False), ("rank__isnull", False), _connector="OR"),
                name="chosen_by_its_rank",
            ),
        ),
        migrations.AddConstraint(
            model_name="application",
            constraint=models.CheckConstraint(
                condition=models.Q(("left_on", None), ("chosen", True), _connector="OR"),
                name="only_the_chosen_leave",
            ),
        ),
    ]
