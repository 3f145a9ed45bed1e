-- 近一年查实的账户外收费笔数。
-- Payments outside the supervised account that were substantiated within a year.
-- unit: count; window: 365 days, day 365 included
WITH outside AS (
    SELECT f.institution_id, COUNT(*) AS receipts
      FROM asked JOIN fact_outside_payment f ON f.institution_id = asked.institution_id
     WHERE f.happened_on <= asked.day AND date_diff('day', f.happened_on, asked.day) <= 365
       AND f.recorded_at <= asked.known_at
     GROUP BY f.institution_id
)
SELECT asked.institution_id, COALESCE(outside.receipts, 0) AS outside_receipts
  FROM asked LEFT JOIN outside ON outside.institution_id = asked.institution_id
