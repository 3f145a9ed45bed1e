-- 由银行或平台造成、尚未结束的数据中断：1 报表、2 保险、3 资金。
-- Gaps that a bank or the platform caused and that are not over: statements, insurance, funds.
-- unit: flag; window: the day
WITH latest AS (
    SELECT f.institution_id, f.feed, f.open,
           ROW_NUMBER() OVER (PARTITION BY f.institution_id, f.feed, f.by_bank
               ORDER BY f.happened_on DESC, f.recorded_at DESC, f.row_id DESC) AS place
      FROM asked JOIN fact_feed_gap f ON f.institution_id = asked.institution_id
     WHERE f.happened_on <= asked.day AND f.recorded_at <= asked.known_at
)
SELECT asked.institution_id,
       COUNT(*) FILTER (WHERE latest.feed = 1) AS statement_gaps,
       COUNT(*) FILTER (WHERE latest.feed = 2) AS insurance_gaps,
       COUNT(*) FILTER (WHERE latest.feed = 3) AS funds_gaps
  FROM asked
  LEFT JOIN latest ON latest.institution_id = asked.institution_id AND latest.place = 1
       AND latest.open = 1
 GROUP BY asked.institution_id
