"""Orders to top up become proceedings: by when, how far and what happened stand with all others.

Why: an order of its own had a deadline that a calendar without notice could end, no timeline, no
    owner and no word from the institution. No release had the old table, so nothing is carried
    over: the next morning's measuring orders anew what is short.
Lock: DROP and CREATE TABLE on tables without a release; CREATE INDEX on proceedings takes SHARE
    for an instant, its condition matches no row. Reversible.
"""

import django.db.models.deletion
from django.db import migrations, models

SHUT = """
ALTER TABLE public.deposits_topup ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON public.deposits_topup TO yuxin_app
    USING (institution_id = any((select public.my_institutions())::bigint[]))
    WITH CHECK (institution_id = any((select public.my_institutions())::bigint[]));
CREATE POLICY every_row ON public.deposits_topup FOR SELECT TO yuxin_audit USING (true);
REVOKE UPDATE, DELETE ON TABLE public.deposits_topup FROM yuxin_app;
GRANT UPDATE (floor_fen, balance_fen, amount_fen) ON TABLE public.deposits_topup TO yuxin_app;
CREATE UNIQUE INDEX one_top_up_at_a_time ON public.cases_proceeding (reference)
    WHERE kind = 'top_up_order' AND closed_at IS NULL;
"""
OPEN = """
DROP INDEX public.one_top_up_at_a_time;
DROP POLICY own_rows ON public.deposits_topup;
DROP POLICY every_row ON public.deposits_topup;
ALTER TABLE public.deposits_topup DISABLE ROW LEVEL SECURITY;
GRANT UPDATE, DELETE ON public.deposits_topup TO yuxin_app;
"""
STOP = """
CREATE OR REPLACE FUNCTION public.deposits_stop_enrolment(wanted bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM public.cases_proceeding
                    WHERE institution_id = wanted AND kind = 'top_up_order'
                      AND state = 'overdue' AND closed_at IS NULL)
$$;
"""
STOP_BEFORE = """
CREATE OR REPLACE FUNCTION public.deposits_stop_enrolment(wanted bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM public.deposits_topup
                    WHERE institution_id = wanted AND state = 'failed')
$$;
"""


class Migration(migrations.Migration):
    """Lay the table anew and let the proceeding stop enrolment."""

    dependencies = [
        ("deposits", "0002_whose_deposit_and_who_may_enrol"),
        ("cases", "0002_guards_of_proceedings"),
    ]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '3s'", migrations.RunSQL.noop),
        migrations.DeleteModel("TopUp"),
        migrations.CreateModel(
            name="TopUp",
            fields=[
                (
                    "proceeding",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="top_up",
                        serialize=False,
                        to="cases.proceeding",
                    ),
                ),
                ("institution_id", models.BigIntegerField()),
                ("floor_fen", models.BigIntegerField()),
                ("balance_fen", models.BigIntegerField()),
                ("amount_fen", models.BigIntegerField()),
                (
                    "deposit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="top_ups",
                        to="deposits.deposit",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("amount_fen", models.F("floor_fen") - models.F("balance_fen")),
                            ("amount_fen__gt", 0),
                        ),
                        name="top_up_is_the_shortfall",
                    )
                ]
            },
        ),
        migrations.RunSQL(SHUT, OPEN),
        migrations.RunSQL(STOP, STOP_BEFORE),
    ]
