"""Renewals of licences that were applied for, and the view on them.

Why: indicator L1 counts the days to a licence's expiry where no renewal was filed. What was
    recorded is never changed; a withdrawal is a further row.
Lock: creates only. Reversible.
"""

from django.db import migrations, models

VIEW = """
CREATE VIEW public.fact_renewal WITH (security_invoker = true) AS
SELECT r.institution_id AS subject_id, r.institution_id, r.filed_on AS happened_on, r.recorded_at,
       r.id AS row_id, r.valid_until, CASE WHEN r.withdrawn THEN 0 ELSE 1 END AS open
  FROM public.licensing_renewal r;
REVOKE INSERT, UPDATE ON public.fact_renewal FROM yuxin_app;
GRANT SELECT ON public.fact_renewal TO yuxin_app, yuxin_audit;
REVOKE UPDATE ON public.licensing_renewal FROM yuxin_app;
ALTER TABLE public.licensing_renewal ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON public.licensing_renewal TO yuxin_app
    USING (institution_id = any((select public.my_institutions())::bigint[]))
    WITH CHECK (institution_id = any((select public.my_institutions())::bigint[]));
CREATE POLICY every_row ON public.licensing_renewal FOR SELECT TO yuxin_audit USING (true);
"""
DROP = """
DROP POLICY own_rows ON public.licensing_renewal;
DROP POLICY every_row ON public.licensing_renewal;
ALTER TABLE public.licensing_renewal DISABLE ROW LEVEL SECURITY;
DROP VIEW public.fact_renewal;
GRANT UPDATE ON public.licensing_renewal TO yuxin_app;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("licensing", "0002_statements_are_only_added_to"),
    ]

    operations = [
        migrations.CreateModel(
            name="Renewal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("institution_id", models.BigIntegerField()),
                ("licence_number", models.CharField(max_length=60)),
                ("valid_until", models.DateField()),
                ("filed_on", models.DateField()),
                ("document", models.CharField(max_length=60)),
                ("withdrawn", models.BooleanField(default=False)),
                (
                    "recorded_at",
                    models.DateTimeField(db_default=models.Func(function="public.recorded_now")),
                ),
                ("recorded_by", models.BigIntegerField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["institution_id"], name="renewal_by_institution")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("document", ""), _negated=True),
                        name="renewal_is_accepted",
                    )
                ],
            },
        ),
        migrations.RunSQL(VIEW, DROP),
    ]
