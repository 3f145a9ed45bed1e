"""Facts of what alerts did not see: sums of charges, offers, loans, accounts closed, leases.

Why: W05, W08, W09, W17 and W19 had rules without the facts they rest on. Charges and refunds take
    the days of the contract itself: who joins later is charged for a shorter time than the course.
    Whose settlement account is another's too looks at the account in use, not at those of before.
Lock: views alone; one index on lines of loans, which are rare. Reversible.
"""

from django.db import migrations

AGAIN = """
-- Charges as paid: one contract each, with the days of its own service. `open` until it is closed.
CREATE OR REPLACE VIEW public.fact_charge WITH (security_invoker = true) AS
SELECT c.id AS subject_id, c.institution_id,
       (c.paid_at AT TIME ZONE 'Asia/Shanghai')::date AS happened_on, c.paid_at AS recorded_at,
       c.course_id, c.learner_id, c.total_fen, c.total_centiunits AS centiunits,
       CASE k.category WHEN 'SUBJECT' THEN 1 WHEN 'ARTS' THEN 2 WHEN 'SCITECH' THEN 3
            WHEN 'SPORTS' THEN 4 ELSE 5 END AS category,
       coalesce((c.terms #>> '{service,from}')::date, k.first_on) AS first_on,
       coalesce((c.terms #>> '{service,to}')::date, k.last_on) AS last_on,
       CASE WHEN c.closed_at IS NULL THEN 1 ELSE 0 END AS open, k.site_id
  FROM public.tuition_contract c JOIN public.tuition_course k ON k.id = c.course_id
 WHERE c.paid_at IS NOT NULL;

-- Requests for refunds; `limit_days` is what the contract says of their term, if it says it.
CREATE OR REPLACE VIEW public.fact_refund WITH (security_invoker = true) AS
SELECT r.id AS subject_id, r.institution_id,
       (r.requested_at AT TIME ZONE 'Asia/Shanghai')::date AS happened_on,
       r.requested_at AS recorded_at, r.amount_fen, c.learner_id,
       CASE WHEN r.state IN ('paid', 'withdrawn') THEN 0 ELSE 1 END AS open,
       CASE WHEN (r.requested_at AT TIME ZONE 'Asia/Shanghai')::date
                 < coalesce((c.terms #>> '{service,from}')::date, k.first_on)
            THEN (c.terms -> 'refund' ->> 'due_before_start_days')::bigint
            ELSE (c.terms -> 'refund' ->> 'due_after_start_days')::bigint END AS limit_days
  FROM public.tuition_refundcase r JOIN public.tuition_contract c ON c.id = r.contract_id
  JOIN public.tuition_course k ON k.id = c.course_id;

CREATE OR REPLACE VIEW public.fact_site WITH (security_invoker = true) AS
SELECT v.site_id AS subject_id, s.subject_id AS institution_id, v.valid_from AS happened_on,
       v.recorded_at, v.id AS row_id, v.area_dm2, CASE WHEN v.ended THEN 0 ELSE 1 END AS open,
       v.lease_until
  FROM public.registry_sitevalue v JOIN public.registry_site s ON s.id = v.site_id;
"""
NEW = """
-- What charges come to together (W05): the contract whose signature made the sum. Circle 1: one
-- learner, institution and category; 2: one household; 3: one learner under one controller.
CREATE VIEW public.fact_charge_sum WITH (security_invoker = true) AS
SELECT s.contract_id AS subject_id, c.institution_id,
       (c.signed_at AT TIME ZONE 'Asia/Shanghai')::date AS happened_on,
       c.signed_at AS recorded_at,
       CASE s.circle WHEN 'chain' THEN 1 WHEN 'household' THEN 2 ELSE 3 END AS circle,
       s.contracts, s.centiunits, s.total_fen
  FROM public.charges_sums((SELECT public.my_institutions())::bigint[]) s
  JOIN public.tuition_contract c ON c.id = s.contract_id
 WHERE c.closed_at IS NULL;

-- Courses on offer with what a guide price asks about.
CREATE VIEW public.fact_offer WITH (security_invoker = true) AS
SELECT k.id AS subject_id, k.institution_id,
       (k.published_at AT TIME ZONE 'Asia/Shanghai')::date AS happened_on,
       k.published_at AS recorded_at,
       CASE k.category WHEN 'SUBJECT' THEN 1 WHEN 'ARTS' THEN 2 WHEN 'SCITECH' THEN 3
            WHEN 'SPORTS' THEN 4 ELSE 5 END AS category,
       CASE k.stage WHEN 'PRESCHOOL' THEN 1 WHEN 'COMPULSORY' THEN 2 ELSE 3 END AS stage,
       CASE k.mode WHEN 'OFFLINE' THEN 1 ELSE 2 END AS mode,
       k.unit_price_fen, k.lesson_minutes, coalesce(g.capacity, 1)::bigint AS class_size
  FROM public.tuition_course k
  LEFT JOIN (SELECT course_id, max(capacity) AS capacity FROM public.tuition_classgroup
              GROUP BY course_id) g ON g.course_id = k.id
 WHERE k.withdrawn_at IS NULL;

-- Fees that the bank's own file says came from a loan, where the order does not say it already.
CREATE VIEW public.fact_loan_line WITH (security_invoker = true) AS
SELECT l.id AS subject_id, l.institution_id, l.account_day AS happened_on,
       f.received_at AS recorded_at, l.amount_fen
  FROM public.tuition_bankline l JOIN public.tuition_bankfile f ON f.id = l.file_id
 WHERE l.kind = 'IN' AND l.detail ->> 'channel' = 'LOAN' AND l.institution_id IS NOT NULL
   AND NOT EXISTS (SELECT 1 FROM public.tuition_paymentorder o
                    WHERE o.channel = 'LOAN' AND o.bank_code = l.bank_code
                      AND o.channel_serial = l.detail ->> 'channel_serial');

-- What the bank tells of the account in use: 1 opened, 2 frozen, 3 freed, 4 renamed, 5 closed.
CREATE VIEW public.fact_account_event WITH (security_invoker = true) AS
SELECT v.subject_id, v.subject_id AS institution_id, e.account_day AS happened_on,
       e.received_at AS recorded_at, e.id AS row_id,
       CASE e.kind WHEN 'OPENED' THEN 1 WHEN 'FREEZE' THEN 2 WHEN 'UNFREEZE' THEN 3
            WHEN 'NAME_CHANGE' THEN 4 ELSE 5 END AS event
  FROM public.reconciliation_accountevent e
  JOIN (SELECT DISTINCT ON (subject_id) subject_id, number_index, ended
          FROM public.registry_custodyvalue
         ORDER BY subject_id, valid_from DESC, recorded_at DESC, id DESC) v
    ON v.number_index = e.account_index AND NOT v.ended;
"""
BEFORE = """
DROP VIEW public.fact_charge;
-- Charges as paid: one contract each, with the days of its course. `open` until it is closed.
CREATE VIEW public.fact_charge WITH (security_invoker = true) AS
SELECT c.id AS subject_id, c.institution_id,
       (c.paid_at AT TIME ZONE 'Asia/Shanghai')::date AS happened_on, c.paid_at AS recorded_at,
       c.course_id, c.learner_id, c.total_fen, c.total_centiunits AS centiunits,
       CASE k.category WHEN 'SUBJECT' THEN 1 WHEN 'ARTS' THEN 2 WHEN 'SCITECH' THEN 3
            WHEN 'SPORTS' THEN 4 ELSE 5 END AS category,
       k.first_on, k.last_on, CASE WHEN c.closed_at IS NULL THEN 1 ELSE 0 END AS open
  FROM public.tuition_contract c JOIN public.tuition_course k ON k.id = c.course_id
 WHERE c.paid_at IS NOT NULL;

DROP VIEW public.fact_site;
CREATE VIEW public.fact_site WITH (security_invoker = true) AS
SELECT v.site_id AS subject_id, s.subject_id AS institution_id, v.valid_from AS happened_on,
       v.recorded_at, v.id AS row_id, v.area_dm2, CASE WHEN v.ended THEN 0 ELSE 1 END AS open
  FROM public.registry_sitevalue v JOIN public.registry_site s ON s.id = v.site_id;

-- Requests for refunds; `limit_days` is what the contract says of their term, if it says it.
CREATE OR REPLACE VIEW public.fact_refund WITH (security_invoker = true) AS
SELECT r.id AS subject_id, r.institution_id,
       (r.requested_at AT TIME ZONE 'Asia/Shanghai')::date AS happened_on,
       r.requested_at AS recorded_at, r.amount_fen, c.learner_id,
       CASE WHEN r.state IN ('paid', 'withdrawn') THEN 0 ELSE 1 END AS open,
       CASE WHEN (r.requested_at AT TIME ZONE 'Asia/Shanghai')::date < k.first_on
            THEN (c.terms -> 'refund' ->> 'due_before_start_days')::bigint
            ELSE (c.terms -> 'refund' ->> 'due_after_start_days')::bigint END AS limit_days
  FROM public.tuition_refundcase r JOIN public.tuition_contract c ON c.id = r.contract_id
  JOIN public.tuition_course k ON k.id = c.course_id;
"""
VIEWS = ("charge_sum", "offer", "loan_line", "account_event")
GRANTS = "".join(
    f"REVOKE INSERT, UPDATE ON public.fact_{view} FROM yuxin_app;"
    f"GRANT SELECT ON public.fact_{view} TO yuxin_app, yuxin_audit;"
    for view in VIEWS
)
GRANTS_BEFORE = "".join(
    f"REVOKE INSERT, UPDATE ON public.fact_{view} FROM yuxin_app;"
    f"GRANT SELECT ON public.fact_{view} TO yuxin_app, yuxin_audit;"
    for view in ("charge", "site")
)
DROP = "".join(f"DROP VIEW public.fact_{view};" for view in reversed(VIEWS))
LATEST = """
CREATE OR REPLACE FUNCTION public.settlement_is_anothers(wanted bigint, own bytea) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT count(DISTINCT v.subject_id) FROM public.registry_custodyvalue v
     WHERE v.settlement_index = own AND v.subject_id <> wanted AND NOT v.ended
       AND NOT EXISTS (SELECT 1 FROM public.registry_custodyvalue w
                        WHERE w.subject_id = v.subject_id
                          AND (w.valid_from, w.recorded_at, w.id)
                              > (v.valid_from, v.recorded_at, v.id))
$$;
"""
EVER = """
CREATE OR REPLACE FUNCTION public.settlement_is_anothers(wanted bigint, own bytea) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT count(DISTINCT v.subject_id) FROM public.registry_custodyvalue v
     WHERE v.settlement_index = own AND v.subject_id <> wanted AND NOT v.ended
$$;
"""
LOANS = """
CREATE INDEX bank_line_of_loan ON public.tuition_bankline (institution_id, account_day)
 WHERE kind = 'IN' AND (detail ->> 'channel') = 'LOAN';
"""


class Migration(migrations.Migration):
    """Lay the views."""

    dependencies = [
        ("alerts", "0005_numbers_of_answers_are_small"),
        ("charges", "0001_sums_of_charges"),
        ("invoices", "0002_who_reads_and_what_differs"),
        ("reconciliation", "0001_account_days"),
        ("registry", "0009_until_when_a_site_is_leased"),
        ("tuition", "0023_units_by_a_supplement"),
    ]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '3s'", migrations.RunSQL.noop),
        migrations.RunSQL(AGAIN, BEFORE + GRANTS_BEFORE),
        migrations.RunSQL(NEW + GRANTS, DROP),
        migrations.RunSQL(LATEST, EVER),
        migrations.RunSQL(LOANS, "DROP INDEX public.bank_line_of_loan"),
    ]
