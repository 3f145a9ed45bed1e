-- 现金或柜面收取、银行文件中仍未入专户的每笔学费已过多少天。
-- For each fee taken in cash or at a counter that the bank does not show in custody yet: how
-- many days it has been out.
-- unit: day, fen; window: since it was paid
WITH cash AS (
    SELECT f.institution_id, f.subject_id, f.amount_fen,
           date_diff('day', f.happened_on, asked.day) AS unswept_days
      FROM asked JOIN fact_payment f ON f.institution_id = asked.institution_id
     WHERE f.cash = 1 AND f.happened_on <= asked.day AND f.recorded_at <= asked.known_at
       AND (f.arrived_on IS NULL OR f.arrived_on > asked.day)
)
SELECT cash.institution_id, 1 AS sign, cash.subject_id AS what_id, cash.amount_fen,
       cash.unswept_days
  FROM cash
