-- 每条未处理差错已挂多少天；最近一份专户余额（从未有过的，自专户开通支付起）已过多少天；专户被
-- 冻结的金额；银行是否已将在用的专户销户。
-- For each break how many days it has been open; how old the latest balance of the custody account
-- is, or where there was none since its payment was enabled; what is frozen on it; and whether the
-- bank closed the account in use.
-- unit: day, fen; window: open breaks; the latest balance
WITH broken AS (
    SELECT f.institution_id, f.subject_id, f.amount_fen,
           date_diff('day', f.happened_on, asked.day) AS break_days
      FROM asked JOIN fact_break f ON f.institution_id = asked.institution_id
     WHERE f.happened_on <= asked.day AND f.recorded_at <= asked.known_at
), latest AS (
    SELECT f.institution_id, MAX(f.happened_on) AS happened_on
      FROM asked JOIN fact_bank_frozen f ON f.institution_id = asked.institution_id
     WHERE f.happened_on <= asked.day AND f.recorded_at <= asked.known_at
     GROUP BY f.institution_id
), said AS (
    SELECT latest.institution_id, latest.happened_on,
           CAST(SUM(f.frozen_fen) AS BIGINT) AS frozen_fen
      FROM asked JOIN latest ON latest.institution_id = asked.institution_id
      JOIN fact_bank_frozen f ON f.institution_id = latest.institution_id
       AND f.happened_on = latest.happened_on AND f.recorded_at <= asked.known_at
     GROUP BY latest.institution_id, latest.happened_on
), account AS (
    SELECT f.institution_id, f.happened_on, f.enabled, f.open,
           ROW_NUMBER() OVER (PARTITION BY f.subject_id
               ORDER BY f.happened_on DESC, f.recorded_at DESC, f.row_id DESC) AS place
      FROM asked JOIN fact_account_state f ON f.institution_id = asked.institution_id
     WHERE f.happened_on <= asked.day AND f.recorded_at <= asked.known_at
), event AS (
    SELECT f.institution_id, f.event,
           ROW_NUMBER() OVER (PARTITION BY f.subject_id
               ORDER BY f.happened_on DESC, f.recorded_at DESC, f.row_id DESC) AS place
      FROM asked JOIN fact_account_event f ON f.institution_id = asked.institution_id
     WHERE f.happened_on <= asked.day AND f.recorded_at <= asked.known_at
       AND f.event IN (1, 5)
)
SELECT broken.institution_id, 1 AS sign, broken.subject_id AS what_id, broken.amount_fen,
       broken.break_days, CAST(NULL AS BIGINT) AS silent_days,
       CAST(NULL AS BIGINT) AS frozen_fen, CAST(NULL AS BIGINT) AS account_closed
  FROM broken
UNION ALL
SELECT said.institution_id, 2 AS sign, 0 AS what_id, CAST(NULL AS BIGINT),
       CAST(NULL AS BIGINT), date_diff('day', said.happened_on, asked.day),
       CAST(NULL AS BIGINT), CAST(NULL AS BIGINT)
  FROM asked JOIN said ON said.institution_id = asked.institution_id
UNION ALL
SELECT said.institution_id, 3 AS sign, 0 AS what_id, CAST(NULL AS BIGINT),
       CAST(NULL AS BIGINT), CAST(NULL AS BIGINT), said.frozen_fen, CAST(NULL AS BIGINT)
  FROM said WHERE said.frozen_fen > 0
UNION ALL
SELECT account.institution_id, 2 AS sign, 0 AS what_id, CAST(NULL AS BIGINT),
       CAST(NULL AS BIGINT), date_diff('day', account.happened_on, asked.day),
       CAST(NULL AS BIGINT), CAST(NULL AS BIGINT)
  FROM asked JOIN account ON account.institution_id = asked.institution_id
  LEFT JOIN said ON said.institution_id = account.institution_id
 WHERE account.place = 1 AND account.open = 1 AND account.enabled = 1
   AND said.institution_id IS NULL
UNION ALL
SELECT event.institution_id, 4 AS sign, 0 AS what_id, CAST(NULL AS BIGINT),
       CAST(NULL AS BIGINT), CAST(NULL AS BIGINT), CAST(NULL AS BIGINT), 1
  FROM event WHERE event.place = 1 AND event.event = 5
