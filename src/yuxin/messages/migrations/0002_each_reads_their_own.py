"""A person sees only their own messages, deliveries and codes.

Why: they name what somebody buys, signs and disputes. Anybody's act may tell anybody something, so
    rows may be added for others but not read back; the worker learns from `messages_due` whom it
    has to serve, as ids alone, and then reads with exactly those persons' eyes.
Lock: ACCESS EXCLUSIVE for an instant on new tables. Reversible.
"""

from django.db import migrations

_OF_PERSON = "{0} = ANY ((SELECT public.my_persons())::bigint[])"
_OF_READER = (
    "to_person_id = ANY ((SELECT public.my_persons())::bigint[])"
    " OR to_account_id = (SELECT public.my_account())"
)
_SEEN_BY = {
    "messages_message": _OF_READER,
    "messages_delivery": _OF_PERSON.format("to_person_id"),
    "messages_onetimecode": _OF_PERSON.format("person_id"),
}
GUARD = "\n".join(
    f"""
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON {table} FOR SELECT TO yuxin_app USING ({seen});
CREATE POLICY told ON {table} FOR INSERT TO yuxin_app WITH CHECK (true);
CREATE POLICY moved ON {table} FOR UPDATE TO yuxin_app USING ({seen}) WITH CHECK ({seen});
CREATE POLICY audited ON {table} FOR SELECT TO yuxin_audit USING (true);
"""
    for table, seen in _SEEN_BY.items()
)
DUE = """
CREATE FUNCTION public.messages_due(at timestamptz, most integer)
RETURNS TABLE (id uuid, person_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT d.id, d.to_person_id FROM public.messages_delivery d
     WHERE d.state = 'WAITING' AND d.due_at <= at
     ORDER BY d.due_at, d.id LIMIT most
$$;
REVOKE ALL ON FUNCTION public.messages_due(timestamptz, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.messages_due(timestamptz, integer) TO yuxin_app;
REVOKE UPDATE ON messages_message, messages_delivery, messages_onetimecode FROM yuxin_app;
GRANT UPDATE (facts_sealed, shown_at, proven_at, proof) ON messages_message TO yuxin_app;
GRANT UPDATE (state, attempts, due_at, ended_at, reason) ON messages_delivery TO yuxin_app;
GRANT UPDATE (expires_at, tries_left, proven_at, used_at) ON messages_onetimecode TO yuxin_app;
"""
UNGUARD = (
    "DROP FUNCTION public.messages_due(timestamptz, integer);\n"
    "GRANT UPDATE ON messages_message, messages_delivery, messages_onetimecode TO yuxin_app;\n"
) + "\n".join(
    f"DROP POLICY {policy} ON {table};"
    for table in _SEEN_BY
    for policy in ("seen", "told", "moved", "audited")
)
UNGUARD += "\n".join(f"\nALTER TABLE {table} DISABLE ROW LEVEL SECURITY;" for table in _SEEN_BY)


class Migration(migrations.Migration):
    """Let rows show to those whom they concern."""

    dependencies = [("messages", "0001_tables_of_messages"), ("access", "0001_recorded_now")]
    operations = [migrations.RunSQL(GUARD + DUE, UNGUARD)]
