-- 各课程在办合同中一次收费的最多课时（百分之一课时，含赠送）、最大金额、课程起止日、
-- 付款距首课的最多天数和合同数。
-- For each course with open contracts: the most lessons in one charge (hundredths, gifts
-- included), the most money, first and last day, the longest time from payment to the start.
-- unit: hundredths of a lesson, fen, day, count; window: open contracts
WITH charge AS (
    SELECT f.institution_id, f.course_id, COUNT(*) AS contracts, MAX(f.total_fen) AS total_fen,
           MAX(f.centiunits) AS centiunits, MAX(f.category) AS category,
           MIN(f.first_on) AS first_on, MAX(f.last_on) AS last_on,
           MAX(date_diff('day', f.happened_on, f.first_on)) AS lead_days
      FROM asked JOIN fact_charge f ON f.institution_id = asked.institution_id
     WHERE f.happened_on <= asked.day AND f.recorded_at <= asked.known_at AND f.open = 1
     GROUP BY f.institution_id, f.course_id
)
SELECT charge.institution_id, 1 AS sign, charge.course_id AS what_id, charge.contracts,
       charge.total_fen, charge.centiunits, charge.category, charge.first_on, charge.last_on,
       charge.lead_days
  FROM charge
