-- 近 30 天每笔划转占划转前一日专户余额的比例，向上取整；退费不计。
-- Each outflow of the last 30 days as a share of the custody balance before it, rounded up;
-- refunds are not counted.
-- unit: bps; window: 30 days, day 30 included
WITH outflow AS (
    SELECT f.institution_id, f.subject_id, f.happened_on, f.amount_fen
      FROM asked JOIN fact_outflow f ON f.institution_id = asked.institution_id
     WHERE f.happened_on <= asked.day AND date_diff('day', f.happened_on, asked.day) <= 30
       AND f.recorded_at <= asked.known_at
), eve AS (
    SELECT outflow.subject_id, MAX(b.happened_on) AS happened_on
      FROM asked JOIN outflow ON outflow.institution_id = asked.institution_id
      JOIN fact_bank_balance b ON b.institution_id = outflow.institution_id
       AND b.happened_on < outflow.happened_on AND b.recorded_at <= asked.known_at
     GROUP BY outflow.subject_id
), lying AS (
    SELECT eve.subject_id, CAST(SUM(b.closing_fen) AS BIGINT) AS balance_fen
      FROM asked JOIN outflow ON outflow.institution_id = asked.institution_id
      JOIN eve ON eve.subject_id = outflow.subject_id
      JOIN fact_bank_balance b ON b.institution_id = outflow.institution_id
       AND b.happened_on = eve.happened_on AND b.recorded_at <= asked.known_at
     GROUP BY eve.subject_id
)
SELECT outflow.institution_id, 1 AS sign, outflow.subject_id AS what_id, outflow.amount_fen,
       lying.balance_fen,
       (outflow.amount_fen * 10000 + lying.balance_fen - 1) // lying.balance_fen
           AS outflow_share_bps
  FROM outflow JOIN lying ON lying.subject_id = outflow.subject_id
 WHERE lying.balance_fen > 0
