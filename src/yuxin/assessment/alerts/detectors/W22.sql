-- 取得许可已多少天而专户尚未核验，或尚未开通支付。
-- How many days after its licence an institution's custody account is not verified, or its
-- payment not enabled; one that lost its licence or closed is left out.
-- unit: day; window: since the first day of the licence
WITH licence AS (
    SELECT f.institution_id, MIN(f.happened_on) AS licensed_on
      FROM asked JOIN fact_licence f ON f.institution_id = asked.institution_id
     WHERE f.happened_on <= asked.day AND f.recorded_at <= asked.known_at AND f.operating = 1
     GROUP BY f.institution_id
), status AS (
    SELECT f.institution_id, f.no_licence,
           ROW_NUMBER() OVER (PARTITION BY f.subject_id
               ORDER BY f.happened_on DESC, f.recorded_at DESC, f.row_id DESC) AS place
      FROM asked JOIN fact_status f ON f.institution_id = asked.institution_id
     WHERE f.happened_on <= asked.day AND f.recorded_at <= asked.known_at
), account AS (
    SELECT f.institution_id, f.verified, f.enabled, f.open,
           ROW_NUMBER() OVER (PARTITION BY f.subject_id
               ORDER BY f.happened_on DESC, f.recorded_at DESC, f.row_id DESC) AS place
      FROM asked JOIN fact_account_state f ON f.institution_id = asked.institution_id
     WHERE f.happened_on <= asked.day AND f.recorded_at <= asked.known_at
), standing AS (
    SELECT licence.institution_id, date_diff('day', licence.licensed_on, asked.day) AS days,
           COALESCE(account.verified * account.open, 0) AS verified,
           COALESCE(account.enabled * account.open, 0) AS enabled
      FROM asked JOIN licence ON licence.institution_id = asked.institution_id
      LEFT JOIN status ON status.institution_id = licence.institution_id AND status.place = 1
      LEFT JOIN account ON account.institution_id = licence.institution_id
       AND account.place = 1
     WHERE COALESCE(status.no_licence, 0) = 0
)
SELECT standing.institution_id, 1 AS sign, 0 AS what_id, standing.days AS unverified_days,
       CAST(NULL AS BIGINT) AS unpayable_days
  FROM standing WHERE standing.verified = 0
UNION ALL
SELECT standing.institution_id, 2 AS sign, 0 AS what_id, CAST(NULL AS BIGINT), standing.days
  FROM standing WHERE standing.enabled = 0
