-- 有未消课学费的机构已连续多少天没有上课，及其未消课金额；近 90 天登记的停业征兆条数。
-- For how many days an institution that owes lessons has taught none, and what it owes; and
-- the signs of closing that were seen in 90 days.
-- unit: day, fen, count; window: since the last lesson, or since open
-- contracts began where that was later; 90 days
WITH owed AS (
    SELECT f.institution_id, CAST(SUM(f.owed_fen) AS BIGINT) AS owed_fen
      FROM asked JOIN fact_liability f ON f.institution_id = asked.institution_id
     WHERE f.happened_on <= asked.day AND f.recorded_at <= asked.known_at
     GROUP BY f.institution_id
), taught AS (
    SELECT f.institution_id, MAX(f.happened_on) AS last_on
      FROM asked JOIN fact_lesson f ON f.institution_id = asked.institution_id
     WHERE f.happened_on <= asked.day AND f.recorded_at <= asked.known_at
     GROUP BY f.institution_id
), paid AS (
    SELECT f.institution_id, MIN(f.first_on) AS first_on
      FROM asked JOIN fact_charge f ON f.institution_id = asked.institution_id
     WHERE f.happened_on <= asked.day AND f.recorded_at <= asked.known_at AND f.open = 1
     GROUP BY f.institution_id
), signs AS (
    SELECT f.institution_id, COUNT(*) AS closure_signs
      FROM asked JOIN fact_closure_sign f ON f.institution_id = asked.institution_id
     WHERE f.happened_on <= asked.day AND date_diff('day', f.happened_on, asked.day) <= 90
       AND f.recorded_at <= asked.known_at
     GROUP BY f.institution_id
)
SELECT owed.institution_id, 1 AS sign, 0 AS what_id, owed.owed_fen,
       date_diff('day', CASE WHEN taught.last_on IS NULL OR paid.first_on > taught.last_on
                             THEN paid.first_on ELSE taught.last_on END, asked.day) AS idle_days,
       CAST(NULL AS BIGINT) AS closure_signs
  FROM asked JOIN owed ON owed.institution_id = asked.institution_id
  LEFT JOIN taught ON taught.institution_id = owed.institution_id
  LEFT JOIN paid ON paid.institution_id = owed.institution_id
 WHERE owed.owed_fen > 0
UNION ALL
SELECT signs.institution_id, 2 AS sign, 0 AS what_id, CAST(NULL AS BIGINT),
       CAST(NULL AS BIGINT), signs.closure_signs
  FROM signs
