"""A roll can be put right, a session moved: voided lessons hold neither ordinal nor session.

Lock: ACCESS EXCLUSIVE on lessons and sessions for the new columns, checks and indexes. Reversible
while no lesson was voided.
"""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tuition", "0014_when_a_bank_day_is_all_there"),
    ]

    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '3s'", migrations.RunSQL.noop),
        migrations.RemoveConstraint(
            model_name="lesson",
            name="lesson_ordinal_once",
        ),
        migrations.RemoveConstraint(
            model_name="lesson",
            name="lesson_session_once",
        ),
        migrations.AddField(
            model_name="classsession",
            name="makes_up",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="tuition.classsession",
            ),
        ),
        migrations.AddField(
            model_name="classsession",
            name="planned_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="classsession",
            name="present_count",
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="classsession",
            name="room_id",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="classsession",
            name="teacher_name",
            field=models.CharField(blank=True, max_length=40),
        ),
        migrations.AddField(
            model_name="classsession",
            name="teacher_post_id",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="lesson",
            name="correction",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name="lesson",
            name="spans",
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name="lesson",
            name="stopped_by",
            field=models.CharField(blank=True, max_length=12),
        ),
        migrations.AlterField(
            model_name="lesson",
            name="state",
            field=models.CharField(
                choices=[
                    ("pending", "Pending"),
                    ("disputed", "Disputed"),
                    ("confirmed", "Confirmed"),
                    ("deemed", "Deemed"),
                    ("settled", "Settled"),
                    ("voided", "Voided"),
                ],
                default="pending",
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="classsession",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("called_at__isnull", True), ("cancelled_at__isnull", True), _connector="OR"
                ),
                name="session_called_or_cancelled",
            ),
        ),
        migrations.AddConstraint(
            model_name="classsession",
            constraint=models.UniqueConstraint(
                models.F("makes_up"),
                condition=models.Q(("cancelled_at__isnull", True)),
                name="session_made_up_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="lesson",
            constraint=models.UniqueConstraint(
                models.F("contract"),
                models.F("ordinal"),
                condition=models.Q(("state", "voided"), _negated=True),
                name="lesson_ordinal_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="lesson",
            constraint=models.UniqueConstraint(
                models.F("contract"),
                models.F("session"),
                condition=models.Q(("state", "voided"), _negated=True),
                name="lesson_session_once",
            ),
        ),
    ]
