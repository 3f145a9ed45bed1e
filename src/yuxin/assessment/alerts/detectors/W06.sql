-- 近一年查实的账户外收费：笔数、合计金额、最大一笔。
-- Payments outside custody that were substantiated within a year: how many, their sum, the
-- largest of them.
-- unit: count, fen; window: 365 days, day 365 included
WITH outside AS (
    SELECT f.institution_id, COUNT(*) AS receipts,
           CAST(SUM(f.amount_fen) AS BIGINT) AS receipts_fen, MAX(f.amount_fen) AS largest_fen
      FROM asked JOIN fact_outside_payment f ON f.institution_id = asked.institution_id
     WHERE f.happened_on <= asked.day AND date_diff('day', f.happened_on, asked.day) <= 365
       AND f.recorded_at <= asked.known_at
     GROUP BY f.institution_id
)
SELECT outside.institution_id, 1 AS sign, 0 AS what_id, outside.receipts, outside.receipts_fen,
       outside.largest_fen
  FROM outside
