-- 各险种最后有效日中最早的距今天数；当日覆盖人数取各险种中最少的。
-- Days to the earliest of the last days of each kind of insurance; learners covered today, of
-- the kinds the fewest.
-- unit: day, count; window: the day
WITH latest AS (
    SELECT f.institution_id, f.kind, f.happened_on, f.valid_until, f.covered_count,
           ROW_NUMBER() OVER (PARTITION BY f.policy_id
               ORDER BY f.recorded_at DESC, f.row_id DESC) AS place
      FROM asked JOIN fact_insurance f ON f.institution_id = asked.institution_id
     WHERE f.recorded_at <= asked.known_at
), by_kind AS (
    SELECT latest.institution_id, latest.kind, MAX(latest.valid_until) AS valid_until,
           CAST(SUM(CASE WHEN latest.happened_on <= asked.day
                          AND latest.valid_until >= asked.day
                         THEN latest.covered_count ELSE 0 END) AS BIGINT) AS covered
      FROM asked JOIN latest ON latest.institution_id = asked.institution_id
     WHERE latest.place = 1
     GROUP BY latest.institution_id, latest.kind
)
SELECT asked.institution_id,
       date_diff('day', MIN(asked.day), MIN(by_kind.valid_until)) AS insurance_days_to_expiry,
       MIN(by_kind.covered) AS insurance_covered
  FROM asked LEFT JOIN by_kind ON by_kind.institution_id = asked.institution_id
 GROUP BY asked.institution_id
