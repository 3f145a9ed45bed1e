-- 从业人员数与其中专职教学教研人员数，一人计一次。
-- Staff, and among them full-time teaching and research staff; a person counts once.
-- unit: count; window: the day
WITH held AS (
    SELECT f.institution_id, f.subject_id, f.role, f.full_time, f.open,
           ROW_NUMBER() OVER (PARTITION BY f.institution_id, f.subject_id, f.role
               ORDER BY f.happened_on DESC, f.recorded_at DESC, f.row_id DESC) AS place
      FROM asked JOIN fact_post f ON f.institution_id = asked.institution_id
     WHERE f.happened_on <= asked.day AND f.recorded_at <= asked.known_at
)
SELECT asked.institution_id, COUNT(DISTINCT held.subject_id) AS staff,
       COUNT(DISTINCT held.subject_id) FILTER (WHERE held.role < 3 AND held.full_time = 1)
           AS fulltime
  FROM asked
  LEFT JOIN held ON held.institution_id = asked.institution_id AND held.place = 1
       AND held.open = 1
 GROUP BY asked.institution_id
