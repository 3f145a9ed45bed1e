-- Facts of the ledger. Narrow views for indicators; nothing here may be changed without a
-- migration that lays it again.

-- What an institution owes in lessons: unearned, pending and frozen fees, posting by posting.
CREATE VIEW public.fact_liability WITH (security_invoker = true) AS
SELECT p.contract_id AS subject_id, p.institution_id, p.effective_on AS happened_on,
       p.recorded_at,
       CASE WHEN p.credit IN (2001, 2002, 2003) THEN p.amount_fen ELSE 0 END
     - CASE WHEN p.debit IN (2001, 2002, 2003) THEN p.amount_fen ELSE 0 END AS owed_fen
  FROM ledger.posting p
 WHERE (p.credit IN (2001, 2002, 2003)) <> (p.debit IN (2001, 2002, 2003));

-- What an institution holds of fees not taught yet (1003): advances and what lies with it.
CREATE VIEW public.fact_exposure WITH (security_invoker = true) AS
SELECT p.contract_id AS subject_id, p.institution_id, p.effective_on AS happened_on,
       p.recorded_at,
       CASE WHEN p.debit = 1003 THEN p.amount_fen ELSE 0 END
     - CASE WHEN p.credit = 1003 THEN p.amount_fen ELSE 0 END AS change_fen
  FROM ledger.posting p
 WHERE (p.debit = 1003) <> (p.credit = 1003);
