-- 专户余额低于主管部门为该机构设定的最低余额的差额；近 30 天单笔划转超过其设定上限的差额。
-- By how much the custody balance lies under the lowest that the bureau set for the institution,
-- and by how much an outflow of the last 30 days was over the largest that it set.
-- unit: fen; window: the latest balance; 30 days, day 30 included
WITH preset AS (
    SELECT f.institution_id, f.balance_min_fen, f.movement_max_fen,
           ROW_NUMBER() OVER (PARTITION BY f.subject_id
               ORDER BY f.happened_on DESC, f.recorded_at DESC, f.row_id DESC) AS place
      FROM asked JOIN fact_preset f ON f.institution_id = asked.institution_id
     WHERE f.happened_on <= asked.day AND f.recorded_at <= asked.known_at
), latest AS (
    SELECT b.institution_id, MAX(b.happened_on) AS happened_on
      FROM asked JOIN fact_bank_balance b ON b.institution_id = asked.institution_id
     WHERE b.happened_on <= asked.day AND b.recorded_at <= asked.known_at
     GROUP BY b.institution_id
), balance AS (
    SELECT latest.institution_id, CAST(SUM(b.closing_fen) AS BIGINT) AS balance_fen
      FROM asked JOIN latest ON latest.institution_id = asked.institution_id
      JOIN fact_bank_balance b ON b.institution_id = latest.institution_id
       AND b.happened_on = latest.happened_on AND b.recorded_at <= asked.known_at
     GROUP BY latest.institution_id
)
SELECT preset.institution_id, 1 AS sign, 0 AS what_id, balance.balance_fen,
       preset.balance_min_fen AS preset_fen,
       preset.balance_min_fen - balance.balance_fen AS under_preset_fen,
       CAST(NULL AS BIGINT) AS over_preset_fen
  FROM preset JOIN balance ON balance.institution_id = preset.institution_id
 WHERE preset.place = 1 AND preset.balance_min_fen > balance.balance_fen
UNION ALL
SELECT preset.institution_id, 2 AS sign, f.subject_id AS what_id, CAST(NULL AS BIGINT),
       preset.movement_max_fen, CAST(NULL AS BIGINT), f.amount_fen - preset.movement_max_fen
  FROM asked JOIN preset ON preset.institution_id = asked.institution_id
  JOIN fact_outflow f ON f.institution_id = preset.institution_id
   AND f.happened_on <= asked.day AND date_diff('day', f.happened_on, asked.day) <= 30
   AND f.recorded_at <= asked.known_at AND f.amount_fen > preset.movement_max_fen
 WHERE preset.place = 1
