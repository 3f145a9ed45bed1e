-- 本自然月划转合计是主管部门所定最低余额的多少（万分之一），向上取整；退费不计。
-- The outflow of the calendar month as a share of the lowest balance that the bureau set,
-- rounded up; refunds are not counted.
-- unit: bps (20000 = twice), fen; window: the calendar month
WITH preset AS (
    SELECT f.institution_id, f.balance_min_fen,
           ROW_NUMBER() OVER (PARTITION BY f.subject_id
               ORDER BY f.happened_on DESC, f.recorded_at DESC, f.row_id DESC) AS place
      FROM asked JOIN fact_preset f ON f.institution_id = asked.institution_id
     WHERE f.happened_on <= asked.day AND f.recorded_at <= asked.known_at
), moved AS (
    SELECT f.institution_id, CAST(SUM(f.amount_fen) AS BIGINT) AS month_fen
      FROM asked JOIN fact_outflow f ON f.institution_id = asked.institution_id
     WHERE f.happened_on <= asked.day AND f.happened_on > asked.month_end
       AND f.recorded_at <= asked.known_at
     GROUP BY f.institution_id
)
SELECT preset.institution_id, 1 AS sign, 0 AS what_id, moved.month_fen,
       preset.balance_min_fen AS preset_fen,
       (moved.month_fen * 10000 + preset.balance_min_fen - 1) // preset.balance_min_fen
           AS month_of_minimum_bps
  FROM preset JOIN moved ON moved.institution_id = preset.institution_id
 WHERE preset.place = 1 AND preset.balance_min_fen > 0
