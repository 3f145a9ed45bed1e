-- Facts of licensing. Narrow views for indicators; nothing here may be changed without a
-- migration that lays it again.

CREATE VIEW public.fact_statement WITH (security_invoker = true) AS
SELECT s.institution_id AS subject_id, s.institution_id, s.filed_on AS happened_on, s.recorded_at,
       s.id AS row_id, s.quarter_end_on,
       CASE WHEN s.withdrawn THEN 1 ELSE 0 END AS withdrawn
  FROM public.licensing_statement s;

-- Quarters that ended while an institution was connected: each of them owes a statement.
CREATE VIEW public.fact_quarter WITH (security_invoker = true) AS
SELECT c.subject_id, c.subject_id AS institution_id, q.quarter_end_on AS happened_on,
       c.recorded_at
  FROM (SELECT subject_id, min(valid_from) AS valid_from, min(recorded_at) AS recorded_at
          FROM public.registry_connectionvalue WHERE connected AND NOT ended
         GROUP BY subject_id) c
  CROSS JOIN LATERAL (
       SELECT (g + interval '3 months' - interval '1 day')::date AS quarter_end_on
         FROM generate_series(date_trunc('quarter', c.valid_from::timestamp),
                              c.valid_from::timestamp + interval '10 years',
                              interval '3 months') g) q;

-- An application to renew a licence counts for the term that it names, until it is withdrawn.
CREATE VIEW public.fact_renewal WITH (security_invoker = true) AS
SELECT r.institution_id AS subject_id, r.institution_id, r.filed_on AS happened_on, r.recorded_at,
       r.id AS row_id, r.valid_until, CASE WHEN r.withdrawn THEN 0 ELSE 1 END AS open
  FROM public.licensing_renewal r;
