-- 近 40 天每个账务日的监管账户余额与应留存预收费（未消课、待确认、争议冻结）；每日一行。
-- For each accounting day of the last 40: the balance of the custody account, and the fees that
-- must lie there (unearned, pending and frozen); a row a day. Money on its way stands beside it:
-- what families paid within 10 days and the bank had not delivered.
-- 另列在途资金：10 天内支付、银行尚未入账的部分。
-- unit: day (age of the balance), fen; window: 40 days; 10 days
WITH account AS (
    SELECT f.institution_id, f.open,
           ROW_NUMBER() OVER (PARTITION BY f.subject_id
               ORDER BY f.happened_on DESC, f.recorded_at DESC, f.row_id DESC) AS place
      FROM asked JOIN fact_custody_account f ON f.institution_id = asked.institution_id
     WHERE f.happened_on <= asked.day AND f.recorded_at <= asked.known_at
), balance AS (
    SELECT f.institution_id, f.happened_on, CAST(SUM(f.closing_fen) AS BIGINT) AS closing_fen
      FROM asked JOIN fact_bank_balance f ON f.institution_id = asked.institution_id
     WHERE f.happened_on <= asked.day AND date_diff('day', f.happened_on, asked.day) <= 40
       AND f.recorded_at <= asked.known_at
     GROUP BY f.institution_id, f.happened_on
), owed AS (
    SELECT balance.institution_id, balance.happened_on,
           CAST(SUM(f.owed_fen) AS BIGINT) AS owed_fen
      FROM asked JOIN balance ON balance.institution_id = asked.institution_id
      JOIN fact_liability f ON f.institution_id = balance.institution_id
       AND f.happened_on <= balance.happened_on AND f.recorded_at <= asked.known_at
     GROUP BY balance.institution_id, balance.happened_on
), moving AS (
    SELECT balance.institution_id, balance.happened_on,
           CAST(SUM(f.change_fen) AS BIGINT) AS open_fen,
           CAST(SUM(CASE WHEN date_diff('day', f.happened_on, balance.happened_on) <= 10
                         THEN f.paid_fen ELSE 0 END) AS BIGINT) AS paid_fen
      FROM asked JOIN balance ON balance.institution_id = asked.institution_id
      JOIN fact_transit f ON f.institution_id = balance.institution_id
       AND f.happened_on <= balance.happened_on AND f.recorded_at <= asked.known_at
     GROUP BY balance.institution_id, balance.happened_on
)
SELECT asked.institution_id, COALESCE(account.open, 0) AS custody,
       date_diff('day', balance.happened_on, asked.day) AS balance_age,
       balance.closing_fen, COALESCE(owed.owed_fen, 0) AS owed_fen,
       CASE WHEN COALESCE(moving.open_fen, 0) <= 0 THEN 0
            WHEN moving.open_fen < moving.paid_fen THEN moving.open_fen
            ELSE moving.paid_fen END AS transit_fen
  FROM asked
  LEFT JOIN account ON account.institution_id = asked.institution_id AND account.place = 1
  LEFT JOIN balance ON balance.institution_id = asked.institution_id
  LEFT JOIN owed ON owed.institution_id = balance.institution_id
       AND owed.happened_on = balance.happened_on
  LEFT JOIN moving ON moving.institution_id = balance.institution_id
       AND moving.happened_on = balance.happened_on
