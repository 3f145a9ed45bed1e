-- 近 30 天：下课前就确认的课时数；同一学员上课时间重叠的课时数；未点名就确认的课时数；
-- 同一设备、同一网络替多少位家长确认了多少课时。
-- In 30 days: lessons confirmed before they ended; lessons of one learner at overlapping hours;
-- lessons confirmed without a roll; and for how many guardians one device and one network
-- confirmed how many lessons.
-- unit: count; window: 30 days, day 30 included
WITH lesson AS (
    SELECT f.institution_id, f.subject_id, f.learner_id, f.session_id, f.starts_minute,
           f.ends_minute, f.answered_minute, f.confirmed, f.present, f.called
      FROM asked JOIN fact_lesson f ON f.institution_id = asked.institution_id
     WHERE f.happened_on <= asked.day AND date_diff('day', f.happened_on, asked.day) <= 30
       AND f.recorded_at <= asked.known_at
), answer AS (
    SELECT f.institution_id, f.guardian_id, f.network, f.device
      FROM asked JOIN fact_answer f ON f.institution_id = asked.institution_id
     WHERE f.happened_on <= asked.day AND date_diff('day', f.happened_on, asked.day) <= 30
       AND f.recorded_at <= asked.known_at AND f.signed_in = 1
), early AS (
    SELECT institution_id, COUNT(*) AS early_lessons FROM lesson
     WHERE confirmed = 1 AND answered_minute < ends_minute GROUP BY institution_id
), doubled AS (
    SELECT a.institution_id, COUNT(DISTINCT b.subject_id) AS overlapping_lessons
      FROM lesson a JOIN lesson b ON b.institution_id = a.institution_id
       AND b.learner_id = a.learner_id AND b.session_id <> a.session_id
       AND b.starts_minute < a.ends_minute AND b.ends_minute > a.starts_minute
     WHERE a.present = 1 AND b.present = 1
     GROUP BY a.institution_id
), uncalled AS (
    SELECT institution_id, COUNT(*) AS uncalled_lessons FROM lesson
     WHERE confirmed = 1 AND called = 0 GROUP BY institution_id
), device AS (
    SELECT institution_id, device, COUNT(DISTINCT guardian_id) AS guardians, COUNT(*) AS lessons
      FROM answer GROUP BY institution_id, device
    HAVING COUNT(DISTINCT guardian_id) > 1
), network AS (
    SELECT institution_id, network, COUNT(DISTINCT guardian_id) AS guardians,
           COUNT(*) AS lessons
      FROM answer GROUP BY institution_id, network
    HAVING COUNT(DISTINCT guardian_id) > 1
)
SELECT institution_id, 1 AS sign, 0 AS what_id, early_lessons,
       CAST(NULL AS BIGINT) AS overlapping_lessons, CAST(NULL AS BIGINT) AS uncalled_lessons,
       CAST(NULL AS BIGINT) AS device_guardians, CAST(NULL AS BIGINT) AS network_guardians,
       CAST(NULL AS BIGINT) AS lessons
  FROM early
UNION ALL
SELECT institution_id, 2 AS sign, 0 AS what_id, CAST(NULL AS BIGINT), overlapping_lessons,
       CAST(NULL AS BIGINT), CAST(NULL AS BIGINT), CAST(NULL AS BIGINT), CAST(NULL AS BIGINT)
  FROM doubled
UNION ALL
SELECT institution_id, 3 AS sign, 0 AS what_id, CAST(NULL AS BIGINT), CAST(NULL AS BIGINT),
       uncalled_lessons, CAST(NULL AS BIGINT), CAST(NULL AS BIGINT), CAST(NULL AS BIGINT)
  FROM uncalled
UNION ALL
SELECT institution_id, 4 AS sign, device AS what_id, CAST(NULL AS BIGINT),
       CAST(NULL AS BIGINT), CAST(NULL AS BIGINT), guardians, CAST(NULL AS BIGINT), lessons
  FROM device
UNION ALL
SELECT institution_id, 5 AS sign, network AS what_id, CAST(NULL AS BIGINT),
       CAST(NULL AS BIGINT), CAST(NULL AS BIGINT), CAST(NULL AS BIGINT), guardians, lessons
  FROM network
