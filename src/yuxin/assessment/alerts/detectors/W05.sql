-- 每份在办合同签字时，与它日期重叠的合同的合计：同一学员同机构同类别（课时、金额），
-- 同一家庭同机构（金额），同一学员在同一控制人或品牌的各机构（课时、金额）；预警线在收费规则中。
-- For each open contract what it came to, when it was signed, with contracts whose days overlap:
-- of one learner, institution and category; of one household; of one learner under one controller
-- or brand. The lines stand among the rules of charges.
-- unit: hundredths of a lesson, fen, count; window: open contracts
WITH told AS (
    SELECT f.institution_id, f.subject_id, f.happened_on, f.circle, f.contracts, f.centiunits,
           f.total_fen
      FROM asked JOIN fact_charge_sum f ON f.institution_id = asked.institution_id
     WHERE f.happened_on <= asked.day AND f.recorded_at <= asked.known_at
)
SELECT told.institution_id, told.circle * 2 - 1 AS sign, told.subject_id AS what_id, told.circle,
       told.happened_on AS signed_on, told.contracts, told.centiunits AS sum_centiunits,
       CAST(NULL AS BIGINT) AS sum_fen
  FROM told
UNION ALL
SELECT told.institution_id, told.circle * 2 AS sign, told.subject_id AS what_id, told.circle,
       told.happened_on, told.contracts, CAST(NULL AS BIGINT), told.total_fen
  FROM told
