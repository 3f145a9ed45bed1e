-- 最近一日专户余额（含 10 天内在途学费）比应留存的未消课、待确认、争议冻结学费少多少。
-- How much less lies in custody on the latest day told, fees on their way within 10 days
-- counted, than fees not earned: unearned, pending and frozen.
-- unit: fen; window: the latest balance; 10 days
WITH latest AS (
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
), owed AS (
    SELECT latest.institution_id, CAST(SUM(f.owed_fen) AS BIGINT) AS owed_fen
      FROM asked JOIN latest ON latest.institution_id = asked.institution_id
      JOIN fact_liability f ON f.institution_id = latest.institution_id
       AND f.happened_on <= latest.happened_on AND f.recorded_at <= asked.known_at
     GROUP BY latest.institution_id
), moving AS (
    SELECT latest.institution_id, CAST(SUM(f.change_fen) AS BIGINT) AS open_fen,
           CAST(SUM(CASE WHEN date_diff('day', f.happened_on, latest.happened_on) <= 10
                         THEN f.paid_fen ELSE 0 END) AS BIGINT) AS paid_fen
      FROM asked JOIN latest ON latest.institution_id = asked.institution_id
      JOIN fact_transit f ON f.institution_id = latest.institution_id
       AND f.happened_on <= latest.happened_on AND f.recorded_at <= asked.known_at
     GROUP BY latest.institution_id
)
SELECT balance.institution_id, 1 AS sign, 0 AS what_id, balance.balance_fen, owed.owed_fen,
       owed.owed_fen - balance.balance_fen
           - CASE WHEN COALESCE(moving.open_fen, 0) <= 0 THEN 0
                  WHEN moving.open_fen < moving.paid_fen THEN moving.open_fen
                  ELSE moving.paid_fen END AS short_fen
  FROM balance JOIN owed ON owed.institution_id = balance.institution_id
  LEFT JOIN moving ON moving.institution_id = balance.institution_id
