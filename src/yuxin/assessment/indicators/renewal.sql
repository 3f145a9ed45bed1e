-- 办学许可证现有期限的延续申请是否已受理、未撤回。
-- Whether a renewal of the operating licence's present term was accepted and not withdrawn.
-- unit: flag; window: the day
WITH held AS (
    SELECT f.institution_id, f.operating, f.valid_until,
           ROW_NUMBER() OVER (PARTITION BY f.subject_id
               ORDER BY f.happened_on DESC, f.recorded_at DESC, f.row_id DESC) AS place
      FROM asked JOIN fact_licence f ON f.institution_id = asked.institution_id
     WHERE f.happened_on <= asked.day AND f.recorded_at <= asked.known_at
), term AS (
    SELECT held.institution_id, MAX(held.valid_until) AS valid_until
      FROM held WHERE held.place = 1 AND held.operating = 1
     GROUP BY held.institution_id
), latest AS (
    SELECT f.institution_id, f.valid_until, f.open,
           ROW_NUMBER() OVER (PARTITION BY f.institution_id, f.valid_until
               ORDER BY f.happened_on DESC, f.recorded_at DESC, f.row_id DESC) AS place
      FROM asked JOIN fact_renewal f ON f.institution_id = asked.institution_id
     WHERE f.happened_on <= asked.day AND f.recorded_at <= asked.known_at
)
SELECT asked.institution_id, COUNT(latest.institution_id) AS renewals
  FROM asked
  LEFT JOIN term ON term.institution_id = asked.institution_id
  LEFT JOIN latest ON latest.institution_id = term.institution_id
       AND latest.valid_until = term.valid_until AND latest.place = 1 AND latest.open = 1
 GROUP BY asked.institution_id
