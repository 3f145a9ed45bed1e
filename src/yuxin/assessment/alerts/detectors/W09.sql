-- 近一年以贷款或分期支付的学费：渠道为贷款的付款，银行文件列为贷款的到账，和查实的以贷款支付的
-- 账户外收费。
-- Fees paid with a loan within a year: payments whose channel is a loan, receipts that the bank's
-- file says came from one, and substantiated payments outside custody that were made with one.
-- unit: fen; window: 365 days, day 365 included
WITH inside AS (
    SELECT f.institution_id, f.subject_id, f.amount_fen
      FROM asked JOIN fact_payment f ON f.institution_id = asked.institution_id
     WHERE f.loan = 1 AND f.happened_on <= asked.day
       AND date_diff('day', f.happened_on, asked.day) <= 365
       AND f.recorded_at <= asked.known_at
), outside AS (
    SELECT f.institution_id, f.subject_id, f.amount_fen
      FROM asked JOIN fact_outside_payment f ON f.institution_id = asked.institution_id
     WHERE f.loan = 1 AND f.happened_on <= asked.day
       AND date_diff('day', f.happened_on, asked.day) <= 365
       AND f.recorded_at <= asked.known_at
), told AS (
    SELECT f.institution_id, f.subject_id, f.amount_fen
      FROM asked JOIN fact_loan_line f ON f.institution_id = asked.institution_id
     WHERE f.happened_on <= asked.day AND date_diff('day', f.happened_on, asked.day) <= 365
       AND f.recorded_at <= asked.known_at
)
SELECT inside.institution_id, 1 AS sign, inside.subject_id AS what_id,
       inside.amount_fen AS loan_fen
  FROM inside
UNION ALL
SELECT outside.institution_id, 2 AS sign, outside.subject_id AS what_id, outside.amount_fen
  FROM outside
UNION ALL
SELECT told.institution_id, 3 AS sign, told.subject_id AS what_id, told.amount_fen
  FROM told
