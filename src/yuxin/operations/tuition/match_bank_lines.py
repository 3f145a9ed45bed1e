"""Lines of a bank's file are matched to orders and instructions, and the books follow."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from yuxin.access.sealed import blind_index, unseal
from yuxin.assessment import services as assessment
from yuxin.cases import services as cases
from yuxin.evidence import services as evidence
from yuxin.formats.bank_lines import FileKind, Outcome
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.kernel.canonical import Json
from yuxin.kernel.clock import day_of
from yuxin.ledger.services import Group
from yuxin.messages import services as messages
from yuxin.operations.operation import operation
from yuxin.registry import queries as registry
from yuxin.rules.modes import Mode
from yuxin.tuition.advances import services as advances
from yuxin.tuition.advances.models import Debt
from yuxin.tuition.breaks import services as breaks
from yuxin.tuition.breaks.kind import BREAK
from yuxin.tuition.breaks.models import Break, Cause
from yuxin.tuition.breaks.services import Found as Difference
from yuxin.tuition.deposits import services as deposits
from yuxin.tuition.models import BankLine, Contract, Instruction, PaymentOrder, RefundCase
from yuxin.tuition.services import banking, contracts, money, refunds, suspense, timeline
from yuxin.tuition.services.contracts import SerialUsed
from yuxin.tuition.services.timeline import Step

_TO_INSTITUTION = (
    Instruction.Kind.RELEASE,
    Instruction.Kind.ADVANCE,
    Instruction.Kind.DEPOSIT,
)
Found = tuple[BankLine.State, str]
_LINES = BankLine.State
_ORDERS = Instruction.State
_BREAKS = {
    _LINES.BANK_ONLY: Cause.BANK_ONLY,
    _LINES.AMOUNT_DIFF: Cause.AMOUNT_DIFF,
    _LINES.STATUS_DIFF: Cause.STATUS_DIFF,
    _LINES.DUPLICATE: Cause.DUPLICATE,
}


@dataclass
class _Day:
    """What matching a set of lines comes to.

    `back` are reversals: posted after `groups`, since they name postings of these.
    """

    act: Act
    institution_id: int
    known: banking.Known
    groups: list[Group] = field(default_factory=list)
    back: list[Group] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    touched: set[int] = field(default_factory=set)
    locked: dict[int, Contract] = field(default_factory=dict)
    arrived: dict[date, list[PaymentOrder]] = field(default_factory=dict)
    letters: list[messages.Letter] = field(default_factory=list)
    items: list[evidence.Item] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    held: set[int] = field(default_factory=set)
    expected: dict[int, int] = field(default_factory=dict)
    again: list[Difference] = field(default_factory=list)

    def step(self, contract: Contract, kind: str, amount_fen: int, line: BankLine) -> None:
        """One step of a contract, told by a line of the bank."""
        self.touched.add(contract.pk)
        body: dict[str, Json] = {
            "serial": line.bank_serial,
            "amount_fen": amount_fen,
            "day": line.account_day.isoformat(),
        }
        self.steps.append(
            Step(contract, kind, body, amount_fen=amount_fen, reference=line.bank_serial)
        )

    def differs(self, line: BankLine, expected_fen: int) -> Found:
        """The line names another sum than we do."""
        self.expected[line.pk] = expected_fen
        return _LINES.AMOUNT_DIFF, f"expected {expected_fen} fen"


MOVES = (
    *(f"break.{move}" for move in ("found", "late_matched", "returned", "return_failed")),
    *(f"refund.{move}" for move in ("paid", "paid_in_part", "paid_by_deposit")),
    *(f"refund.{move}" for move in ("returned", "came_back")),
)


@operation("bank_lines.matched", roles={Role.CLOCK}, moves=MOVES)
def match_bank_lines_many(act: Act, *, institution_id: int, line_ids: tuple[int, ...]) -> Receipt:
    """Match lines of one institution (0: of none that we know), at most some hundreds.

    A receipt moves money from in transit to custody; the result of an instruction closes it. What
    does not fit opens a break: money is never credited to anybody on a line that does not match
    (funds-rules 7.4). In any order, and told twice, the lines come to the same books.
    """
    lines = banking.lines_for_update(line_ids)
    day = _Day(act, institution_id, banking.known_for_update(lines))
    expected: list[BankLine] = []
    for line in lines:
        outcome, note = _MATCHERS[line.kind](day, line)
        if outcome is _LINES.MATCHED and not note:
            expected.append(line)
        else:
            banking.found(line, outcome, institution_id=institution_id or None, note=note)
        day.counts[outcome.value] = day.counts.get(outcome.value, 0) + 1
        if outcome is not _LINES.MATCHED:
            day.items.append(_item(line, outcome))
            if outcome in _BREAKS:
                breaks.open_break(act, _difference(day, line, outcome, note))
    for difference in day.again:
        breaks.open_break(act, difference)
    breaks.close_late(act, expected)
    banking.found_as_expected(expected, institution_id=institution_id or None)
    contracts.arrived_many(day.arrived)
    messages.send_many(act, day.letters)
    others = contracts.contracts_for_update(sorted(day.touched - day.locked.keys()))
    touched = [*others.values(), *(day.locked[pk] for pk in day.touched & day.locked.keys())]
    money.post(act, day.groups)
    money.post(act, day.back)
    for contract, word in contracts.settle_states(touched, at=act.at):
        day.steps.append(Step(contract, word, {"closed": word == "closed"}))
    entry = timeline.record_many(act, day.steps, day.items, idle=f"institution:{institution_id}")
    if institution_id:
        assessment.mark(institution_id)
    return Receipt(entry.id, dict(day.counts))


def _difference(day: _Day, line: BankLine, outcome: BankLine.State, note: str) -> Difference:
    return Difference(
        cause=_BREAKS[outcome],
        level=1,
        bank_code=line.bank_code,
        account_day=line.account_day,
        institution_id=day.institution_id,
        account_last4=line.account_last4,
        reference=line.reference,
        expected_fen=day.expected.get(line.pk),
        found_fen=line.amount_fen,
        held_fen=line.amount_fen if line.pk in day.held else 0,
        note=note,
        line=line,
    )


def _item(line: BankLine, outcome: BankLine.State) -> evidence.Item:
    return evidence.Item(
        f"line.{line.pk}",
        f"bank:{line.bank_code}",
        f"bank:{line.bank_code}",
        {
            "kind": line.kind,
            "serial": line.bank_serial,
            "day": line.account_day.isoformat(),
            "amount_fen": line.amount_fen,
            "reference": line.reference,
            "outcome": outcome.value,
        },
    )


def _receipt(day: _Day, line: BankLine) -> Found:
    """A receipt on the custody account, against the order that the contract was paid by."""
    told = line.bank_code, line.bank_serial
    if told in day.known.told:
        return _LINES.EXPLAINED, "told before in another file"
    day.known.told.add(told)
    contract = day.known.contracts.get(line.reference)
    if contract is None and line.reference in day.known.debts:
        return _debt_paid(day, line, day.known.debts[line.reference])
    if contract is None:
        return _held(day, line, _LINES.BANK_ONLY, "no contract of this number")
    if contract.bank_code != line.bank_code:
        return _LINES.BANK_ONLY, "the contract of another bank"  # no account of ours: no suspense
    if not _on_its_account(contract, line):
        return _held(day, line, _LINES.BANK_ONLY, "another account than the contract's")
    serial = str(line.detail["channel_serial"])
    orders = day.known.orders.get(contract.pk, [])
    paid = next((each for each in orders if each.channel_serial), None)
    order = paid or (orders[-1] if orders else None)
    if order is None:
        return _held(day, line, _LINES.BANK_ONLY, "the contract has no order")
    if order.state == PaymentOrder.State.ARRIVED or (paid and paid.channel_serial != serial):
        return _held(day, line, _LINES.DUPLICATE, "the contract is paid already")
    if order.amount_fen != line.amount_fen:
        return day.differs(line, order.amount_fen)
    return _arrived(day, line, contract, order, serial)


def _debt_paid(day: _Day, line: BankLine, debt: Debt) -> Found:
    """The institution paid what it owed into the contract's custody: the refund goes on."""
    contract = debt.contract
    if debt.state != Debt.State.OPEN or debt.direct or not _on_its_account(contract, line):
        return _held(day, line, _LINES.BANK_ONLY, "nothing is owed under this number")
    if debt.left_fen != line.amount_fen:
        return day.differs(line, debt.left_fen)
    day.groups.append(advances.paid(debt, on=line.account_day, serial=line.bank_serial))
    day.step(contract, "debt_arrived", debt.left_fen, line)
    return _LINES.MATCHED, ""


def _on_its_account(contract: Contract, line: BankLine) -> bool:
    """Whether a line is on the account that the contract's money lies on."""
    return contract.bank_code == line.bank_code and bytes(line.account_index or b"") == blind_index(
        "custody_number", unseal("custody_number", contract.custody_sealed)
    )


def _arrived(
    day: _Day, line: BankLine, contract: Contract, order: PaymentOrder, serial: str
) -> Found:
    order.contract = contract
    if not order.channel_serial:
        if contract.state != Contract.State.SIGNED:
            return _held(day, line, _LINES.BANK_ONLY, "the contract waits for no money")
        # The channel's notice never came; the bank's own file is the stronger word.
        channel = str(line.detail["channel"])
        try:
            contracts.paid(order, serial=serial, channel=channel, at=day.act.at)
        except SerialUsed:
            return _held(day, line, _LINES.DUPLICATE, "the channel's serial paid another order")
        day.groups.append(money.paid(order, on=line.account_day))
        day.step(contract, "paid", order.amount_fen, line)
    order.state = PaymentOrder.State.ARRIVED
    day.arrived.setdefault(line.account_day, []).append(order)
    day.groups.append(money.arrived(order, on=line.account_day))
    kept = contract.supervision == Mode.DEPOSIT.value
    day.step(contract, "arrived_outside" if kept else "arrived", order.amount_fen, line)
    facts: dict[str, str | int] = {"contract": contract.code, "amount_fen": order.amount_fen}
    day.letters.append(messages.Letter(contract.guardian_id, "payment.received", facts))
    return _LINES.MATCHED, ""


def _held(day: _Day, line: BankLine, outcome: BankLine.State, note: str) -> Found:
    """Money that came in and is nobody's: a break, and in suspense where the account is ours.

    Only the bank that keeps the account can say that money lies on it.
    """
    account = day.institution_id and registry.custody_account(
        day.act.actor, day.institution_id, day.act.day
    )
    if account and account.bank_code == line.bank_code:
        suspense.hold(day.act, suspense.Suspended(line, day.institution_id))
        day.held.add(line.pk)
    return outcome, note


def _release(day: _Day, line: BankLine) -> Found:
    """The result of a transfer to an institution."""
    instruction = banking.instruction_for_update(line.reference, bank_code=line.bank_code)
    if instruction is None or instruction.kind not in _TO_INSTITUTION:
        return _LINES.BANK_ONLY, "no such instruction"
    if instruction.amount_fen != line.amount_fen:
        return day.differs(line, instruction.amount_fen)
    if instruction.kind == Instruction.Kind.DEPOSIT:
        return _deposit(day, line, instruction)
    lines = banking.parts_for_update(instruction)
    day.locked |= {each.contract_id: each.contract for each in lines}
    on = line.account_day
    state, note = _resolve(
        day,
        line,
        instruction,
        done=lambda: [money.released(each, on=on) for each in lines],
        back=lambda: [money.release_returned(each, on=on) for each in lines],
    )
    if instruction.state == _ORDERS.RETURNED and state is _LINES.MATCHED and not note:
        ahead = [each.contract for each in lines if each.ahead_fen]
        # Before the advance itself is taken back: what worked it off is payable again.
        day.back[:0] = advances.take_back(ahead, on=on, at=day.act.at)
    if state is _LINES.MATCHED and not note:
        for each in lines:
            day.step(each.contract, f"release_{instruction.state}", each.amount_fen, line)
    return state, note


def _deposit(day: _Day, line: BankLine, instruction: Instruction) -> Found:
    """The result of giving a deposit back to its institution."""
    on = line.account_day
    state, note = _resolve(
        day,
        line,
        instruction,
        done=lambda: deposits.returned(instruction, on=on),
        back=lambda: deposits.return_failed(instruction, on=on),
    )
    if state is _LINES.MATCHED and not note:
        if instruction.state != _ORDERS.DONE:
            day.back.append(deposits.return_taken_back(instruction, on=on))
        deposits.close_returned(instruction, on=on)
    return state, note


def _refund(day: _Day, line: BankLine) -> Found:
    """The result of a refund."""
    instruction = banking.instruction_for_update(line.reference, bank_code=line.bank_code)
    kinds = (Instruction.Kind.REFUND, Instruction.Kind.RETURN)
    if instruction is None or instruction.kind not in kinds:
        return _LINES.BANK_ONLY, "no such instruction"
    refund = instruction.refund
    if refund is None:
        return _return(day, line, instruction)
    if instruction.amount_fen != line.amount_fen:
        return day.differs(line, instruction.amount_fen)
    state, note = _resolve(
        day,
        line,
        instruction,
        done=lambda: [
            money.refund_paid(instruction, on=line.account_day),
            *money.deposit_paid(instruction, on=line.account_day),
        ],
        back=lambda: [
            money.refund_returned(instruction, on=line.account_day),
            *money.deposit_paid(instruction, on=line.account_day, back=True),
        ],
    )
    if state is _LINES.MATCHED and not note:
        _move_refund(day, refund, instruction, line)
    return state, note


def _return(day: _Day, line: BankLine, instruction: Instruction) -> Found:
    """The result of giving back money that was nobody's; what failed is in suspense again."""
    found = breaks.of_instruction_for_update(instruction)
    if found is None or found.line is None:
        return _LINES.BANK_ONLY, "no such instruction"
    if instruction.amount_fen != line.amount_fen:
        return day.differs(line, instruction.amount_fen)
    held = suspense.Suspended(found.line, day.institution_id, found.return_count)
    on, due_on = line.account_day, day_of(instruction.created_at)
    was = _ORDERS(instruction.state)
    state, note = _resolve(
        day,
        line,
        instruction,
        done=lambda: [suspense.returned(held, on=on)],
        back=lambda: [suspense.came_back(held, paid_on=_paid_on(instruction, on), on=on)],
    )
    if state is _LINES.MATCHED and not note:
        if instruction.state != _ORDERS.DONE:
            day.back.append(suspense.return_failed(held, due_on=due_on, on=on))
        _move_break(day, found, line, done=instruction.state == _ORDERS.DONE, was=was)
    return state, note


def _paid_on(instruction: Instruction, on: date) -> date:
    """The accounting day on which the bank said that it had paid."""
    told = BankLine.objects.filter(
        reference=instruction.code, state=_LINES.MATCHED, detail__status=Outcome.SUCCESS.value
    ).values_list("account_day", flat=True)
    return told[0] if told else on


def _move_break(
    day: _Day, found: Break, line: BankLine, *, done: bool, was: Instruction.State
) -> None:
    """The break ends, or waits for an officer again; one that had ended is found anew."""
    if was is _ORDERS.DONE:
        assert found.line is not None, "what was held came on a line"
        day.again.append(
            Difference(
                cause=Cause(found.cause),
                level=1,
                bank_code=line.bank_code,
                account_day=line.account_day,
                institution_id=day.institution_id,
                account_last4=found.account_last4,
                reference=found.reference,
                found_fen=line.amount_fen,
                held_fen=found.held_fen,
                note="its return came back",
                line=found.line,
                return_count=found.return_count,
            )
        )
        return
    cases.advance(day.act, found.proceeding, BREAK, "returned" if done else "return_failed")


def _move_refund(day: _Day, refund: RefundCase, instruction: Instruction, line: BankLine) -> None:
    """The family is told; a refund that came back waits for an officer (funds-rules 4.3)."""
    paid = instruction.state == _ORDERS.DONE
    if paid and refunds.is_paid_up(refund):
        refunds.move(day.act, refund, "paid", paid_on=line.account_day)
        refunds.paid_instead(day.act, refund, "paid_by_deposit", on=line.account_day)
    elif paid:  # the rest is owed by the institution, and follows from custody when it is there
        refunds.move(day.act, refund, "paid_in_part")
    else:
        refunds.came_back(day.act, refund)
    kind = "refund_paid" if paid else "refund_returned"
    day.step(refund.contract, kind, instruction.amount_fen, line)
    messages.send(
        day.act,
        to_person_id=refund.guardian_id,
        template="refund.paid" if paid else "refund.returned",
        facts={"contract": refund.contract.code, "amount_fen": instruction.amount_fen},
    )


def _resolve(
    day: _Day,
    line: BankLine,
    instruction: Instruction,
    *,
    done: Callable[[], list[Group]],
    back: Callable[[], list[Group]],
) -> Found:
    """Close an instruction by the bank's word: only a success moves the books.

    A return told before its success books both: the bank moved the money twice.
    """
    status = Outcome(str(line.detail["status"]))
    before = _ORDERS(instruction.state)
    if before == _ORDERS.RETURNED and status is Outcome.SUCCESS:
        return _LINES.MATCHED, "its return was told first"
    if (before, status) in _TOLD:
        again = line.bank_serial.startswith(f"{instruction.bank_serial}:")
        return (_LINES.EXPLAINED if again else _LINES.DUPLICATE), "told before"
    after = _NEXT.get((before, status))
    if after is None:
        return _LINES.STATUS_DIFF, f"{status.value} on an instruction that is {before.value}"
    if before is _ORDERS.SENT and after is not _ORDERS.FAILED:
        day.groups.extend(done())
    if after is _ORDERS.RETURNED:
        day.back.extend(back())
    banking.resolve(
        instruction,
        after,
        at=day.act.at,
        bank_serial=line.bank_serial.rpartition(":")[0],
        fail_code=str(line.detail.get("fail_code") or ""),
    )
    return _LINES.MATCHED, ""


_NEXT = {
    (_ORDERS.SENT, Outcome.SUCCESS): _ORDERS.DONE,
    (_ORDERS.SENT, Outcome.FAILED): _ORDERS.FAILED,
    (_ORDERS.SENT, Outcome.RETURNED): _ORDERS.RETURNED,
    (_ORDERS.DONE, Outcome.RETURNED): _ORDERS.RETURNED,
}
_TOLD = {
    (_ORDERS.DONE, Outcome.SUCCESS),
    (_ORDERS.FAILED, Outcome.FAILED),
    (_ORDERS.RETURNED, Outcome.RETURNED),
}
_MATCHERS: dict[str, Callable[[_Day, BankLine], Found]] = {
    FileKind.IN.value: _receipt,
    FileKind.OUT.value: _release,
    FileKind.REF.value: _refund,
}
