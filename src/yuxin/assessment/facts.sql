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
