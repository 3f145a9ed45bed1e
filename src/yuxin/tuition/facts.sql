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
