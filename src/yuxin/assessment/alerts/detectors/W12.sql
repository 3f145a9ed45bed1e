-- 近 30 天所上课时中，家长提出争议的比例和仍未确认的比例，均向上取整；并列出课时总数。
-- Of the lessons taught in 30 days the share that guardians disputed and the share not
-- confirmed yet, rounded up; and how many there were.
-- unit: bps, count; window: 30 days, day 30 included
WITH lesson AS (
    SELECT f.institution_id, COUNT(*) AS lessons,
           CAST(SUM(f.disputed) AS BIGINT) AS disputed, CAST(SUM(f.pending) AS BIGINT) AS pending
      FROM asked JOIN fact_lesson f ON f.institution_id = asked.institution_id
     WHERE f.happened_on <= asked.day AND date_diff('day', f.happened_on, asked.day) <= 30
       AND f.recorded_at <= asked.known_at
     GROUP BY f.institution_id
)
SELECT lesson.institution_id, 1 AS sign, 0 AS what_id, lesson.lessons,
       (lesson.disputed * 10000 + lesson.lessons - 1) // lesson.lessons AS disputed_bps,
       CAST(NULL AS BIGINT) AS unconfirmed_bps
  FROM lesson
UNION ALL
SELECT lesson.institution_id, 2 AS sign, 0 AS what_id, lesson.lessons, CAST(NULL AS BIGINT),
       (lesson.pending * 10000 + lesson.lessons - 1) // lesson.lessons
  FROM lesson
