-- 距办学许可证最后有效日的天数，次日起为负；多张取最晚的。
-- Days to the last day of the operating licence, negative from the day after; of several the last.
-- unit: day; window: the day
WITH held AS (
    SELECT f.institution_id, f.operating, f.valid_until,
           ROW_NUMBER() OVER (PARTITION BY f.subject_id
               ORDER BY f.happened_on DESC, f.recorded_at DESC, f.row_id DESC) AS place
      FROM asked JOIN fact_licence f ON f.institution_id = asked.institution_id
     WHERE f.happened_on <= asked.day AND f.recorded_at <= asked.known_at
)
SELECT asked.institution_id,
       date_diff('day', MIN(asked.day), MAX(held.valid_until)) AS licence_days_to_expiry
  FROM asked
  LEFT JOIN held ON held.institution_id = asked.institution_id
       AND held.place = 1 AND held.operating = 1
 GROUP BY asked.institution_id
