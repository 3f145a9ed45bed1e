-- Facts found by supervision. Narrow views for indicators; nothing here may be changed without
-- a migration that lays it again. Counts only: no text, no person.

CREATE VIEW public.fact_complaint WITH (security_invoker = true) AS
SELECT c.id AS subject_id, c.institution_id, c.received_on AS happened_on, c.recorded_at,
       coalesce(c.matter_of_id, c.id) AS matter_id
  FROM public.supervision_complaint c;

CREATE VIEW public.fact_complaint_decision WITH (security_invoker = true) AS
SELECT d.complaint_id AS subject_id, d.institution_id, d.decided_on AS happened_on,
       d.recorded_at, d.id AS row_id, d.weight_centi,
       CASE WHEN d.ground = 'UNANSWERED' THEN 1 ELSE 0 END AS unanswered,
       CASE WHEN d.safety THEN 1 ELSE 0 END AS safety
  FROM public.supervision_complaintdecision d;

-- One row per institution that a gap concerns: a bank's those with an account there, the
-- platform's every connected one.
CREATE VIEW public.fact_feed_gap WITH (security_invoker = true) AS
SELECT i.subject_id, i.subject_id AS institution_id, g.valid_from AS happened_on, g.recorded_at,
       g.id AS row_id,
       CASE g.feed WHEN 'STATEMENT' THEN 1 WHEN 'INSURANCE' THEN 2 ELSE 3 END AS feed,
       CASE WHEN g.bank_code = '' THEN 0 ELSE 1 END AS by_bank,
       CASE WHEN g.ended THEN 0 ELSE 1 END AS open
  FROM public.supervision_feedgap g
  JOIN (SELECT DISTINCT subject_id, '' AS bank_code FROM public.registry_connectionvalue
         UNION SELECT DISTINCT subject_id, bank_code FROM public.registry_custodyvalue) i
    ON i.bank_code = g.bank_code;

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
