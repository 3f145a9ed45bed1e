"""发票、合同、购课人三一致: what was invoiced against what was paid and who bought (W18)."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.utils import ProgrammingError

from tests.agreements.test_both_sides_sign import said_to_the_database
from tests.given import call, guardian, institution, learner, paid_world, rows, signed
from tests.visitors import FixedMoment, area, client_of, inside, look_at
from yuxin.access.reading import reading
from yuxin.kernel.actor import Role
from yuxin.kernel.refusal import Forbidden, NotFound
from yuxin.operations.tuition.record_invoice import record_invoice, record_invoices_many
from yuxin.tuition.invoices import queries as invoices
from yuxin.tuition.invoices.services import InvoiceKnown, InvoiceWrong, NewInvoice, NotUndoable
from yuxin.tuition.models import Contract
from yuxin.tuition.queries import tracing

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fixed_moment(settings):
    settings.MIDDLEWARE = ["tests.visitors.FixedMoment", *settings.MIDDLEWARE]
    yield
    FixedMoment.at = None


def invoice(k, **changes) -> NewInvoice:
    plain = {
        "contract_code": k.contract,
        "number": "26112000000012345678",
        "title": "陈女士",
        "buyer": "陈女士",
        "amount_fen": 200_000,
        "issued_on": date(2026, 3, 3),
    }
    return NewInvoice(**{**plain, **changes})


def record(k, when: str = "03-03 16:00", **changes):
    return record_invoice(
        call(k.institution.finance, when),
        institution_id=k.institution.id,
        invoice=invoice(k, **changes),
    )


def check(k):
    with reading(k.institution.head):
        contract = Contract.objects.get(code=k.contract)
        return invoices.check_of(contract, invoices.invoices_of(k.institution.head, contract))


def facts(k):
    return rows(
        "SELECT amount_differs, title_differs, buyer_differs FROM fact_three_way",
        reader=k.institution.clock,
    )


def test_a_paid_contract_without_an_invoice_is_missing_one_and_is_no_fact():
    k = paid_world()
    assert check(k).verdict == "missing"
    assert facts(k) == []
    with reading(k.institution.head):
        assert invoices.counts(k.institution.head) == {"missing": 1, "differs": 0}


def test_sum_title_and_buyer_as_the_contract_says_agree():
    k = paid_world()
    receipt = record(k)
    assert (receipt["recorded"], receipt["agreeing"]) == (1, 1)
    assert check(k).verdict == "ok"
    assert facts(k) == []


@pytest.mark.parametrize(
    ("changes", "differs"),
    [
        ({"amount_fen": 199_999}, (1, 0, 0)),
        ({"title": "示例县某某公司"}, (0, 1, 0)),
        ({"buyer": "王先生"}, (0, 0, 1)),
        ({"title": "个人", "buyer": "个人", "amount_fen": 100_000}, (1, 1, 1)),
    ],
)
def test_what_differs_is_recorded_shown_and_a_fact(changes, differs):
    k = paid_world()
    record(k, **changes)
    found = check(k)
    assert found.verdict == "differs"
    assert (found.amount_differs, found.title_differs, found.buyer_differs) == tuple(
        bool(each) for each in differs
    )
    assert facts(k) == [differs]


def test_two_invoices_that_add_up_agree():
    k = paid_world()
    record(k, amount_fen=150_000)
    assert facts(k) == [(1, 0, 0)]
    record(k, amount_fen=50_000, number="26112000000012345679")
    assert check(k).verdict == "ok"
    assert facts(k) == []


def test_a_red_invoice_undoes_a_wrong_one_and_both_stay():
    k = paid_world()
    record(k, buyer="王先生")
    record(k, number="26112000000099999999", buyer="王先生", undoes="26112000000012345678")
    assert check(k).verdict == "missing"
    record(k, number="26112000000012345680")
    assert check(k).verdict == "ok"
    assert facts(k) == []
    with pytest.raises(NotUndoable):
        record(k, number="26112000000099999990", undoes="26112000000012345678")
    with pytest.raises(NotUndoable):
        record(k, number="26112000000099999991", amount_fen=1, undoes="26112000000012345680")


def test_a_number_is_recorded_once_and_a_day_to_come_never():
    k = paid_world()
    record(k)
    with pytest.raises(InvoiceKnown):
        record(k)
    with pytest.raises(InvoiceWrong):
        record(k, number="26112000000012345690", issued_on=date(2026, 3, 4))
    with pytest.raises(InvoiceWrong):
        record(k, number="26-11", issued_on=date(2026, 3, 3))


def test_nobody_else_records_and_an_unpaid_contract_has_no_invoice():
    k = paid_world()
    other = institution("远山围棋", number=2)
    with pytest.raises(NotFound):
        record_invoice(
            call(other.finance, "03-03 16:00"), institution_id=other.id, invoice=invoice(k)
        )
    with pytest.raises(Forbidden):
        record_invoice(
            call(other.finance, "03-03 16:00"),
            institution_id=k.institution.id,
            invoice=invoice(k),
        )
    with pytest.raises(ProgrammingError, match="permission denied"):
        said_to_the_database(k.institution, "UPDATE invoices_invoice SET amount_fen = 1")


def test_a_sheet_is_recorded_whole_or_not_at_all():
    k = paid_world()
    family = guardian(2)
    other = signed(family, k.class_code, child=learner(family), when="03-02 11:00")
    told = (
        invoice(k, row=2),
        invoice(k, row=3, number="26112000000012345679", contract_code=other),
    )
    with pytest.raises(InvoiceWrong) as refused:
        record_invoices_many(
            call(k.institution.finance, "03-03 16:00"),
            institution_id=k.institution.id,
            invoices=told,
        )
    assert refused.value.facts["place_zh"] == "第3行，"
    assert check(k).verdict == "missing"


def test_the_pages_list_record_and_read_a_sheet():
    area()
    k = paid_world()
    look_at("03-03 16:00")
    page = client_of(inside(k.institution, Role.INSTITUTION_FINANCE))
    assert "1 份没有发票" in page.get("/desk/invoices").content.decode()
    assert "还没有发票" in page.get("/desk/").content.decode()
    sheet = (
        "合同编号,发票号码,发票抬头,购买方,金额,开票日期\n"
        f"{k.contract},26112000000012345678,陈女士,李先生,2000.00,2026-03-03\n"
    )
    wrong = sheet.replace("2000.00", "两千")
    number = "7c9a1d4e-0000-4000-8000-000000000001"

    def send(text: str, request_id: str):
        file = SimpleUploadedFile("invoices.csv", text.encode())
        return page.post("/desk/invoices/sheet", {"request_id": request_id, "file": file})

    refused = send(wrong, number)
    assert refused.status_code == 422
    assert "第2行，金额：“两千”不是金额" in refused.content.decode()
    done = send(sheet, number.replace("01", "02"))
    assert done.headers["Location"].endswith("?done=1.0")
    shown = page.get(f"/desk/contracts/{k.contract}/invoices").content.decode()
    assert "购买方不一致" in shown
    listed = page.get("/desk/invoices?verdict=differs").content.decode()
    assert k.contract in listed
    officer = client_of(inside(k.institution, Role.OFFICER))
    assert k.contract in officer.get("/desk/invoices?verdict=differs").content.decode()


def test_a_fee_is_found_from_any_of_its_numbers_and_leads_to_all_the_others():
    k = paid_world()
    record(k)
    with reading(k.institution.officer):
        row = Contract.objects.get(code=k.contract)
        order = row.orders.get()
        bank = tracing.bank_lines_of(k.institution.officer, row)
        assert [(each.kind, each.amount_fen) for each in bank] == [("IN", 200_000)]
        for number in (
            k.contract,
            f"{k.contract[:4]}-{k.contract[4:8]}-{k.contract[8:]}",
            order.channel_serial,
            order.code,
            bank[0].serial,
            "26112000000012345678",
        ):
            found = tracing.contracts_by(k.institution.officer, str(number))
            assert [each.code for each in found] == [k.contract], number
        assert tracing.contracts_by(k.institution.officer, "") == []
    other = institution("远山围棋", number=2)
    with reading(other.officer):
        assert tracing.contracts_by(other.officer, k.contract) == []
