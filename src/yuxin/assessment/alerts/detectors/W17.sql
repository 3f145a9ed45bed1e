-- 有在办合同的课程，末课日超过办学许可证最后有效日的天数，和超过上课场地租期的天数。
-- For each course with open contracts: by how many days its last lesson lies after the last day of
-- the licence, and after the last day of the lease of its site.
-- unit: day, count; window: open contracts
WITH charge AS (
    SELECT f.institution_id, f.course_id, f.site_id, COUNT(*) AS contracts,
           MAX(f.last_on) AS last_on
      FROM asked JOIN fact_charge f ON f.institution_id = asked.institution_id
     WHERE f.happened_on <= asked.day AND f.recorded_at <= asked.known_at AND f.open = 1
       AND f.last_on >= asked.day
     GROUP BY f.institution_id, f.course_id, f.site_id
), licence AS (
    SELECT f.institution_id, f.valid_until, f.operating,
           ROW_NUMBER() OVER (PARTITION BY f.subject_id
               ORDER BY f.happened_on DESC, f.recorded_at DESC, f.row_id DESC) AS place
      FROM asked JOIN fact_licence f ON f.institution_id = asked.institution_id
     WHERE f.happened_on <= asked.day AND f.recorded_at <= asked.known_at
), term AS (
    SELECT institution_id, MAX(valid_until) AS valid_until FROM licence
     WHERE place = 1 AND operating = 1 GROUP BY institution_id
    HAVING COUNT(*) = COUNT(valid_until)
), site AS (
    SELECT f.institution_id, f.subject_id, f.lease_until, f.open,
           ROW_NUMBER() OVER (PARTITION BY f.subject_id
               ORDER BY f.happened_on DESC, f.recorded_at DESC, f.row_id DESC) AS place
      FROM asked JOIN fact_site f ON f.institution_id = asked.institution_id
     WHERE f.happened_on <= asked.day AND f.recorded_at <= asked.known_at
)
SELECT charge.institution_id, 1 AS sign, charge.course_id AS what_id, charge.contracts,
       date_diff('day', term.valid_until, charge.last_on) AS over_licence_days,
       CAST(NULL AS BIGINT) AS over_lease_days
  FROM charge JOIN term ON term.institution_id = charge.institution_id
 WHERE charge.last_on > term.valid_until
UNION ALL
SELECT charge.institution_id, 2 AS sign, charge.course_id AS what_id, charge.contracts,
       CAST(NULL AS BIGINT), date_diff('day', site.lease_until, charge.last_on)
  FROM charge JOIN site ON site.institution_id = charge.institution_id
   AND site.subject_id = charge.site_id AND site.place = 1 AND site.open = 1
 WHERE charge.last_on > site.lease_until
