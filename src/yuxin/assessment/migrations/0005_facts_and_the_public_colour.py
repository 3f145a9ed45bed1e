"""The fact views of every package, and the colour for the public.

Why: indicators read facts through narrow views alone. The text stands here as it was laid; whoever
    changes a facts.sql lays the changed views again in a further migration.
Lock: none. Reversible.
"""

from django.db import migrations

VIEWS = (
    *("status", "connection", "licence", "site", "room", "custody_account", "post", "liability"),
    *("enrolment", "session", "bank_balance", "insurance", "statement", "quarter"),
    *("complaint", "complaint_decision", "feed_gap"),
)
HELPERS = """
CREATE FUNCTION public.date_diff(part text, first date, last date) RETURNS integer
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE RETURN last - first;
"""
GRANTS = "".join(f"GRANT SELECT ON public.fact_{view} TO yuxin_app, yuxin_audit;" for view in VIEWS)
# The default privileges of the schema give more than a view may be used for.
NARROW = "".join(f"REVOKE INSERT, UPDATE ON public.fact_{view} FROM yuxin_app;" for view in VIEWS)
PORTAL = """
CREATE VIEW portal.colour AS
SELECT c.institution_id AS subject_id, c.colour, c.from_on
  FROM (SELECT DISTINCT ON (p.institution_id) p.institution_id, p.colour, p.from_on
          FROM public.assessment_publiccolour p WHERE p.from_on <= portal.today()
         ORDER BY p.institution_id, p.id DESC) c
  JOIN public.registry_entry e ON e.subject_id = c.institution_id AND e.connected
 WHERE c.colour IS NOT NULL;
GRANT SELECT ON portal.colour TO yuxin_public, yuxin_app, yuxin_audit;
"""
DROP = "DROP VIEW portal.colour;" + "".join(
    f"DROP VIEW public.fact_{view};" for view in reversed(VIEWS)
)


REGISTRY = """
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
       v.recorded_at, v.id AS row_id, v.area_dm2, CASE WHEN v.ended THEN 0 ELSE 1 END AS open
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
"""
LEDGER = """
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
"""
TUITION = """
-- Facts of tuition. Narrow views for indicators; nothing here may be changed without a
-- migration that lays it again. Who learns is a number, never a name.

-- A contract begins to count on the day it is signed and stops on the day it is closed.
CREATE VIEW public.fact_enrolment WITH (security_invoker = true) AS
SELECT c.learner_id AS subject_id, c.institution_id,
       (c.signed_at AT TIME ZONE 'Asia/Shanghai')::date AS happened_on,
       c.signed_at AS recorded_at, c.class_group_id AS class_id, 1 AS change
  FROM public.tuition_contract c WHERE c.signed_at IS NOT NULL
UNION ALL
SELECT c.learner_id, c.institution_id, (c.closed_at AT TIME ZONE 'Asia/Shanghai')::date,
       c.closed_at, c.class_group_id, -1
  FROM public.tuition_contract c WHERE c.signed_at IS NOT NULL AND c.closed_at IS NOT NULL;

-- Minutes since 1970, so that no indicator needs a clock.
CREATE VIEW public.fact_session WITH (security_invoker = true) AS
SELECT s.class_group_id AS subject_id, s.institution_id,
       (s.starts_at AT TIME ZONE 'Asia/Shanghai')::date AS happened_on,
       g.opened_at AS recorded_at, s.id AS row_id,
       (extract(epoch FROM s.starts_at) / 60)::bigint AS starts_minute,
       (extract(epoch FROM s.ends_at) / 60)::bigint AS ends_minute
  FROM public.tuition_classsession s JOIN public.tuition_classgroup g ON g.id = s.class_group_id
 WHERE s.cancelled_at IS NULL;

-- What the bank says lay on the custody account at the end of a day.
CREATE VIEW public.fact_bank_balance WITH (security_invoker = true) AS
SELECT v.subject_id, v.subject_id AS institution_id, b.account_day AS happened_on,
       f.received_at AS recorded_at, b.id AS row_id, b.closing_fen
  FROM public.tuition_bankbalance b
  JOIN public.tuition_bankfile f ON f.id = b.file_id
  JOIN (SELECT DISTINCT subject_id, number_index FROM public.registry_custodyvalue) v
    ON v.number_index = b.account_index;

CREATE VIEW public.fact_insurance WITH (security_invoker = true) AS
SELECT p.institution_id AS subject_id, p.institution_id, p.valid_from AS happened_on,
       p.recorded_at, p.id AS row_id, p.valid_until,
       CASE p.kind WHEN 'LIABILITY' THEN 1 WHEN 'ACCIDENT' THEN 2 ELSE 3 END AS kind,
       p.covered_count,
       first_value(p.id) OVER (PARTITION BY p.institution_id, p.kind, p.number ORDER BY p.id)
           AS policy_id
  FROM public.insurance_policy p;
"""
LICENSING = """
-- Facts of licensing. Narrow views for indicators; nothing here may be changed without a
-- migration that lays it again.

CREATE VIEW public.fact_statement WITH (security_invoker = true) AS
SELECT s.institution_id AS subject_id, s.institution_id, s.filed_on AS happened_on, s.recorded_at,
       s.id AS row_id, s.quarter_end_on,
       CASE WHEN s.withdrawn THEN 1 ELSE 0 END AS withdrawn
  FROM public.licensing_statement s;

-- Quarters that ended while an institution was connected: each of them owes a statement.
CREATE VIEW public.fact_quarter WITH (security_invoker = true) AS
SELECT c.subject_id, c.subject_id AS institution_id, q.quarter_end_on AS happened_on,
       c.recorded_at
  FROM (SELECT subject_id, min(valid_from) AS valid_from, min(recorded_at) AS recorded_at
          FROM public.registry_connectionvalue WHERE connected AND NOT ended
         GROUP BY subject_id) c
  CROSS JOIN LATERAL (
       SELECT (g + interval '3 months' - interval '1 day')::date AS quarter_end_on
         FROM generate_series(date_trunc('quarter', c.valid_from::timestamp),
                              c.valid_from::timestamp + interval '10 years',
                              interval '3 months') g) q;
"""
SUPERVISION = """
-- Facts found by supervision. Narrow views for indicators; nothing here may be changed without
-- a migration that lays it again. Counts only: no text, no person.

CREATE VIEW public.fact_complaint WITH (security_invoker = true) AS
SELECT c.id AS subject_id, c.institution_id, c.received_on AS happened_on, c.recorded_at,
       coalesce(c.matter_of_id, c.id) AS matter_id
  FROM public.supervision_complaint c;

CREATE VIEW public.fact_complaint_decision WITH (security_invoker = true) AS
SELECT d.complaint_id AS subject_id, d.institution_id, d.decided_on AS happened_on,
       d.recorded_at, d.id AS row_id, d.weight_centi,
       CASE WHEN d.ground = 'UNANSWERED' THEN 1 ELSE 0 END AS unanswered,
       CASE WHEN d.safety THEN 1 ELSE 0 END AS safety
  FROM public.supervision_complaintdecision d;

-- One row per institution that a gap concerns: a bank's those with an account there, the
-- platform's every connected one.
CREATE VIEW public.fact_feed_gap WITH (security_invoker = true) AS
SELECT i.subject_id, i.subject_id AS institution_id, g.valid_from AS happened_on, g.recorded_at,
       g.id AS row_id,
       CASE g.feed WHEN 'STATEMENT' THEN 1 WHEN 'INSURANCE' THEN 2 ELSE 3 END AS feed,
       CASE WHEN g.bank_code = '' THEN 0 ELSE 1 END AS by_bank,
       CASE WHEN g.ended THEN 0 ELSE 1 END AS open
  FROM public.supervision_feedgap g
  JOIN (SELECT DISTINCT subject_id, '' AS bank_code FROM public.registry_connectionvalue
         UNION SELECT DISTINCT subject_id, bank_code FROM public.registry_custodyvalue) i
    ON i.bank_code = g.bank_code;
"""


class Migration(migrations.Migration):
    """Lay the views."""

    dependencies = [
        ("assessment", "0004_judgements_stay"),
        ("registry", "0003_what_the_public_sees"),
        ("ledger", "0003_post"),
        ("tuition", "0001_tables_of_tuition"),
        ("insurance", "0001_policies_of_insurance"),
        ("licensing", "0001_statements_by_quarter"),
        ("supervision", "0001_complaints_and_gaps"),
    ]
    operations = [
        migrations.RunSQL(HELPERS, "DROP FUNCTION public.date_diff(text, date, date)"),
        *[
            migrations.RunSQL(text, migrations.RunSQL.noop)
            for text in (REGISTRY, LEDGER, TUITION, LICENSING, SUPERVISION)
        ],
        migrations.RunSQL(GRANTS + NARROW + PORTAL, DROP),
    ]
