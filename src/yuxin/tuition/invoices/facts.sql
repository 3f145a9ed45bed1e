-- Facts of invoices. Nothing here may be changed without a migration that lays it again.

-- Contracts whose standing invoices differ from the contract or its purchaser (W18): a red invoice
-- and the one it undoes do not stand. 1 = differs.
CREATE VIEW public.fact_three_way WITH (security_invoker = true) AS
SELECT c.id AS subject_id, c.institution_id, max(i.issued_on) AS happened_on,
       max(i.recorded_at) AS recorded_at, c.id AS row_id,
       CASE WHEN sum(i.amount_fen) = c.total_fen THEN 0 ELSE 1 END AS amount_differs,
       max(CASE WHEN i.title_matches THEN 0 ELSE 1 END) AS title_differs,
       max(CASE WHEN i.buyer_matches THEN 0 ELSE 1 END) AS buyer_differs
  FROM public.tuition_contract c
  JOIN public.invoices_invoice i ON i.contract_id = c.id AND i.undoes_id IS NULL
   AND NOT EXISTS (SELECT 1 FROM public.invoices_invoice r WHERE r.undoes_id = i.id)
 WHERE c.paid_at IS NOT NULL
 GROUP BY c.id, c.institution_id, c.total_fen
HAVING sum(i.amount_fen) <> c.total_fen OR bool_or(NOT i.title_matches OR NOT i.buyer_matches);
