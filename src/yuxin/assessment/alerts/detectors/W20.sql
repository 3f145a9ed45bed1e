-- 机构手中尚未授课的学费（预拨等，科目 1003）合计。
-- What an institution holds of fees that it has not taught yet (advances and the like, 1003).
-- unit: fen; window: the day
WITH exposure AS (
    SELECT f.institution_id, CAST(SUM(f.change_fen) AS BIGINT) AS exposure_fen
      FROM asked JOIN fact_exposure f ON f.institution_id = asked.institution_id
     WHERE f.happened_on <= asked.day AND f.recorded_at <= asked.known_at
     GROUP BY f.institution_id
)
SELECT exposure.institution_id, 1 AS sign, 0 AS what_id, exposure.exposure_fen
  FROM exposure WHERE exposure.exposure_fen > 0
