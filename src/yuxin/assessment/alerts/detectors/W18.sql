-- 每份合同的发票、合同、购课人有几处不一致：金额、抬头、购课人。
-- For each contract in how many places invoice, contract and purchaser differ: sum, title, buyer.
-- unit: count; window: standing invoices
WITH differing AS (
    SELECT f.institution_id, f.subject_id, f.amount_differs, f.title_differs, f.buyer_differs
      FROM asked JOIN fact_three_way f ON f.institution_id = asked.institution_id
     WHERE f.happened_on <= asked.day AND f.recorded_at <= asked.known_at
)
SELECT differing.institution_id, 1 AS sign, differing.subject_id AS what_id,
       differing.amount_differs, differing.title_differs, differing.buyer_differs,
       differing.amount_differs + differing.title_differs + differing.buyer_differs AS differing
  FROM differing
