-- Facts of tuition. Narrow views for indicators; nothing here may be changed without a
-- migration that lays it again. Who learns is a number, never a name.

-- A contract counts from the day it is paid to the day it is closed; where money came back it
-- counts again from that day. Told by its steps, which stay: a past day reads the same for ever.
CREATE VIEW public.fact_enrolment WITH (security_invoker = true) AS
SELECT c.learner_id AS subject_id, s.institution_id,
       (s.at AT TIME ZONE 'Asia/Shanghai')::date AS happened_on, s.at AS recorded_at,
       c.class_group_id AS class_id, CASE s.kind WHEN 'closed' THEN -1 ELSE 1 END AS change
  FROM public.tuition_contractstep s JOIN public.tuition_contract c ON c.id = s.contract_id
 WHERE s.kind IN ('paid', 'closed', 'reopened');

-- Minutes since 1970, so that no indicator needs a clock.
CREATE VIEW public.fact_session WITH (security_invoker = true) AS
SELECT s.class_group_id AS subject_id, s.institution_id,
       (s.starts_at AT TIME ZONE 'Asia/Shanghai')::date AS happened_on,
       g.opened_at AS recorded_at, s.id AS row_id,
       (extract(epoch FROM s.starts_at) / 60)::bigint AS starts_minute,
       (extract(epoch FROM s.ends_at) / 60)::bigint AS ends_minute
  FROM public.tuition_classsession s JOIN public.tuition_classgroup g ON g.id = s.class_group_id
 WHERE s.cancelled_at IS NULL;

-- What the bank says lay on the custody account at the end of a day.
CREATE VIEW public.fact_bank_balance WITH (security_invoker = true) AS
SELECT v.subject_id, v.subject_id AS institution_id, b.account_day AS happened_on,
       f.received_at AS recorded_at, b.id AS row_id, b.closing_fen
  FROM public.tuition_bankbalance b
  JOIN public.tuition_bankfile f ON f.id = b.file_id
  JOIN (SELECT DISTINCT subject_id, number_index FROM public.registry_custodyvalue) v
    ON v.number_index = b.account_index;

CREATE VIEW public.fact_insurance WITH (security_invoker = true) AS
SELECT p.institution_id AS subject_id, p.institution_id, p.valid_from AS happened_on,
       p.recorded_at, p.id AS row_id, p.valid_until,
       CASE p.kind WHEN 'LIABILITY' THEN 1 WHEN 'ACCIDENT' THEN 2 ELSE 3 END AS kind,
       p.covered_count,
       first_value(p.id) OVER (PARTITION BY p.institution_id, p.kind, p.number ORDER BY p.id)
           AS policy_id
  FROM public.insurance_policy p;

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

-- Charges as paid: one contract each, with the days of its own service. `open` until it is closed.
CREATE VIEW public.fact_charge WITH (security_invoker = true) AS
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
       CASE WHEN (r.requested_at AT TIME ZONE 'Asia/Shanghai')::date
                 < coalesce((c.terms #>> '{service,from}')::date, k.first_on)
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
  JOIN public.tuition_contract c ON c.id = l.contract_id
 WHERE l.state <> 'voided';

-- From where guardians answered: numbers that are alike or not and tell nothing else.
CREATE VIEW public.fact_answer WITH (security_invoker = true) AS
SELECT a.lesson_id AS subject_id, a.institution_id,
       (a.answered_at AT TIME ZONE 'Asia/Shanghai')::date AS happened_on, a.recorded_at,
       a.guardian_id,
       ('x' || encode(substr(a.network_index, 1, 6), 'hex'))::bit(48)::bigint AS network,
       ('x' || encode(substr(a.device_index, 1, 6), 'hex'))::bit(48)::bigint AS device,
       CASE WHEN a.signed_in THEN 1 ELSE 0 END AS signed_in
  FROM public.answers_answer a;

-- What a deposit had to be and what it was, each time that it was measured.
CREATE VIEW public.fact_deposit_floor WITH (security_invoker = true) AS
SELECT f.deposit_id AS subject_id, f.institution_id, f."on" AS happened_on,
       f.at AS recorded_at, f.id AS row_id, f.floor_fen, f.balance_fen,
       CASE d.state WHEN 'returned' THEN 0 ELSE 1 END AS open
  FROM public.deposits_floor f JOIN public.deposits_deposit d ON d.id = f.deposit_id;
