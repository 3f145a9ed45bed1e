-- 近 90 天收到的投诉：有效件数（百分之一件）、逾期未答复件数、查实的人身安全件数；
-- 7 天内同一事项的家庭数取最多的一项。同一人就同一事项在首次投诉后 30 天内再投诉的并为一件。
-- Complaints received in the last 90 days: valid ones in hundredths, unanswered past their limit,
-- substantiated on personal safety; and the most families of one matter within 7 days. Those of
-- one person on one matter within 30 days of the first, day 30 included, are one.
-- unit: hundredths, count; window: 90 days, day 90 included; 7 days
WITH decided AS (
    SELECT f.subject_id, f.weight_centi, f.unanswered, f.safety,
           ROW_NUMBER() OVER (PARTITION BY f.subject_id
               ORDER BY f.happened_on DESC, f.recorded_at DESC, f.row_id DESC) AS place
      FROM asked JOIN fact_complaint_decision f ON f.institution_id = asked.institution_id
     WHERE f.happened_on <= asked.day AND f.recorded_at <= asked.known_at
), valid AS (
    SELECT c.institution_id, c.subject_id, c.happened_on, c.matter_id,
           d.weight_centi, d.unanswered, d.safety, p.complainant
      FROM asked JOIN fact_complaint c ON c.institution_id = asked.institution_id
      JOIN fact_complainant p ON p.institution_id = c.institution_id
       AND p.subject_id = c.subject_id
      JOIN decided d ON d.subject_id = c.subject_id AND d.place = 1 AND d.weight_centi > 0
     WHERE c.happened_on <= asked.day AND date_diff('day', c.happened_on, asked.day) <= 90
       AND c.recorded_at <= asked.known_at
), earlier AS (
    SELECT b.institution_id, b.subject_id, a.subject_id AS earlier_id
      FROM valid b JOIN valid a ON a.institution_id = b.institution_id
       AND a.matter_id = b.matter_id AND a.complainant = b.complainant
       AND date_diff('day', a.happened_on, b.happened_on) <= 30
       AND (a.happened_on < b.happened_on
            OR (a.happened_on = b.happened_on AND a.subject_id < b.subject_id))
), repeated AS (
    SELECT DISTINCT e.institution_id, e.subject_id
      FROM earlier e LEFT JOIN earlier f ON f.institution_id = e.institution_id
       AND f.subject_id = e.earlier_id
     WHERE f.subject_id IS NULL
), week AS (
    SELECT a.institution_id, a.matter_id, a.subject_id,
           COUNT(DISTINCT b.complainant) AS families
      FROM valid a JOIN valid b ON b.institution_id = a.institution_id
       AND b.matter_id = a.matter_id AND b.happened_on <= a.happened_on
       AND date_diff('day', b.happened_on, a.happened_on) < 7
     GROUP BY a.institution_id, a.matter_id, a.subject_id
), worst AS (
    SELECT institution_id, MAX(families) AS families FROM week GROUP BY institution_id
)
SELECT asked.institution_id,
       COALESCE(CAST(SUM(CASE WHEN repeated.subject_id IS NULL
                              THEN valid.weight_centi ELSE 0 END) AS BIGINT), 0)
           AS complaints_centi,
       COALESCE(CAST(SUM(valid.unanswered) AS BIGINT), 0) AS complaints_unanswered,
       COALESCE(CAST(SUM(valid.safety) AS BIGINT), 0) AS complaint_safety_substantiated,
       COALESCE(MAX(worst.families), 0) AS complaint_same_matter_families
  FROM asked
  LEFT JOIN valid ON valid.institution_id = asked.institution_id
  LEFT JOIN repeated ON repeated.institution_id = valid.institution_id
       AND repeated.subject_id = valid.subject_id
  LEFT JOIN worst ON worst.institution_id = asked.institution_id
 GROUP BY asked.institution_id
