-- 最早一个已结束而未报财务报表的季度，距季末的天数；都已报则为空。
-- Days since the end of the earliest quarter that ended without its statement; empty if none did.
-- unit: day; window: since the institution was connected
WITH latest AS (
    SELECT f.institution_id, f.quarter_end_on, f.withdrawn,
           ROW_NUMBER() OVER (PARTITION BY f.institution_id, f.quarter_end_on
               ORDER BY f.happened_on DESC, f.recorded_at DESC, f.row_id DESC) AS place
      FROM asked JOIN fact_statement f ON f.institution_id = asked.institution_id
     WHERE f.happened_on <= asked.day AND f.recorded_at <= asked.known_at
), owed AS (
    SELECT q.institution_id, MIN(q.happened_on) AS quarter_end_on
      FROM asked JOIN fact_quarter q ON q.institution_id = asked.institution_id
      LEFT JOIN latest ON latest.institution_id = q.institution_id
           AND latest.quarter_end_on = q.happened_on AND latest.place = 1 AND latest.withdrawn = 0
     WHERE q.happened_on < asked.day AND q.recorded_at <= asked.known_at
       AND latest.institution_id IS NULL
     GROUP BY q.institution_id
)
SELECT asked.institution_id,
       date_diff('day', owed.quarter_end_on, asked.day) AS statement_quarter_age
  FROM asked LEFT JOIN owed ON owed.institution_id = asked.institution_id
