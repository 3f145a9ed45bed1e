-- 机构当前的码色（3 黄码，4 红码）。
-- The colour that stands: 3 yellow, 4 red.
-- unit: rank; window: the day
WITH judged AS (
    SELECT f.institution_id, f.colour,
           ROW_NUMBER() OVER (PARTITION BY f.subject_id
               ORDER BY f.happened_on DESC, f.row_id DESC) AS place
      FROM asked JOIN fact_colour f ON f.institution_id = asked.institution_id
     WHERE f.happened_on <= asked.day AND f.recorded_at <= asked.known_at
)
SELECT judged.institution_id, 1 AS sign, 0 AS what_id, judged.colour
  FROM judged WHERE judged.place = 1 AND judged.colour > 2
