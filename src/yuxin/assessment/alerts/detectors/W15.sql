-- 近 30 天每笔划转的金额、有没有覆盖它的大额用款报告，以及报告提前了多少天（取最早的报告）。
-- Each outflow of the last 30 days: its sum, whether a notice of large use covers it, and how
-- many days before it the earliest such notice was given.
-- unit: fen, flag, day; window: 30 days, day 30 included
WITH moved AS (
    SELECT f.institution_id, f.subject_id, f.happened_on, f.amount_fen
      FROM asked JOIN fact_outflow f ON f.institution_id = asked.institution_id
     WHERE f.happened_on <= asked.day AND date_diff('day', f.happened_on, asked.day) <= 30
       AND f.recorded_at <= asked.known_at
), told AS (
    SELECT moved.subject_id, MIN(n.happened_on) AS notified_on
      FROM asked JOIN moved ON moved.institution_id = asked.institution_id
      JOIN fact_large_use n ON n.institution_id = moved.institution_id
       AND n.use_from <= moved.happened_on AND n.use_until >= moved.happened_on
       AND n.amount_fen >= moved.amount_fen AND n.recorded_at <= asked.known_at
     GROUP BY moved.subject_id
)
SELECT moved.institution_id, 1 AS sign, moved.subject_id AS what_id, moved.amount_fen,
       CASE WHEN told.notified_on IS NULL THEN 0 ELSE 1 END AS notified,
       told.notified_on, moved.happened_on AS used_on
  FROM moved LEFT JOIN told ON told.subject_id = moved.subject_id
