-- 每件未办结退费自申请起的天数和合同约定的办结天数；近 7 天申请退费的学员占在读学员的比例，向上取整。
-- For each refund not done: days since it was asked, and the days that the contract gives. And
-- the learners for whom a refund was asked in 7 days, as a share of active learners, rounded up.
-- unit: day, bps, count; window: open refunds; 7 days, the day itself included
WITH waiting AS (
    SELECT f.institution_id, f.subject_id, f.amount_fen, f.limit_days,
           date_diff('day', f.happened_on, asked.day) AS open_days
      FROM asked JOIN fact_refund f ON f.institution_id = asked.institution_id
     WHERE f.open = 1 AND f.happened_on <= asked.day AND f.recorded_at <= asked.known_at
), asking AS (
    SELECT f.institution_id, COUNT(DISTINCT f.learner_id) AS requests
      FROM asked JOIN fact_refund f ON f.institution_id = asked.institution_id
     WHERE f.happened_on <= asked.day AND date_diff('day', f.happened_on, asked.day) < 7
       AND f.recorded_at <= asked.known_at
     GROUP BY f.institution_id
), enrolled AS (
    SELECT f.institution_id, f.subject_id
      FROM asked JOIN fact_enrolment f ON f.institution_id = asked.institution_id
     WHERE f.happened_on <= asked.day AND f.recorded_at <= asked.known_at
     GROUP BY f.institution_id, f.subject_id
    HAVING SUM(f.change) > 0
), active AS (
    SELECT institution_id, COUNT(*) AS learners FROM enrolled GROUP BY institution_id
)
SELECT waiting.institution_id, 1 AS sign, waiting.subject_id AS what_id, waiting.amount_fen,
       waiting.open_days, waiting.limit_days, CAST(NULL AS BIGINT) AS requests,
       CAST(NULL AS BIGINT) AS learners, CAST(NULL AS BIGINT) AS refund_share_bps
  FROM waiting
UNION ALL
SELECT asking.institution_id, 2 AS sign, 0 AS what_id, CAST(NULL AS BIGINT),
       CAST(NULL AS BIGINT), CAST(NULL AS BIGINT), asking.requests, active.learners,
       (asking.requests * 10000 + active.learners - 1) // active.learners
  FROM asking JOIN active ON active.institution_id = asking.institution_id
