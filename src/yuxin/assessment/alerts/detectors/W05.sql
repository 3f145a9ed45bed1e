-- 同一学员在同一机构、同一类别中同时在办的合同（课程日期相互重叠）的课时与金额合计。
-- Lessons and money of the contracts that one learner has open at once in one institution and
-- category, where the days of the courses overlap.
-- unit: hundredths of a lesson, fen, count; window: open contracts
WITH charge AS (
    SELECT f.institution_id, f.subject_id, f.learner_id, f.category, f.total_fen, f.centiunits,
           f.first_on, f.last_on
      FROM asked JOIN fact_charge f ON f.institution_id = asked.institution_id
     WHERE f.happened_on <= asked.day AND f.recorded_at <= asked.known_at AND f.open = 1
), together AS (
    SELECT a.institution_id, a.learner_id, a.category, a.subject_id, COUNT(*) AS contracts,
           CAST(SUM(b.total_fen) AS BIGINT) AS sum_fen,
           CAST(SUM(b.centiunits) AS BIGINT) AS sum_centiunits
      FROM charge a JOIN charge b ON b.institution_id = a.institution_id
       AND b.learner_id = a.learner_id AND b.category = a.category
       AND b.first_on <= a.first_on AND b.last_on >= a.first_on
     GROUP BY a.institution_id, a.learner_id, a.category, a.subject_id
    HAVING COUNT(*) > 1
)
SELECT together.institution_id, together.category AS sign, together.learner_id AS what_id,
       MAX(together.contracts) AS contracts, MAX(together.sum_fen) AS sum_fen,
       MAX(together.sum_centiunits) AS sum_centiunits, together.category
  FROM together
 GROUP BY together.institution_id, together.learner_id, together.category
