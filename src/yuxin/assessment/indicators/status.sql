-- 许可状态与接入：按当日有效、当时已知的登记。
-- Licence status and connection, as they held on the day and were known then.
-- unit: code (0 licensed, 1 unlicensed, 2 revoked, 3 closed), flag; window: the day
WITH status AS (
    SELECT f.institution_id, f.no_licence,
           ROW_NUMBER() OVER (PARTITION BY f.subject_id
               ORDER BY f.happened_on DESC, f.recorded_at DESC, f.row_id DESC) AS place
      FROM asked JOIN fact_status f ON f.institution_id = asked.institution_id
     WHERE f.happened_on <= asked.day AND f.recorded_at <= asked.known_at
), link AS (
    SELECT f.institution_id, f.connected,
           ROW_NUMBER() OVER (PARTITION BY f.subject_id
               ORDER BY f.happened_on DESC, f.recorded_at DESC, f.row_id DESC) AS place
      FROM asked JOIN fact_connection f ON f.institution_id = asked.institution_id
     WHERE f.happened_on <= asked.day AND f.recorded_at <= asked.known_at
), since AS (
    SELECT f.institution_id, MIN(f.happened_on) AS first_on
      FROM asked JOIN fact_connection f ON f.institution_id = asked.institution_id
     WHERE f.connected = 1 AND f.happened_on <= asked.day AND f.recorded_at <= asked.known_at
     GROUP BY f.institution_id
)
SELECT asked.institution_id, COALESCE(status.no_licence, 0) AS no_licence,
       COALESCE(link.connected, 0) AS connected,
       date_diff('day', since.first_on, asked.day) AS connected_days
  FROM asked
  LEFT JOIN status ON status.institution_id = asked.institution_id AND status.place = 1
  LEFT JOIN link ON link.institution_id = asked.institution_id AND link.place = 1
  LEFT JOIN since ON since.institution_id = asked.institution_id
