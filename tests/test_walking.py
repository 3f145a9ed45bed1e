"""One walk through the house, from the page down to the commit.

It fails when one of these is built otherwise: what a leaf says, whose rows a role sees, what the
application may not write, request and repeat, marks, the order of keys, one leaf per bulk act,
contexts of queries, the entry of every act, the public's schema, who opens transactions.
"""

import ast
import importlib
import json
import re
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, connection, connections
from django.http import HttpResponse
from django.test import RequestFactory

import yuxin.operations
from tests.conftest import Cluster
from tests.desk.given import client
from tests.given import (
    World,
    at,
    call,
    draft,
    guardian,
    institution,
    paid_world,
    rows,
    rules,
)
from tests.registry.given import COUNTY, areas, new
from yuxin.access.backend.base import QueryOutsideContext
from yuxin.access.models import Account
from yuxin.access.reading import reading
from yuxin.evidence.queries import receipt_for
from yuxin.formats.leaf import CLEAR_ACTS, item_hashes, parse_leaf
from yuxin.kernel import merkle
from yuxin.kernel.act import Act, Call, Receipt
from yuxin.kernel.actor import EVERYBODY, Actor, Role
from yuxin.kernel.ids import fact_key
from yuxin.kernel.money import parse_yuan
from yuxin.kernel.refusal import NotFound, RequestReused
from yuxin.look.page import page
from yuxin.operations.operation import DECLARED, operation
from yuxin.operations.registry.register_subjects_many import register_subjects_many
from yuxin.operations.tuition.publish_course import publish_course
from yuxin.operations.tuition.request_refund import REASONS, request_refund
from yuxin.tuition.models import Contract, Course, InstructionLine, Lesson, PaymentOrder, RefundCase

NOBODY = Actor.clock(())
OF_FAMILIES = (Contract, Lesson, PaymentOrder, RefundCase, InstructionLine)


@pytest.fixture
def paid(db: None) -> World:
    """A signed contract that the family has paid."""
    return paid_world()


def _login(cluster: Cluster, role: str) -> Any:
    return psycopg.connect(**cluster.login(role, connection.settings_dict["NAME"]))


# What a leaf says


def test_a_leaf_says_c_r_t_v_and_a_few_named_acts_their_own_words(paid: World) -> None:
    """Everything that the way to a paid contract wrote: not one name, code or exact time."""
    leaves = [bytes(leaf) for (leaf,) in rows("SELECT leaf FROM evidence.outbox")]
    assert len(leaves) > 10
    clear = 0
    for leaf in leaves:
        said = json.loads(leaf)
        clear += "act" in said
        assert set(said) == ({"act", "body", "r", "t", "v"} if "act" in said else set("crtv"))
        assert "act" not in said or said["act"] in CLEAR_ACTS
        assert said["t"].endswith(":00:00Z"), "the time of a leaf is cut to the hour"
        for word in (paid.contract, paid.institution.code, "陈", "水彩", "tuition", "contract"):
            assert word not in leaf.decode()
    assert clear < len(leaves) / 2


# Whose rows a role sees


def test_another_institution_and_another_family_see_none_of_it(paid: World) -> None:
    other, stranger = institution("远山围棋", number=2), guardian(2)
    for reader in (other.head, other.officer, stranger, NOBODY, Actor(77, "无名", frozenset())):
        with reading(reader):
            assert [model.objects.count() for model in OF_FAMILIES] == [0] * len(OF_FAMILIES)
    for reader in (paid.institution.head, paid.family):
        with reading(reader):
            assert Contract.objects.get().code == paid.contract
            assert PaymentOrder.objects.count() == 1
    with pytest.raises(NotFound):
        request_refund(
            call(stranger, "03-03 12:00"),
            contract_code=paid.contract,
            reason=REASONS[0],
            seen_fen=0,
        )


def test_every_table_that_tells_of_families_is_shut_by_the_database(db: None) -> None:
    """Also a table made tomorrow: who names a contract, a guardian or a learner is guarded."""
    named = ["contract_id", "guardian_id", "learner_id", "to_person_id"]
    found = rows(
        "SELECT DISTINCT c.relname, c.relrowsecurity FROM pg_class c"
        " JOIN pg_attribute a ON a.attrelid = c.oid JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE n.nspname = 'public' AND c.relkind = 'r' AND a.attname = ANY (%s)",
        named,
    )
    assert len(found) >= 6
    assert {name for name, shut in found if not shut} == set()


# Of institutions, and open to whoever signed in: what the portal shows, marks for the clock, and
# what the bureau found out, which pages narrow by grants and which names no person.
OPEN_TO_ALL = {
    *("tuition_course", "tuition_classgroup", "tuition_classsession", "agreements_courseterms"),
    *("collapse_placeoffer", "alerts_publicwarning", "alerts_warningend", "alerts_alertmark"),
    "assessment_mark",
    *("assessment_judgement", "assessment_publiccolour", "assessment_colourconfirmation"),
    *("assessment_colouroverride", "assessment_reinspection"),
    *("insurance_policy", "licensing_statement"),
}


def test_every_table_of_institutions_and_banks_is_shut_or_said_to_be_open(db: None) -> None:
    """Also a table made tomorrow: what banks tell, what is proposed, what lies in an account."""
    found = rows(
        "SELECT DISTINCT c.relname, c.relrowsecurity FROM pg_class c"
        " JOIN pg_attribute a ON a.attrelid = c.oid JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE n.nspname = 'public' AND c.relkind = 'r' AND NOT a.attisdropped"
        " AND a.attname IN ('institution_id', 'account_index')"
    )
    assert {name for name, shut in found if not shut} == OPEN_TO_ALL


# What the application may not write


def test_the_application_writes_no_posting_entry_rule_file_or_mode(committing: Cluster) -> None:
    """Neither now nor through a table added later to the books or the log."""
    with _login(committing, "app") as app:
        may = app.execute(
            "SELECT n.nspname || '.' || c.relname, p.privilege FROM pg_class c"
            " JOIN pg_namespace n ON n.oid = c.relnamespace,"
            " unnest(ARRAY['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) AS p(privilege)"
            " WHERE (n.nspname IN ('ledger', 'evidence')"
            "        OR c.relname IN ('access_installation'))"
            "   AND c.relkind IN ('r', 'p') AND (has_table_privilege(c.oid, p.privilege)"
            "        OR p.privilege IN ('INSERT', 'UPDATE')"
            "           AND has_any_column_privilege(c.oid, p.privilege))"
        ).fetchall()
        assert may == []
        for privilege in ("UPDATE", "DELETE", "TRUNCATE"):
            told = app.execute(
                "SELECT has_table_privilege('policy_rulefile', %s)", [privilege]
            ).fetchone()
            assert told == (False,), f"rule files: {privilege}"
        owned = app.execute(
            "SELECT count(*) FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner"
            " WHERE r.rolname = current_user"
        ).fetchone()
        assert owned == (0,)


def test_the_public_sees_the_schema_portal_and_nothing_else(committing: Cluster) -> None:
    with _login(committing, "public") as public:
        seen = public.execute(
            "SELECT n.nspname, c.relname FROM pg_class c"
            " JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')"
            "   AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND has_any_column_privilege("
            "       c.oid, 'SELECT, INSERT, UPDATE') AND has_schema_privilege(n.oid, 'USAGE')"
        ).fetchall()
    assert seen
    assert {schema for schema, _ in seen} == {"portal"}


# Request and repeat


def test_the_same_request_answers_with_the_first_receipt(db: None) -> None:
    rules()
    of = institution()
    number = uuid.uuid4()

    def ask(name: str) -> Receipt:
        asked = call(of.head, "02-20 10:00", number)
        return publish_course(asked, institution_id=of.id, draft=draft(of, name=name))

    first, again = ask("少儿水彩"), ask("少儿水彩")
    assert (again.entry_id, again["course"]) == (first.entry_id, first["course"])
    assert again.repeated
    with pytest.raises(RequestReused):
        ask("成人油画")
    with reading(of.head):
        assert Course.objects.count() == 1


def test_two_of_the_same_at_once_have_one_effect(committing: Cluster) -> None:
    rules()
    of = institution()
    asked = call(of.head, "02-20 10:00")

    def ask(_: int) -> Receipt:
        try:
            return publish_course(asked, institution_id=of.id, draft=draft(of))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        receipts = list(pool.map(ask, range(4)))
    assert len({receipt.entry_id for receipt in receipts}) == 1
    assert sorted(receipt.repeated for receipt in receipts) == [False, True, True, True]
    with reading(of.head):
        assert Course.objects.count() == 1


# Marks


def test_every_change_leaves_a_plain_mark_of_its_own(paid: World) -> None:
    def marks() -> int:
        return int(rows("SELECT count(*) FROM assessment_mark")[0][0])

    before = marks()
    assert before > 0, "a payment may change the judgement of the institution"
    request_refund(
        call(paid.family, "03-03 12:00"),
        contract_code=paid.contract,
        reason=REASONS[0],
        seen_fen=parse_yuan("2000.00"),
    )
    assert marks() > before, "a second change is a second row, not an upsert on the first"
    unique = rows(
        "SELECT count(*) FROM pg_index WHERE indrelid = 'assessment_mark'::regclass"
        " AND indisunique AND NOT indisprimary"
    )
    assert unique == [(0,)]


# The order of keys


def test_keys_of_postings_follow_the_instant_of_the_fact(paid: World) -> None:
    """The key is told by the fact alone, so a second try has the same one."""
    keys = rows(
        "SELECT key, effective_on, recorded_at FROM ledger.posting ORDER BY key",
        reader=paid.institution.clock,
    )
    assert keys
    assert [on for _, on, _ in keys] == sorted(on for _, on, _ in keys)
    for key, _, _ in keys:
        assert key.version == 8
        assert _instant_ms(key) < int(at("03-04 00:00").timestamp() * 1000)
    told = {"contract": "c", "fact": "lesson:1", "action": "earned", "occurrence": 1}
    early, late = at("03-04 16:00"), at("03-04 16:00") + timedelta(milliseconds=1)
    assert fact_key(early, **told) == fact_key(early, **told) < fact_key(late, **told)
    assert fact_key(early, **told) != fact_key(early, **{**told, "occurrence": 2})


def _instant_ms(key: uuid.UUID) -> int:
    return key.int >> 80


# One leaf per bulk act


def test_an_act_on_many_is_one_leaf_whose_items_prove_themselves(db: None) -> None:
    areas()
    before = len(rows("SELECT id FROM evidence.outbox"))
    asked = Call(NOBODY, at("03-02 10:00"), uuid.uuid4())
    receipt = register_subjects_many(
        asked, subjects=tuple(new(f"示例县第{n}培训学校") for n in range(9))
    )
    assert len(rows("SELECT id FROM evidence.outbox")) == before + 1
    codes = [str(code) for code in receipt["codes"]]  # type: ignore[union-attr]
    for code in codes:
        with reading(NOBODY):
            paper = receipt_for(
                Actor(1, "沈亦舟", frozenset({Role.OFFICER})),
                receipt.entry_id,
                chains=[f"subject:{code}"],
                item_key=code,
            )
        assert paper.item is not None
        root = paper.fields[0].root()
        assert root is not None
        assert {field.root() for field in paper.fields} == {root}
        (leaf,) = item_hashes([root])
        said = merkle.root_from_inclusion(leaf, paper.item.index, paper.item.count, paper.item.path)
        assert said == parse_leaf(paper.leaf).commitment


# Contexts, entries, transactions


@pytest.mark.django_db
def test_a_page_that_asks_the_database_outside_a_reading_is_a_fault() -> None:
    @page(roles=EVERYBODY)
    def careless(_request: Any) -> HttpResponse:
        return HttpResponse(str(Account.objects.count()))

    with pytest.raises(QueryOutsideContext):
        careless(RequestFactory().get("/"))


def test_an_act_that_wrote_no_entry_does_not_commit(committing: Cluster) -> None:
    @operation("test.silent", roles={Role.OFFICER})
    def keep_silent(act: Act, *, login: str) -> Receipt:
        Account.objects.create(login=login, display_name="无痕", password="!", created_at=act.at)
        return Receipt("0" * 32)

    officer = Actor(7, "沈亦舟", frozenset({Role.OFFICER}))
    try:
        with pytest.raises(psycopg.Error) as problem:
            _unwrapped(lambda: keep_silent(call(officer, "03-02 10:00"), login="silent"))
        assert "operation_without_entry" in str(problem.value)
        with reading(NOBODY):
            assert not Account.objects.filter(login="silent").exists()
    finally:
        del DECLARED["keep_silent"]


def _unwrapped(work: Any) -> None:
    """Raise the database's own error rather than Django's around it."""
    try:
        work()
    except DatabaseError as problem:
        if isinstance(problem.__cause__, psycopg.Error):
            raise problem.__cause__ from None
        raise


_ROOT = Path(str(yuxin.operations.__path__[0]))
_MODULES = sorted(
    path
    for path in _ROOT.rglob("*.py")
    if path.name not in ("__init__.py", "kinds.py", "operation.py", "payload.py")
)


@pytest.mark.parametrize("path", _MODULES, ids=lambda path: path.stem)
def test_an_act_opens_no_transaction_and_calls_no_other_act(path: Path) -> None:
    """The wrapper alone opens transactions, so that an act is all or nothing."""
    dotted = ".".join(("yuxin.operations", *path.relative_to(_ROOT).with_suffix("").parts))
    importlib.import_module(dotted)
    tree = ast.parse(path.read_text("utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            names = {each.name for each in node.names}
            assert not (node.module == "django.db" and "transaction" in names)
            assert node.module != "yuxin.access.context", "opens a context"
            assert node.module != "yuxin.kernel.clock" or "now" not in names, "reads the clock"
            if node.module.startswith("yuxin.operations"):
                assert not names & set(DECLARED), "an act never calls another act"
        if isinstance(node, ast.Attribute):
            assert node.attr not in ("atomic", "set_autocommit", "commit", "rollback")
    for act in _acts(tree):
        used = {node.id for node in ast.walk(act) if isinstance(node, ast.Name)}
        # The parts of one long import read between their acts, never inside one.
        assert "reading" not in used, f"{act.name} opens a reading inside an act"


def _acts(tree: ast.Module) -> list[ast.FunctionDef]:
    """The functions of a module that are acts."""
    return [
        node
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
        and any(
            isinstance(each, ast.Call)
            and isinstance(each.func, ast.Name)
            and each.func.id == "operation"
            for each in node.decorator_list
        )
    ]


# From the page to the commit


def test_a_form_on_a_page_ends_as_one_row_and_one_entry(db: None) -> None:
    """The whole way once: cookie, actor, page, form, operation, state, entry, receipt."""
    areas()
    asked = Call(NOBODY, at("03-02 10:00"), uuid.uuid4())
    code = register_subjects_many(asked, subjects=(new(),))["codes"][0]  # type: ignore[index,call-overload]
    browser = client(Role.OFFICER, area=COUNTY)
    address = f"/desk/institutions/{code}/correct/name"
    hidden = re.findall(
        r'name="(request_id|based_on)" value="([^"]+)"', browser.get(address).content.decode()
    )
    form = {
        **dict(hidden),
        "registered_name": "示例县青禾美育学校",
        "valid_from": "2026-03-01",
        "reason": "许可证换发",
    }
    before = len(rows("SELECT id FROM evidence.outbox"))
    first, again = browser.post(address, form), browser.post(address, form)
    assert first.status_code == again.status_code == 302
    assert first.headers["Location"] == again.headers["Location"], "sent twice, done once"
    assert len(rows("SELECT id FROM evidence.outbox")) == before + 1
    assert rows("SELECT count(*) FROM registry_namevalue") == [(2,)]
    assert first.headers["Location"].endswith(
        rows("SELECT id FROM evidence.outbox ORDER BY tx_at DESC LIMIT 1")[0][0].hex
    )
