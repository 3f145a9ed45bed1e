"""Figures add up: the leader's page is the sum of the institutions, and that is the ledger."""

import re
from dataclasses import replace
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.assessment.given import complained
from tests.assessment.given_alerts import alerts, looked
from tests.figures.test_tonight import advance, text_of
from tests.given import at, call, paid_world
from tests.mirror.given import K, fact, receive, source
from tests.visitors import area, client_of, cookies, inside, look_at
from yuxin.access.reading import reading
from yuxin.desk.pages.leader import _ages, _complaints
from yuxin.desk.tasks import days_on
from yuxin.kernel.actor import Actor, Role
from yuxin.ledger.models import ContractBalance
from yuxin.operations.alerts.set_preset import set_preset
from yuxin.supervision import queries as supervision
from yuxin.supervision.models import Outcome
from yuxin.tuition.mirror import queries as mirror
from yuxin.tuition.queries import tonight

pytestmark = pytest.mark.django_db
SUMS = ("custody_fen", "in_transit_fen", "owed_fen", "uncovered_fen", "contracts", "families")


def told(k, when="04-03 12:00"):
    reader = k.institution.officer
    with reading(reader):
        found = tonight.tonight(reader)
        return tonight.with_mirrored(reader, found, mirror.contracts(reader, at(when)))


def test_the_leader_is_the_sum_of_institutions_and_that_is_the_ledger():
    area()
    k = paid_world()
    advance(k, 60_000)
    total, rows = told(k)
    for name in SUMS:
        assert getattr(total, name) == sum(getattr(each, name) for each in rows.values()), name
    with reading(k.institution.officer):
        books = list(ContractBalance.objects.filter(contract_id__gt=0))
    assert total.custody_fen == sum(each.custody_fen for each in books)
    assert total.owed_fen == sum(
        each.unearned_fen + each.pending_fen + each.frozen_fen + each.refund_payable_fen
        for each in books
    )
    assert total.custody_fen + total.in_transit_fen + total.uncovered_fen == total.owed_fen


def test_contracts_of_other_platforms_count_by_the_same_rules():
    area()
    k = paid_world()
    before, _ = told(k)
    source()
    receive(k.institution, (*K[:3], fact("release", "03-03 15:00", "R1", amount_fen=60_000)))
    total, rows = told(k)
    assert (total.contracts, total.mirrored) == (before.contracts + 1, 1)
    assert total.custody_fen == before.custody_fen + 140_000
    assert total.owed_fen == before.owed_fen + 200_000
    assert total.uncovered_fen == before.uncovered_fen + 60_000
    assert total.families == before.families + 1
    for name in (*SUMS, "mirrored"):
        assert getattr(total, name) == sum(getattr(each, name) for each in rows.values()), name
    look_at("04-03 12:00")
    page = client_of(cookies(Role.HEAD))
    shown = text_of(page.get("/desk/leader"))
    assert "其中镜像 1 份" in shown and "镜像合同与规则相差 0.06 万元" in shown
    assert "600.00" in text_of(page.get("/desk/tonight?only=uncovered"))


def test_a_mirrored_contract_that_is_over_counts_nothing():
    area()
    k = paid_world()
    before = told(k)
    source()
    receive(k.institution, K)
    assert told(k) == before


def test_alerts_by_working_days_and_level():
    paid_world()
    with reading(Actor.clock(())):
        days = days_on(date(2026, 3, 30))  # a Monday
    chart = _ages(
        [
            ("RED", date(2026, 3, 30), 1),
            ("YELLOW", date(2026, 3, 27), 2),
            ("YELLOW", date(2026, 3, 25), 3),
            ("YELLOW", date(2026, 3, 24), 4),
            ("RED", date(2026, 3, 9), 5),
            ("RED", date(2026, 3, 6), 6),
        ],
        days,
    )
    assert [each.values for each in chart.series] == [
        [1, 0, 0, 5, 6],
        [0, 5, 4, 0, 0],
        [0, 0, 0, 0, 0],
    ]
    assert "未结21条，红12、黄9；超过15个工作日的6条。" in str(chart.summary)


def test_valid_complaints_by_the_latest_decision():
    k = paid_world()
    of = k.institution
    complained(of, 2, date(2026, 3, 2))
    complained(of, 1, date(2026, 2, 2), Outcome.INVALID)
    with reading(of.officer):
        found = supervision.valid_complaints_by_month(of.officer, date(2025, 1, 1))
    assert found == {"2026-03": 2}
    chart = _complaints({"2026-03": 2, "2025-03": 5}, date(2026, 3, 30))
    assert chart.series[0].values == [0, 0, 2] and chart.series[1].values == [0, 0, 5]
    assert "比上年同期5件少3件" in str(chart.summary)


def test_the_grid_of_areas_has_a_mark_for_each_institution():
    area()
    paid_world()
    look_at("03-04 12:00")
    page = client_of(cookies(Role.HEAD)).get("/desk/leader").content.decode()
    assert re.search(r"河口镇</b><span>1 家", page)
    assert page.count('class="area-cell') == 1


def test_the_lines_from_which_a_movement_warns_are_drawn_on_the_live_page():
    area()
    k = paid_world()
    set_preset(
        call(k.institution.officer, "03-03 10:00"),
        code=k.institution.code,
        document_number="示教监〔2026〕1号",
        balance_min_fen=150_000,
        movement_max_fen=300_000,
    )
    look_at("03-04 12:00")
    shown = text_of(
        client_of(inside(k.institution, Role.INSTITUTION_HEAD)).get(
            f"/desk/institutions/{k.institution.code}/live"
        )
    )
    assert "单笔上限" in shown and "最低余额" in shown


def elsewhere(n: int):
    """A contract of another platform of which too much was released."""
    lines = (*K[:3], fact("release", "03-03 15:00", "R", amount_fen=60_000))
    return tuple(
        replace(
            each, contract=f"N-{n}", ref=f"{each.ref}-{n}" if each.kind != "contract" else f"N-{n}"
        )
        for each in lines
    )


@pytest.mark.parametrize("address", ["/desk/leader", "/desk/tonight", "/desk/", "/desk/alerts"])
def test_statements_of_a_page_do_not_grow_with_alerts_and_mirrored_contracts(address):
    area()
    k = paid_world()
    source()
    receive(k.institution, elsewhere(1))
    looked(k.institution, date(2026, 4, 3))
    look_at("04-03 12:00")
    page = client_of(cookies(Role.HEAD))
    assert page.get(address).status_code == 200
    with CaptureQueriesContext(connection) as before:
        page.get(address)
    for n in (2, 3):
        receive(k.institution, elsewhere(n), f"04-03 10:{n}0")
    looked(k.institution, date(2026, 4, 3), hours=11)
    assert len([one for one in alerts(k.institution) if one.rule == "MIRROR"]) == 3
    with CaptureQueriesContext(connection) as after:
        page.get(address)
    assert len(after) == len(before)
