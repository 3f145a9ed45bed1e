-- 在售学科类课程的单价、课时分钟数、学段、方式和班额；与政府指导价的比较在收费规则中。
-- Academic courses on offer: price of a lesson, its minutes, stage, mode, size of the class. The
-- guide prices they are held against stand among the rules of charges.
-- unit: fen, minute, count; window: courses on offer
WITH offer AS (
    SELECT f.institution_id, f.subject_id, f.unit_price_fen, f.lesson_minutes, f.stage, f.mode,
           f.class_size
      FROM asked JOIN fact_offer f ON f.institution_id = asked.institution_id
     WHERE f.happened_on <= asked.day AND f.recorded_at <= asked.known_at AND f.category = 1
)
SELECT offer.institution_id, 1 AS sign, offer.subject_id AS what_id, offer.unit_price_fen,
       offer.lesson_minutes, offer.stage, offer.mode, offer.class_size
  FROM offer
