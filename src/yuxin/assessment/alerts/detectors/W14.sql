-- 各保证金最近一次核算的应缴额与余额之差。
-- By how much each deposit lies under its floor, as it was measured last.
-- unit: fen; window: the latest measure
WITH floor_of AS (
    SELECT f.institution_id, f.subject_id, f.floor_fen, f.balance_fen, f.open,
           ROW_NUMBER() OVER (PARTITION BY f.subject_id
               ORDER BY f.happened_on DESC, f.recorded_at DESC, f.row_id DESC) AS place
      FROM asked JOIN fact_deposit_floor f ON f.institution_id = asked.institution_id
     WHERE f.happened_on <= asked.day AND f.recorded_at <= asked.known_at
)
SELECT floor_of.institution_id, 1 AS sign, floor_of.subject_id AS what_id,
       floor_of.balance_fen AS deposit_fen, floor_of.floor_fen,
       floor_of.floor_fen - floor_of.balance_fen AS deposit_short_fen
  FROM floor_of
 WHERE floor_of.place = 1 AND floor_of.open = 1 AND floor_of.floor_fen > floor_of.balance_fen
