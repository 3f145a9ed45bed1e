-- 教学点数；教室核定人数之和；教室面积之和（无教室时取教学点面积），平方分米。
-- Number of sites; sum of the rooms' approved capacity; their area in square decimetres, or that
-- of the sites where no room is known.
-- unit: count, count, square decimetre; window: the day
WITH site AS (
    SELECT f.institution_id, f.area_dm2, f.open,
           ROW_NUMBER() OVER (PARTITION BY f.subject_id
               ORDER BY f.happened_on DESC, f.recorded_at DESC, f.row_id DESC) AS place
      FROM asked JOIN fact_site f ON f.institution_id = asked.institution_id
     WHERE f.happened_on <= asked.day AND f.recorded_at <= asked.known_at
), room AS (
    SELECT f.institution_id, f.capacity, f.area_dm2, f.open,
           ROW_NUMBER() OVER (PARTITION BY f.subject_id
               ORDER BY f.happened_on DESC, f.recorded_at DESC, f.row_id DESC) AS place
      FROM asked JOIN fact_room f ON f.institution_id = asked.institution_id
     WHERE f.happened_on <= asked.day AND f.recorded_at <= asked.known_at
), sites AS (
    SELECT institution_id, COUNT(*) AS sites, CAST(SUM(area_dm2) AS BIGINT) AS area_dm2
      FROM site WHERE place = 1 AND open = 1 GROUP BY institution_id
), rooms AS (
    SELECT institution_id, CAST(SUM(capacity) AS BIGINT) AS capacity,
           CASE WHEN COUNT(*) = COUNT(area_dm2) THEN CAST(SUM(area_dm2) AS BIGINT) END AS area_dm2
      FROM room WHERE place = 1 AND open = 1 GROUP BY institution_id
)
SELECT asked.institution_id, COALESCE(sites.sites, 0) AS sites, rooms.capacity AS rooms_capacity,
       COALESCE(rooms.area_dm2, sites.area_dm2) AS area_dm2
  FROM asked
  LEFT JOIN sites ON sites.institution_id = asked.institution_id
  LEFT JOIN rooms ON rooms.institution_id = asked.institution_id
