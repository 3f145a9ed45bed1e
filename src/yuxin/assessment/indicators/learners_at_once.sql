-- 同时在训人数：近 7 天内同一时刻上课的各班人数之和的最大值。
-- Learners at once: the most that sat in classes at one moment of the last 7 days.
-- unit: count; window: 7 days, the day included
WITH class_size AS (
    SELECT f.institution_id, f.class_id, CAST(SUM(f.change) AS BIGINT) AS learners
      FROM asked JOIN fact_enrolment f ON f.institution_id = asked.institution_id
     WHERE f.happened_on <= asked.day AND f.recorded_at <= asked.known_at
     GROUP BY f.institution_id, f.class_id
), held AS (
    SELECT s.institution_id, s.row_id, s.starts_minute, s.ends_minute, c.learners
      FROM asked JOIN fact_session s ON s.institution_id = asked.institution_id
      JOIN class_size c ON c.institution_id = s.institution_id AND c.class_id = s.subject_id
     WHERE s.happened_on <= asked.day AND date_diff('day', s.happened_on, asked.day) < 7
       AND s.recorded_at <= asked.known_at
), moment AS (
    SELECT a.institution_id, a.row_id, CAST(SUM(b.learners) AS BIGINT) AS learners
      FROM held a JOIN held b ON b.institution_id = a.institution_id
       AND b.starts_minute <= a.starts_minute AND b.ends_minute > a.starts_minute
     GROUP BY a.institution_id, a.row_id
)
SELECT asked.institution_id, MAX(moment.learners) AS learners_at_once
  FROM asked LEFT JOIN moment ON moment.institution_id = asked.institution_id
 GROUP BY asked.institution_id
