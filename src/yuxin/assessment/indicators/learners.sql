-- 上月末在读学员数：已签未结的合同所涉学员，一人计一次。
-- Active learners at the last month end: those with a signed contract that is not closed, each
-- counted once.
-- unit: count; window: the last month end
WITH held AS (
    SELECT f.institution_id, f.subject_id
      FROM asked JOIN fact_enrolment f ON f.institution_id = asked.institution_id
     WHERE f.happened_on <= asked.month_end AND f.recorded_at <= asked.known_at
     GROUP BY f.institution_id, f.subject_id
    HAVING SUM(f.change) > 0
)
SELECT asked.institution_id, COUNT(held.subject_id) AS learners
  FROM asked LEFT JOIN held ON held.institution_id = asked.institution_id
 GROUP BY asked.institution_id
