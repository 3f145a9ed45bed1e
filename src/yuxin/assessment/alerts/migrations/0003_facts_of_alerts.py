"""The facts that alerts rest on, as narrow views.

Why: detectors read facts through views alone. Whose own account is another's is told by a function
    that compares keyed hashes and tells a count. The text stands here as it was laid.
Lock: none. Reversible.
"""

from django.db import migrations

HELPERS = """
CREATE FUNCTION public.settlement_is_anothers(wanted bigint, own bytea) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT count(DISTINCT v.subject_id) FROM public.registry_custodyvalue v
     WHERE v.settlement_index = own AND v.subject_id <> wanted AND NOT v.ended
$$;
REVOKE ALL ON FUNCTION public.settlement_is_anothers(bigint, bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.settlement_is_anothers(bigint, bytea) TO yuxin_app, yuxin_audit;
"""
VIEWS = (
    *("outflow", "large_use", "bank_frozen", "break", "charge"),
    *("payment", "refund", "lesson", "answer", "exposure"),
    *("account_state", "shared_settlement", "outside_payment", "closure_sign", "preset"),
    "colour",
)
GRANTS = "".join(
    f"REVOKE INSERT, UPDATE ON public.fact_{view} FROM yuxin_app;"
    f"GRANT SELECT ON public.fact_{view} TO yuxin_app, yuxin_audit;"
    for view in VIEWS
)
DROP = "".join(f"DROP VIEW public.fact_{view};" for view in reversed(VIEWS))
TUITION = """
-- What left custody for an institution: orders that the bank carried out.
CREATE VIEW public.fact_outflow WITH (security_invoker = true) AS
SELECT i.id AS subject_id, i.institution_id, i.value_on AS happened_on,
       i.result_at AS recorded_at, i.amount_fen
  FROM public.tuition_instruction i
 WHERE i.kind IN ('release', 'advance') AND i.state = 'done';

-- Notices of large use: whether one covers an outflow, and how long before it was given.
CREATE VIEW public.fact_large_use WITH (security_invoker = true) AS
SELECT l.id AS subject_id, l.institution_id, l.notified_on AS happened_on, l.recorded_at,
       l.amount_fen, l.use_from, l.use_until
  FROM public.outflow_largeuse l;

-- What the bank says of a custody account at the end of a day beside its balance.
CREATE VIEW public.fact_bank_frozen WITH (security_invoker = true) AS
SELECT v.subject_id, v.subject_id AS institution_id, b.account_day AS happened_on,
       f.received_at AS recorded_at, b.id AS row_id, b.frozen_fen
  FROM public.tuition_bankbalance b
  JOIN public.tuition_bankfile f ON f.id = b.file_id
  JOIN (SELECT DISTINCT subject_id, number_index FROM public.registry_custodyvalue) v
    ON v.number_index = b.account_index;

-- Breaks between bank and platform that are not over.
CREATE VIEW public.fact_break WITH (security_invoker = true) AS
SELECT b.proceeding_id AS subject_id, b.institution_id, b.account_day AS happened_on,
       p.opened_at AS recorded_at, p.amount_fen
  FROM public.breaks_break b JOIN public.cases_proceeding p ON p.id = b.proceeding_id
 WHERE p.closed_at IS NULL;

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

-- Payments as their channel told them. In cash until the bank's file shows it in custody.
CREATE VIEW public.fact_payment WITH (security_invoker = true) AS
SELECT o.id AS subject_id, o.institution_id,
       (o.paid_at AT TIME ZONE 'Asia/Shanghai')::date AS happened_on, o.paid_at AS recorded_at,
       o.amount_fen, o.arrived_on,
       CASE WHEN o.channel IN ('CASH', 'COUNTER') THEN 1 ELSE 0 END AS cash,
       CASE WHEN o.channel = 'LOAN' THEN 1 ELSE 0 END AS loan
  FROM public.tuition_paymentorder o WHERE o.paid_at IS NOT NULL;

-- Requests for refunds; `limit_days` is what the contract says of their term, if it says it.
CREATE VIEW public.fact_refund WITH (security_invoker = true) AS
SELECT r.id AS subject_id, r.institution_id,
       (r.requested_at AT TIME ZONE 'Asia/Shanghai')::date AS happened_on,
       r.requested_at AS recorded_at, r.amount_fen, c.learner_id,
       CASE WHEN r.state IN ('paid', 'withdrawn') THEN 0 ELSE 1 END AS open,
       CASE WHEN (r.requested_at AT TIME ZONE 'Asia/Shanghai')::date < k.first_on
            THEN (c.terms -> 'refund' ->> 'due_before_start_days')::bigint
            ELSE (c.terms -> 'refund' ->> 'due_after_start_days')::bigint END AS limit_days
  FROM public.tuition_refundcase r JOIN public.tuition_contract c ON c.id = r.contract_id
  JOIN public.tuition_course k ON k.id = c.course_id;

-- Lessons as taught, and what became of them. Minutes since 1970, so that no indicator needs a
-- clock.
CREATE VIEW public.fact_lesson WITH (security_invoker = true) AS
SELECT l.id AS subject_id, l.institution_id,
       (l.taught_at AT TIME ZONE 'Asia/Shanghai')::date AS happened_on,
       l.taught_at AS recorded_at, c.learner_id, l.session_id,
       (extract(epoch FROM s.starts_at) / 60)::bigint AS starts_minute,
       (extract(epoch FROM s.ends_at) / 60)::bigint AS ends_minute,
       (extract(epoch FROM l.answered_at) / 60)::bigint AS answered_minute,
       CASE WHEN l.state = 'pending' THEN 1 ELSE 0 END AS pending,
       CASE WHEN l.dispute_reason <> '' THEN 1 ELSE 0 END AS disputed,
       CASE WHEN l.state = 'confirmed' THEN 1 ELSE 0 END AS confirmed,
       CASE WHEN l.present THEN 1 ELSE 0 END AS present,
       CASE WHEN s.called_at IS NULL THEN 0 ELSE 1 END AS called
  FROM public.tuition_lesson l JOIN public.tuition_classsession s ON s.id = l.session_id
  JOIN public.tuition_contract c ON c.id = l.contract_id;

-- From where guardians answered: numbers that are alike or not and tell nothing else.
CREATE VIEW public.fact_answer WITH (security_invoker = true) AS
SELECT a.lesson_id AS subject_id, a.institution_id,
       (a.answered_at AT TIME ZONE 'Asia/Shanghai')::date AS happened_on, a.recorded_at,
       a.guardian_id,
       ('x' || encode(substr(a.network_index, 1, 8), 'hex'))::bit(64)::bigint AS network,
       ('x' || encode(substr(a.device_index, 1, 8), 'hex'))::bit(64)::bigint AS device,
       CASE WHEN a.signed_in THEN 1 ELSE 0 END AS signed_in
  FROM public.answers_answer a;
"""
LEDGER = """
-- What an institution holds of fees not taught yet (1003): advances and what lies with it.
CREATE VIEW public.fact_exposure WITH (security_invoker = true) AS
SELECT p.contract_id AS subject_id, p.institution_id, p.effective_on AS happened_on,
       p.recorded_at,
       CASE WHEN p.debit = 1003 THEN p.amount_fen ELSE 0 END
     - CASE WHEN p.credit = 1003 THEN p.amount_fen ELSE 0 END AS change_fen
  FROM ledger.posting p
 WHERE (p.debit = 1003) <> (p.credit = 1003);
"""
REGISTRY = """
-- How far the special custody account is (S11): verified, payment enabled.
CREATE VIEW public.fact_account_state WITH (security_invoker = true) AS
SELECT v.subject_id, v.subject_id AS institution_id, v.valid_from AS happened_on, v.recorded_at,
       v.id AS row_id,
       CASE WHEN v.state IN ('VERIFIED', 'PAYMENT_ENABLED') THEN 1 ELSE 0 END AS verified,
       CASE WHEN v.state = 'PAYMENT_ENABLED' THEN 1 ELSE 0 END AS enabled,
       CASE WHEN v.ended THEN 0 ELSE 1 END AS open
  FROM public.registry_custodyvalue v;

-- Whose own account is the settlement account of another: money of a branch goes there.
CREATE VIEW public.fact_shared_settlement WITH (security_invoker = true) AS
SELECT v.subject_id, v.subject_id AS institution_id, v.valid_from AS happened_on, v.recorded_at,
       v.id AS row_id, public.settlement_is_anothers(v.subject_id, v.settlement_index) AS anothers,
       CASE WHEN v.ended THEN 0 ELSE 1 END AS open
  FROM public.registry_custodyvalue v;
"""
SUPERVISION = """
-- Payments outside custody as the bureau found them; by whom they were told stays unknown.
CREATE VIEW public.fact_outside_payment WITH (security_invoker = true) AS
SELECT p.id AS subject_id, p.institution_id, f.found_on AS happened_on, f.recorded_at,
       p.paid_on, p.amount_fen, CASE WHEN p.means = 'LOAN' THEN 1 ELSE 0 END AS loan
  FROM public.clues_outsidepayment p JOIN public.clues_outsidefinding f ON f.payment_id = p.id
 WHERE f.finding = 'SUBSTANTIATED';

CREATE VIEW public.fact_closure_sign WITH (security_invoker = true) AS
SELECT s.id AS subject_id, s.institution_id, s.seen_on AS happened_on, s.recorded_at,
       CASE s.kind WHEN 'RENT' THEN 1 WHEN 'WAGES' THEN 2 WHEN 'POWER' THEN 3 WHEN 'MOVED' THEN 4
            WHEN 'CONTACT' THEN 5 ELSE 6 END AS kind
  FROM public.clues_closuresign s;
"""
ASSESSMENT = """
-- Facts of assessment that alerts rest on. Narrow views; nothing here may be changed without
-- a migration that lays it again.

-- What the bureau set for one institution: lowest balance, largest movement.
CREATE VIEW public.fact_preset WITH (security_invoker = true) AS
SELECT p.institution_id AS subject_id, p.institution_id, p.valid_from AS happened_on,
       p.recorded_at, p.id AS row_id, p.balance_min_fen, p.movement_max_fen
  FROM public.alerts_preset p;

-- The colour in effect, worst as the highest number: 1 grey, 2 green, 3 yellow, 4 red.
CREATE VIEW public.fact_colour WITH (security_invoker = true) AS
SELECT j.institution_id AS subject_id, j.institution_id, j.valid_on AS happened_on,
       j.recorded_at, j.id AS row_id,
       CASE j.effective WHEN 'RED' THEN 4 WHEN 'YELLOW' THEN 3 WHEN 'GREEN' THEN 2 ELSE 1 END
           AS colour
  FROM public.assessment_judgement j;
"""


class Migration(migrations.Migration):
    """Lay the views."""

    dependencies = [
        ("alerts", "0002_alerts_move_forward"),
        ("answers", "0002_answers_are_shut"),
        ("clues", "0002_clues_are_shut"),
        ("breaks", "0002_rows_of_ones_own"),
        ("outflow", "0003_money_of_families_always_goes_back"),
        ("ledger", "0003_post"),
        ("registry", "0008_settlement_accounts_are_told_apart"),
    ]
    operations = [
        migrations.RunSQL(HELPERS, "DROP FUNCTION public.settlement_is_anothers(bigint, bytea)"),
        *[
            migrations.RunSQL(text, migrations.RunSQL.noop)
            for text in (TUITION, LEDGER, REGISTRY, SUPERVISION, ASSESSMENT)
        ],
        migrations.RunSQL(GRANTS, DROP),
    ]
