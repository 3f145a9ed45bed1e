"""A small county: money is conserved, a repeat changes nothing, everybody may sign in."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import psycopg
import pyotp
import pytest
from django.db import connection
from django.test import Client

from tests.conftest import Cluster, connected
from tests.given import rows
from yuxin.access import demo as demo_only
from yuxin.access.demo import OnlyInDemo
from yuxin.kernel import clock
from yuxin.kernel.act import Call
from yuxin.kernel.actor import Actor, Role
from yuxin.kernel.ids import request_id_for
from yuxin.ledger.audit import audit
from yuxin.operations.tuition.call_roll import call_rolls_many
from yuxin.operations.tuition.confirm_lesson import confirm_lessons_many
from yuxin.operations.tuition.enrol_many import enrol_many
from yuxin.site.entries_audit import audit_entries
from yuxin.site.launcher.folder import DataFolder
from yuxin.site.progress import Progress
from yuxin.site.simulation import accounts, demo, run
from yuxin.site.simulation.play import Days
from yuxin.tuition.services.enrolling import Enrolment

SUNDAY = date(2026, 11, 22)
SMALL = run.Wanted(institutions=5, learners=50, days=30, seed=7, last_on=SUNDAY)
# The contract of the documents: day, debit, credit and yuan of its table, without the empty line.
K_TABLE = [
    ("03-02", 1002, 2001, 2000),
    ("03-03", 1001, 1002, 2000),
    ("03-04", 2001, 2002, 100),
    ("03-04", 2002, 2004, 100),
    ("03-05", 2004, 1001, 100),
    ("03-07", 2001, 2002, 100),
    ("03-11", 2001, 2002, 100),
    ("03-11", 2002, 2003, 100),
    ("03-25", 2003, 2001, 50),
    ("03-25", 2003, 2004, 50),
    ("03-26", 2004, 1001, 50),
    ("03-28", 2002, 2004, 100),
    ("03-30", 2004, 1001, 100),
    ("04-01", 2001, 2005, 1750),
    ("04-02", 2005, 1001, 1750),
]
K_LINES = """
SELECT to_char(recorded_at AT TIME ZONE 'Asia/Shanghai', 'MM-DD'), debit, credit, amount_fen / 100
  FROM ledger.posting
 WHERE contract_id = public.tuition_contract_number('K')
 ORDER BY recorded_at, debit, credit
"""
QUIET = Progress("zh", quiet=True)


@pytest.fixture
def folder(committing: Cluster, tmp_path) -> DataFolder:
    """A data folder whose bank starts with empty books, on a database of its own."""
    (tmp_path / "bank").mkdir()
    (tmp_path / "secrets").mkdir()
    return _folder(committing, tmp_path)


def _folder(cluster: Cluster, root: Path) -> DataFolder:
    return replace(cluster.folder, root=root)


def books_hold(cluster: Cluster) -> list[object]:
    """What the ledger's own audit finds."""
    login = cluster.login("audit", str(connection.settings_dict["NAME"]))
    with psycopg.connect(**login) as auditor:
        return [*audit(auditor).as_json()["violations"], *audit_entries(auditor)]


def test_a_small_county_conserves_money_and_repeats_without_effect(folder, committing):
    first = run.simulate(folder, QUIET, SMALL)
    assert first.violations == []  # the bank's accounts hold what the books say, to the fen
    assert (first.totals.institutions, first.totals.contracts) == (5, 50)
    assert books_hold(committing) == []
    assert run.simulate(folder, QUIET, SMALL) == first


def test_the_same_seed_gives_the_same_totals(cluster, django_db_blocker, tmp_path):
    wanted = run.Wanted(institutions=2, learners=12, days=9, seed=3, last_on=SUNDAY)
    came_to = []
    for number in ("1", "2"):
        with (
            django_db_blocker.unblock(),
            cluster.clone() as name,
            connected(cluster.login("app", name)),
        ):
            (tmp_path / number / "bank").mkdir(parents=True)
            came_to.append(run.simulate(_folder(cluster, tmp_path / number), QUIET, wanted))
    assert came_to[0] == came_to[1]
    assert came_to[0].totals.postings > 2 * 12  # every family paid and its money arrived


class _Stopped(Exception):
    """The power is gone."""


def test_a_run_that_was_stopped_goes_on_where_it_was(folder, committing, monkeypatch):
    wanted = run.Wanted(institutions=3, learners=30, days=12, seed=11, last_on=SUNDAY)
    evening = Days.evening

    def stopping(days: Days, day: date) -> None:
        if day == date(2026, 11, 16):
            raise _Stopped
        evening(days, day)

    with monkeypatch.context() as short:
        short.setattr(Days, "evening", stopping)
        with pytest.raises(_Stopped):
            run.simulate(folder, QUIET, wanted)
    resumed = run.simulate(folder, QUIET, wanted)
    assert resumed.violations == []
    assert resumed.totals.contracts == 30
    assert books_hold(committing) == []


def test_a_bank_full_of_faults_loses_nothing(folder, committing):
    faulty = run.Wanted(
        institutions=3, learners=60, days=20, seed=5, last_on=SUNDAY, bank_faults=True
    )
    played = run.simulate(folder, QUIET, faulty)
    assert played.violations == []
    assert books_hold(committing) == []
    waiting = rows("SELECT count(*) FROM public.tuition_lines_to_match(100)")
    assert waiting == [(0,)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("act", "given"),
    [
        (enrol_many, {"enrolments": (Enrolment("C", 1, "陈小禾", "三年级", "S1"),)}),
        (call_rolls_many, {"session_codes": ("C",)}),
        (confirm_lessons_many, {"lesson_codes": ("C",)}),
    ],
)
def test_the_acts_of_history_are_refused_in_production(monkeypatch, act, given):
    monkeypatch.setattr(demo_only.Installation.objects, "filter", _production)
    call = Call(Actor.clock((1,)), clock.now(), request_id_for("production"))
    with pytest.raises(OnlyInDemo):
        act(call, institution_id=1, **given)


def _production(**_: object) -> object:
    """No row says that this is a demo."""
    return demo_only.Installation.objects.none()


def test_every_role_signs_in_and_opens_its_first_page(folder, committing):
    lines = demo.load_into(folder, QUIET, clock.now(), demo.Size(3, 20, 6))
    assert len(lines) == len(set(Role) - {Role.PUBLIC, Role.CLOCK})
    assert not list((folder.root / "secrets").iterdir())  # the passwords are kept nowhere
    assert [tuple(row) for row in rows(K_LINES)] == K_TABLE
    for line in lines:
        _signs_in(line)
    assert books_hold(committing) == []


def _signs_in(line: str) -> None:
    words = line.split()
    login, password = words[1], words[3]
    form = {"login": login, "password": password}
    if "动态码密钥" in words:
        form["code"] = pyotp.TOTP(words[-1]).at(clock.now())
    client = Client()
    answer = client.post("/sign-in", form)
    assert answer.status_code == 302, (login, answer.status_code)
    first = client.get(answer["Location"])
    assert first.status_code == 200, (login, answer["Location"], first.status_code)


def test_sign_ins_follow_from_their_secret_alone():
    kept = accounts.Secrets("a" * 64)
    assert kept.password("officer") == accounts.Secrets("a" * 64).password("officer")
    assert kept.password("officer") != kept.password("head")
    assert kept.password("officer") != accounts.Secrets("b" * 64).password("officer")
    assert json.dumps(kept.device("officer")).strip('"').isalnum()
