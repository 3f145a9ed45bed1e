-- Facts of the registry. Narrow views for indicators; nothing here may be changed without a
-- migration that lays it again. Every row is a value: it holds until the next start.

CREATE VIEW public.fact_status WITH (security_invoker = true) AS
SELECT v.subject_id, v.subject_id AS institution_id, v.valid_from AS happened_on, v.recorded_at,
       v.id AS row_id,
       CASE v.status WHEN 'UNLICENSED' THEN 1 WHEN 'REVOKED' THEN 2 WHEN 'CLOSED' THEN 3
            ELSE 0 END AS no_licence
  FROM public.registry_statusvalue v;

CREATE VIEW public.fact_connection WITH (security_invoker = true) AS
SELECT v.subject_id, v.subject_id AS institution_id, v.valid_from AS happened_on, v.recorded_at,
       v.id AS row_id, CASE WHEN v.connected AND NOT v.ended THEN 1 ELSE 0 END AS connected
  FROM public.registry_connectionvalue v;

CREATE VIEW public.fact_licence WITH (security_invoker = true) AS
SELECT v.licence_id AS subject_id, l.subject_id AS institution_id, v.valid_from AS happened_on,
       v.recorded_at, v.id AS row_id, v.valid_until,
       CASE WHEN v.kind = 'OPERATING' AND NOT v.ended THEN 1 ELSE 0 END AS operating
  FROM public.registry_licencevalue v JOIN public.registry_licence l ON l.id = v.licence_id;

CREATE VIEW public.fact_site WITH (security_invoker = true) AS
SELECT v.site_id AS subject_id, s.subject_id AS institution_id, v.valid_from AS happened_on,
       v.recorded_at, v.id AS row_id, v.area_dm2, CASE WHEN v.ended THEN 0 ELSE 1 END AS open,
       v.lease_until
  FROM public.registry_sitevalue v JOIN public.registry_site s ON s.id = v.site_id;

CREATE VIEW public.fact_room WITH (security_invoker = true) AS
SELECT v.room_id AS subject_id, s.subject_id AS institution_id, v.valid_from AS happened_on,
       v.recorded_at, v.id AS row_id, v.capacity, v.area_dm2,
       CASE WHEN v.ended THEN 0 ELSE 1 END AS open
  FROM public.registry_roomvalue v JOIN public.registry_room r ON r.id = v.room_id
  JOIN public.registry_site s ON s.id = r.site_id;

CREATE VIEW public.fact_custody_account WITH (security_invoker = true) AS
SELECT v.subject_id, v.subject_id AS institution_id, v.valid_from AS happened_on, v.recorded_at,
       v.id AS row_id, CASE WHEN v.ended THEN 0 ELSE 1 END AS open
  FROM public.registry_custodyvalue v;

CREATE VIEW public.fact_post WITH (security_invoker = true) AS
SELECT v.person_id AS subject_id, v.subject_id AS institution_id, v.valid_from AS happened_on,
       v.recorded_at, v.id AS row_id,
       CASE v.role WHEN 'TEACHING' THEN 1 WHEN 'RESEARCH' THEN 2 ELSE 3 END AS role,
       CASE WHEN v.full_time THEN 1 ELSE 0 END AS full_time,
       CASE WHEN v.ended THEN 0 ELSE 1 END AS open
  FROM public.registry_postvalue v;

-- How far the special custody account is (S11): verified, payment enabled.
CREATE VIEW public.fact_account_state WITH (security_invoker = true) AS
SELECT v.subject_id, v.subject_id AS institution_id, v.valid_from AS happened_on, v.recorded_at,
       v.id AS row_id,
       CASE WHEN v.state IN ('VERIFIED', 'PAYMENT_ENABLED') THEN 1 ELSE 0 END AS verified,
       CASE WHEN v.state = 'PAYMENT_ENABLED' THEN 1 ELSE 0 END AS enabled,
       CASE WHEN v.ended THEN 0 ELSE 1 END AS open
  FROM public.registry_custodyvalue v;

-- Whose own account is the settlement account of another: money of a branch goes there.
CREATE VIEW public.fact_shared_settlement WITH (security_invoker = true) AS
SELECT v.subject_id, v.subject_id AS institution_id, v.valid_from AS happened_on, v.recorded_at,
       v.id AS row_id, public.settlement_is_anothers(v.subject_id, v.settlement_index) AS anothers,
       CASE WHEN v.ended THEN 0 ELSE 1 END AS open
  FROM public.registry_custodyvalue v;
