"""What came into the books or among the grants beside every act is named."""

from tests.given import at, paid_world
from tests.ledger.books import call, logged_in, moved
from yuxin.ledger.services import Group
from yuxin.site.entries_audit import WithoutEntry, audit_entries


def _found(cluster) -> list[WithoutEntry]:
    with logged_in(cluster, "audit") as auditor:
        return audit_entries(auditor)


def test_acts_leave_nothing_without_an_entry(committing):
    paid_world()
    assert _found(committing) == []


def test_a_posting_with_the_application_s_password_alone_is_named(committing):
    k = paid_world()
    with logged_in(committing, "owner") as owner:
        number = owner.execute("SELECT public.tuition_contract_number(%s)", [k.contract]).fetchone()
    assert number is not None
    beside = moved(2001, 2002, "100.00", contract=number[0])
    with logged_in(committing) as app:
        call(app, Group(k.institution.id, number[0], [beside]))
    place = f"{k.institution.id}/{number[0]}/{beside.key}"
    assert _found(committing) == [WithoutEntry("posting without entry", 1, (place,))]


def test_a_posting_beside_an_act_on_another_contract_is_named(committing):
    """Some entry in the same transaction is not enough: it must be in the contract's own chain."""
    k = paid_world()
    with logged_in(committing, "owner") as owner:
        owner.execute("ALTER TABLE evidence.item DISABLE TRIGGER ALL")
        owner.execute(
            "UPDATE evidence.item SET chain = 'contract:other' WHERE chain = %s",
            [f"contract:{k.contract}"],
        )
    found = _found(committing)
    assert [(each.kind, each.count) for each in found] == [("posting without entry", 2)]


def test_a_grant_with_the_application_s_password_alone_is_named(committing):
    with logged_in(committing) as app:
        account = app.execute(
            "INSERT INTO access_account (login, display_name, organisation, password,"
            " totp_last_step, language, active, created_at)"
            " VALUES ('intruder', '某人', '', 'x', 0, 'zh', true, now()) RETURNING id"
        ).fetchone()
        assert account is not None
        app.execute(
            "INSERT INTO access_grant (account_id, role, area_code, line, valid_from, reason, tx)"
            " VALUES (%s, 'administrator', '', 'ALL', %s, '',"
            " (SELECT tx FROM access_grant ORDER BY 1 LIMIT 1))",
            [account[0], at("03-02 10:00").date()],
        )
    found = _found(committing)
    assert [(each.kind, each.count) for each in found] == [("grant without entry", 1)]
