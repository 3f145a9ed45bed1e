-- 每条未处理差错已挂多少天；最近一份专户余额已过多少天；专户被冻结的金额。
-- For each break how many days it has been open; how old the latest balance of the custody
-- account is; and what is frozen on it.
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
)
SELECT broken.institution_id, 1 AS sign, broken.subject_id AS what_id, broken.amount_fen,
       broken.break_days, CAST(NULL AS BIGINT) AS silent_days,
       CAST(NULL AS BIGINT) AS frozen_fen
  FROM broken
UNION ALL
SELECT said.institution_id, 2 AS sign, 0 AS what_id, CAST(NULL AS BIGINT),
       CAST(NULL AS BIGINT), date_diff('day', said.happened_on, asked.day),
       CAST(NULL AS BIGINT)
  FROM asked JOIN said ON said.institution_id = asked.institution_id
UNION ALL
SELECT said.institution_id, 3 AS sign, 0 AS what_id, CAST(NULL AS BIGINT),
       CAST(NULL AS BIGINT), CAST(NULL AS BIGINT), said.frozen_fen
  FROM said WHERE said.frozen_fen > 0
