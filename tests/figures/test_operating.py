"""Operating figures as a county reports them: institutions, releases, refunds."""

import csv
import io
import re
from datetime import date

import pytest

from tests.family.lives import on_30_march, refund_asked
from tests.given import World, call, paid_world
from tests.visitors import area, client_of, cookies, look_at
from yuxin.access.reading import reading
from yuxin.kernel.actor import Actor, Role
from yuxin.ledger.models import ContractBalance
from yuxin.operations.tuition.answer_refund import answer_refund
from yuxin.tuition.queries.figures import Line, operating, period_ends

MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 30)
KINDS = ("day", "week", "month", "area", "line", "bank")


def text_of(answer) -> str:
    return re.sub(r"[ \n\t]+", " ", re.sub(r"<[^>]+>", "", answer.content.decode()))


def whole_life() -> World:
    """Contract K to its end: 100 + 50 + 100 to the institution, 1,750 back to the family."""
    area()
    k = refund_asked()
    k.exchange("03-30 15:00")
    answer_refund(
        call(k.institution.finance, "04-01 10:00"), refund_code=k.refund().code, agree=True
    )
    k.evening("04-01 23:50")
    k.exchange("04-02 15:00")
    return k


def asked(reader: Actor, by: str, first: date = MARCH, last: date = APRIL):
    with reading(reader):
        return operating(reader, first, last, by)  # type: ignore[arg-type]


@pytest.mark.django_db
def test_the_life_of_contract_k_in_figures():
    k = whole_life()
    total = asked(k.institution.officer, "month").total
    assert total == Line(
        "", 1, 1, 200000, lessons=3, releases=3, releases_fen=25000, refunds=1, refunds_fen=175000
    )
    months = {each.key: each for each in asked(k.institution.officer, "month").lines}
    assert (months["2026-03"].releases_fen, months["2026-03"].refunds_fen) == (25000, 0)
    assert (months["2026-04"].releases_fen, months["2026-04"].refunds_fen) == (0, 175000)
    by_day = {each.key: each for each in asked(k.institution.officer, "day").lines}
    assert [day for day, each in by_day.items() if each.releases] == [
        "2026-03-05",
        "2026-03-26",
        "2026-03-30",
    ]
    assert len(by_day) == 61


@pytest.mark.django_db
@pytest.mark.parametrize("by", KINDS)
def test_however_it_is_grouped_the_sum_is_that_of_the_books(by):
    k = whole_life()
    found = asked(k.institution.officer, by)
    with reading(k.institution.officer):
        (book,) = ContractBalance.objects.filter(institution_id=k.institution.id, contract_id__gt=0)
    assert (found.total.payments_fen, found.total.releases_fen, found.total.refunds_fen) == (
        book.paid_fen,
        book.released_fen,
        book.refunded_fen,
    )
    assert sum(each.releases for each in found.lines) == found.total.releases == 3
    assert found.total.connected == 1
    assert found.bank_count == 1


@pytest.mark.django_db
def test_a_connection_counts_from_its_day_on():
    k = paid_world()  # connected on 5 January
    found = asked(k.institution.officer, "month", date(2025, 12, 1), date(2026, 2, 28))
    assert [(each.key, each.connected) for each in found.lines] == [
        ("2025-12", 0),
        ("2026-01", 1),
        ("2026-02", 1),
    ]
    assert found.total.connected == 1


@pytest.mark.django_db
def test_who_sees_no_institution_sees_no_figures():
    whole_life()
    nobody = Actor(9, "某人", frozenset({Role.OFFICER}))
    found = asked(nobody, "area")
    assert found.lines == [] and found.total == Line("") and found.bank_count == 0


@pytest.mark.django_db
def test_three_statements_however_long_the_term(django_assert_num_queries):
    k = paid_world()
    for by in KINDS:
        with reading(k.institution.officer), django_assert_num_queries(3):
            operating(k.institution.officer, date(2025, 1, 1), APRIL, by)  # type: ignore[arg-type]


def test_periods_end_inside_the_term():
    assert period_ends(date(2026, 3, 4), date(2026, 3, 10), "week") == {
        "2026-03-02": date(2026, 3, 8),
        "2026-03-09": date(2026, 3, 10),
    }
    assert period_ends(date(2026, 2, 27), date(2026, 3, 1), "month") == {
        "2026-02": date(2026, 2, 28),
        "2026-03": date(2026, 3, 1),
    }


@pytest.mark.django_db
def test_the_page_the_sheet_and_the_circular_say_the_same():
    whole_life()
    look_at("04-02 16:00")
    page = client_of(cookies(Role.OFFICER))
    term = "from=2026-03-01&to=2026-04-30"
    shown = text_of(page.get(f"/desk/figures?by=month&{term}"))
    sentence = "拨付3课时、3笔，250.00元；退费1笔，1,750.00元。"
    assert sentence in shown and "接入机构1家" in shown and "托管银行1家" in shown
    sheet = page.get(f"/desk/figures?by=month&{term}&export=csv")
    body = b"".join(sheet.streaming_content)
    table = list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))
    assert any("250.00" in cell for row in table for cell in row)
    paper = text_of(page.get(f"/desk/figures/circular?{term}"))
    assert sentence in paper and "河口镇" in paper and "示例银行" in paper
    assert "2026-04-02" in paper


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", ["?from=x&to=2026-99-99&by=year", "?from=2026-04-01&to=2026-03-01"]
)
def test_an_address_that_makes_no_sense_is_read_as_well_as_it_can_be(address):
    paid_world()
    area()
    look_at("04-02 16:00")
    assert client_of(cookies(Role.OFFICER)).get(f"/desk/figures{address}").status_code == 200


@pytest.mark.django_db
def test_figures_are_not_for_institutions_nor_families():
    k = on_30_march()
    look_at("04-02 16:00")
    for role in (Role.INSTITUTION_FINANCE, Role.BANK):
        visitor = client_of(cookies(role, subject_id=k.institution.id))
        for address in ("/desk/figures", "/desk/leader", "/desk/tonight"):
            assert visitor.get(address).status_code in (302, 403)
