"""The night seals the books, the morning lets recorded values take over, and the clock has work."""

import ast
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import pytest

import yuxin.jobs
import yuxin.operations
from tests.given import at, paid_world, rows
from yuxin.jobs import keep_books
from yuxin.jobs.apart import PARTS
from yuxin.kernel.actor import Role
from yuxin.operations.operation import DECLARED

# Acts of the clock that no step of the worker does, and who does them.
ELSEWHERE = {
    "create_first_administrator": "the first start of a production folder",
    "record_payment": "the bank's notice comes through the address of the interface",
    "record_cancellation": "the bank's notice comes through the address of the interface",
    "call_rolls_many": "simulated history, in a demo only",
    "confirm_lessons_many": "simulated history, in a demo only",
    "enrol_many": "simulated history, in a demo only",
    "countersign_contracts_many": "simulated history, in a demo only",
    "propose_supplements_many": "simulated history, in a demo only",
}


def test_the_night_seals_what_was_posted(committing):
    PARTS.forget()
    paid_world()
    night = at("03-04 00:05")
    sealed = keep_books.seal_books(night.date(), night)
    assert sealed == 1
    assert rows("SELECT count(*), sum(posting_count)::int FROM ledger.batch") == [(1, 2)]
    assert keep_books.seal_books(night.date(), night) == 0
    assert rows("SELECT id - sealed_id FROM ledger.open_batch") == [(1,)]


@pytest.mark.django_db
def test_a_morning_without_new_values_renews_nothing():
    paid_world()
    morning = at("03-04 00:05")
    assert keep_books.refresh(morning.date(), morning) == 0


def test_every_act_of_the_clock_alone_is_done_by_a_step_or_named_elsewhere():
    for module in walk_packages(yuxin.operations.__path__, "yuxin.operations."):
        import_module(module.name)
    ours = {name: each for name, each in DECLARED.items() if each.module.startswith("yuxin.")}
    alone = {name for name, each in ours.items() if each.roles == {Role.CLOCK}}
    reached = alone & _named_in_jobs()
    assert alone - reached - set(ELSEWHERE) == set()
    assert set(ELSEWHERE) <= alone - reached, "a reason that is not needed any more"


def _named_in_jobs() -> set[str]:
    """Names that the modules of the worker import."""
    folder = Path(str(yuxin.jobs.__file__)).parent
    return {
        alias.name
        for path in folder.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


def test_the_worker_imports_no_other_party():
    folder = Path(str(yuxin.jobs.__file__)).parent
    assert not [path.name for path in folder.glob("*.py") if "yuxin.parties" in path.read_text()]
