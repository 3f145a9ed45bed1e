"""An institution records the invoices of what families paid: one by form, many by a sheet."""

from collections.abc import Sequence

from yuxin.assessment import services as assessment
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.kernel.refusal import NotFound
from yuxin.operations.operation import operation
from yuxin.tuition.invoices import services as invoices
from yuxin.tuition.invoices.models import Invoice
from yuxin.tuition.invoices.services import InvoiceWrong, NewInvoice
from yuxin.tuition.permissions import require_keeps_books
from yuxin.tuition.services import timeline
from yuxin.tuition.services.timeline import Step

ITEMS_MAX = 1000
KEEPERS = frozenset({Role.INSTITUTION_HEAD, Role.INSTITUTION_FINANCE})


@operation("invoice.recorded", roles=KEEPERS)
def record_invoice(act: Act, *, institution_id: int, invoice: NewInvoice) -> Receipt:
    """Record an invoice of a paid contract, and whether it names the purchaser.

    A mismatch is no refusal: what was issued was issued. It is shown and becomes a fact (W18).
    Raises: NotFound, Forbidden, InvoiceWrong, InvoiceKnown, NotUndoable.
    """
    return _record(act, institution_id, (invoice,))


@operation("invoice.recorded", roles=KEEPERS)
def record_invoices_many(
    act: Act, *, institution_id: int, invoices: tuple[NewInvoice, ...]
) -> Receipt:
    """Record the invoices of a sheet, all or none; what is wrong is named with its row.

    Raises: as `record_invoice`; for a contract that is not there, InvoiceWrong.
    """
    assert 1 <= len(invoices) <= ITEMS_MAX, "a transaction records at most 1,000 invoices"
    return _record(act, institution_id, invoices)


def _record(act: Act, institution_id: int, told: Sequence[NewInvoice]) -> Receipt:
    require_keeps_books(act.actor, institution_id)
    contracts = invoices.paid_contracts([each.contract_code for each in told], institution_id)
    for each in told:
        invoices.require_sense(each, today=act.day)
        if each.contract_code not in contracts:
            _no_contract(each)
    rows = invoices.record(act, told, contracts)
    entry = timeline.record_many(
        act, [_step(row) for row in rows], [], idle=f"institution:{institution_id}"
    )
    assessment.mark(institution_id)
    agreeing = sum(row.title_matches and row.buyer_matches for row in rows)
    return Receipt(entry.id, {"recorded": len(rows), "agreeing": agreeing})


def _no_contract(told: NewInvoice) -> None:
    if not told.row:
        raise NotFound
    raise InvoiceWrong(
        field="contract",
        name_zh="合同编号",
        name_en="Contract",
        why_zh="没有这份已付款的合同",
        why_en="there is no such paid contract",
        **invoices.place_of(told),
    )


def _step(row: Invoice) -> Step:
    return Step(
        row.contract,
        "invoice_undone" if row.undoes_id else "invoiced",
        {
            "number": row.number,
            "amount_fen": row.amount_fen,
            "on": row.issued_on.isoformat(),
            "title_matches": row.title_matches,
            "buyer_matches": row.buyer_matches,
        },
        amount_fen=row.amount_fen,
        reference=row.number,
    )
