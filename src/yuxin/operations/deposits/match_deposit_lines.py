"""Money on the accounts of deposits is booked to the deposit it belongs to."""

from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.operations.operation import operation
from yuxin.tuition.deposits import services
from yuxin.tuition.deposits.models import Deposit
from yuxin.tuition.models import BankLine
from yuxin.tuition.services import banking, money


@operation("deposit.paid_in", roles={Role.CLOCK})
def match_deposit_lines_many(
    act: Act, *, institution_id: int, lines: tuple[tuple[int, int], ...]
) -> Receipt:
    """Book lines of a bank's file: pairs of line and deposit of one institution.

    A line told before, in another file, is explained and books nothing.
    """
    deposit_of = dict(lines)
    found = banking.lines_for_update(tuple(deposit_of))
    deposits = {
        each.pk: each
        for each in Deposit.objects.filter(
            institution_id=institution_id, pk__in=set(deposit_of.values())
        )
    }
    told = banking.known_for_update(found).told
    items = []
    for line in found:
        deposit = deposits[deposit_of[line.pk]]
        again = (line.bank_code, line.bank_serial) in told
        state = BankLine.State.EXPLAINED if again else BankLine.State.MATCHED
        if not again:
            told.add((line.bank_code, line.bank_serial))
            money.pay_in(
                act,
                line,
                institution_id=institution_id,
                book=services.book_of(deposit),
                name=f"deposit:{deposit.code}",
            )
        banking.found(line, state, institution_id=institution_id, note=f"deposit {deposit.code}")
        items.append(_item(line, deposit, state))
    name = f"institution:{institution_id}"
    entry = evidence.append_many(act, items or [evidence.Item("none", name, name, {"items": 0})])
    return Receipt(entry.id, {"booked": len(found)})


def _item(line: BankLine, deposit: Deposit, state: BankLine.State) -> evidence.Item:
    return evidence.Item(
        f"line.{line.pk}",
        f"deposit:{deposit.code}",
        f"deposit:{deposit.code}",
        {
            "deposit": deposit.code,
            "serial": line.bank_serial,
            "amount_fen": line.amount_fen,
            "day": line.account_day.isoformat(),
            "outcome": str(state),
        },
    )
