-- 自有资金账户同时是其他几家机构的自有资金账户（分支机构资金归集到总部）。
-- Of how many other institutions the settlement account is the own account as well: money of
-- branches gathered at a head office.
-- unit: count; window: the day
WITH settled AS (
    SELECT f.institution_id, f.anothers, f.open,
           ROW_NUMBER() OVER (PARTITION BY f.subject_id
               ORDER BY f.happened_on DESC, f.recorded_at DESC, f.row_id DESC) AS place
      FROM asked JOIN fact_shared_settlement f ON f.institution_id = asked.institution_id
     WHERE f.happened_on <= asked.day AND f.recorded_at <= asked.known_at
)
SELECT settled.institution_id, 1 AS sign, 0 AS what_id, settled.anothers AS shared_with
  FROM settled WHERE settled.place = 1 AND settled.open = 1 AND settled.anothers > 0
