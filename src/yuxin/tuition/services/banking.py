"""Writing what was asked of banks and what their files said."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, time
from enum import Enum
from typing import Any, Final

from django.db.models import Func, TextField

from yuxin.access.sealed import blind_index, seal, unseal
from yuxin.formats.bank_files import BankFile as ReadFile
from yuxin.formats.bank_files import SealedFile
from yuxin.formats.bank_lines import BalLine, FileKind, InLine, OutLine, RefLine, sum_of
from yuxin.kernel.act import require_act
from yuxin.kernel.codes import new_subject_code
from yuxin.tuition.advances import services as advances
from yuxin.tuition.advances.models import Debt
from yuxin.tuition.models import (
    Bank,
    BankBalance,
    BankFile,
    BankLine,
    Contract,
    Instruction,
    InstructionLine,
    Lesson,
    OutgoingFile,
    PaymentOrder,
    RefundCase,
)
from yuxin.tuition.reconciliation import services as reconciliation

ORDERED: Final = "instruction_account"
OUTGOING: Final = "outgoing_file"
# Why an order may not leave now; empty when it may (`tuition.outflow`).
_STOPPED: Final = Func(
    *("kind", "institution_id", "bank_code", "from_last4"),
    function="public.outflow_stopped",
    output_field=TextField(),
)


def keep_file(file: ReadFile, *, sha256: str, received_at: datetime) -> BankFile:
    """Write a bank's file and its lines; nothing is matched yet."""
    require_act()
    head = file.header
    row = BankFile.objects.create(
        sha256=sha256,
        bank_code=head.bank,
        kind=head.file.value,
        account_day=head.acct_date,
        part=head.part,
        line_count=len(file.lines),
        sum_fen=sum_of(head.file, file.lines),
        last=head.last,
        received_at=received_at,
    )
    BankLine.objects.bulk_create(
        [
            BankLine(
                file=row,
                bank_code=head.bank,
                account_day=head.acct_date,
                kind=head.file.value,
                detail=_plain(asdict(line)),  # what was matched against, to be looked at later
                **_key_fields(line),
            )
            for line in file.lines
            if isinstance(line, InLine | OutLine | RefLine)
        ],
        # A bank serial is one movement: seen again in another file it is no second one.
        ignore_conflicts=True,
    )
    BankBalance.objects.bulk_create(
        [_balance(row, line) for line in file.lines if isinstance(line, BalLine)],
        ignore_conflicts=True,
    )
    reconciliation.keep_events(file, received_at=received_at)
    return row


def refuse_file(*, bank_code: str, sha256: str, on: date, received_at: datetime, why: str) -> None:
    """Note a file that was refused whole; the right one may still come under the same name."""
    require_act()
    BankFile.objects.create(
        sha256=sha256,
        bank_code=bank_code,
        kind="",  # what it says of itself is not believed
        account_day=on,
        part=0,
        line_count=0,
        sum_fen=0,
        received_at=received_at,
        refused=why[:200],
    )


def _balance(row: BankFile, line: BalLine) -> BankBalance:
    return BankBalance(
        file=row,
        account_index=blind_index("custody_number", line.custody_acct),
        account_last4=line.custody_acct[-4:],
        account_day=row.account_day,
        opening_fen=line.opening_fen,
        debit_fen=line.debit_sum_fen,
        credit_fen=line.credit_sum_fen,
        closing_fen=line.closing_fen,
        frozen_fen=line.frozen_fen,
    )


def _key_fields(line: InLine | OutLine | RefLine) -> dict[str, Any]:
    if isinstance(line, InLine):
        return {
            "bank_serial": line.bank_serial,
            "account_index": blind_index("custody_number", line.custody_acct),
            "account_last4": line.custody_acct[-4:],
            "amount_fen": line.amount_fen,
            "reference": line.contract_no or "",
        }
    return {
        "bank_serial": f"{line.bank_serial}:{line.status.value}",
        "amount_fen": line.amount_fen,
        "reference": line.instruction_id,
    }


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    plain = {}
    for key, value in values.items():
        if key == "custody_acct":
            continue
        if isinstance(value, Enum):
            plain[key] = value.value
        elif isinstance(value, datetime | date):
            plain[key] = value.isoformat()
        else:
            plain[key] = value
    return plain


def lines_for_update(line_ids: Sequence[int]) -> list[BankLine]:
    """Lines not matched yet, locked in one order."""
    require_act()
    return list(
        BankLine.objects.filter(pk__in=line_ids, state=BankLine.State.RECEIVED)
        .order_by("pk")
        .select_for_update(no_key=True)
    )


@dataclass(frozen=True)
class Known:
    """What receipts are matched against; contracts are locked until the operation ends.

    `told`: bank and serial of receipts that were told before.
    """

    contracts: Mapping[str, Contract]
    orders: Mapping[int, Sequence[PaymentOrder]]
    told: set[tuple[str, str]]
    debts: Mapping[str, Debt] = field(default_factory=dict)


def known_for_update(lines: Sequence[BankLine]) -> Known:
    """What the receipts among lines are matched against, in four statements."""
    require_act()
    receipts = [line for line in lines if line.kind == FileKind.IN.value]
    if not receipts:
        return Known({}, {}, set())
    rows = (
        Contract.objects.filter(code__in={line.reference for line in receipts})
        .order_by("pk")
        .select_for_update(no_key=True)
    )
    contracts = {contract.code: contract for contract in rows}
    orders: dict[int, list[PaymentOrder]] = {}
    for order in PaymentOrder.objects.filter(contract__in=list(contracts.values())).order_by("pk"):
        orders.setdefault(order.contract_id, []).append(order)
    told = (
        BankLine.objects.filter(
            kind=FileKind.IN.value,
            bank_code__in={line.bank_code for line in receipts},
            bank_serial__in=[line.bank_serial for line in receipts],
        )
        .exclude(state=BankLine.State.RECEIVED)
        .values_list("bank_code", "bank_serial")
    )
    numbers = [line.reference for line in receipts if line.reference not in contracts]
    return Known(contracts, orders, set(told), advances.debts_for_update(numbers))


def found_as_expected(lines: Sequence[BankLine], *, institution_id: int | None) -> None:
    """Write that lines were matched and nothing is to be said of them."""
    require_act()
    BankLine.objects.filter(pk__in=[line.pk for line in lines]).update(
        state=BankLine.State.MATCHED, institution_id=institution_id, note=""
    )


def found(
    line: BankLine, state: BankLine.State, *, institution_id: int | None, note: str = ""
) -> None:
    """Write what a line turned out to be."""
    require_act()
    BankLine.objects.filter(pk=line.pk).update(
        state=state, institution_id=institution_id, note=note[:200]
    )
    line.state = state


def add_refund(refund: RefundCase, *, amount_fen: int, value_on: date, at: datetime) -> Instruction:
    """One order to pay a refund, or the part of it that custody covers: by its original route, or
    to the account checked since."""
    require_act()
    contract = refund.contract
    paid = contract.orders.filter(channel_serial__isnull=False).get()
    other = refund.account_sealed and unseal("refund_account", refund.account_sealed)
    source = unseal("custody_number", refund.source_sealed or contract.custody_sealed)
    return Instruction.objects.create(
        code=new_subject_code(),
        institution_id=refund.institution_id,
        bank_code=contract.bank_code,
        kind=Instruction.Kind.REFUND,
        amount_fen=amount_fen,
        from_sealed=seal(ORDERED, source),
        from_last4=source[-4:],
        to_sealed=seal(ORDERED, other) if other else None,
        original_serial=paid.channel_serial or "",
        value_on=value_on,
        refund=refund,
        created_at=at,
    )


def instruction_for_update(code: str, *, bank_code: str) -> Instruction | None:
    """The instruction of `code` to a bank, locked until the operation ends."""
    require_act()
    return (
        Instruction.objects.filter(code=code, bank_code=bank_code)
        .select_related("refund__contract")
        .order_by("pk")
        .select_for_update(no_key=True, of=("self",))
        .first()
    )


def parts_for_update(instruction: Instruction) -> list[InstructionLine]:
    """What each contract pays of an order, the contracts locked in one order.

    Without their sealed values and terms: a release has a thousand contracts and reads none.
    """
    require_act()
    lines = list(instruction.lines.filter(amount_fen__gt=0).order_by("pk"))
    rows = (
        Contract.objects.filter(pk__in=[line.contract_id for line in lines])
        .only("code", "institution_id", "guardian_id", "state", "supervision", "class_group")
        .order_by("pk")
        .select_for_update(no_key=True)
    )
    contracts = {contract.pk: contract for contract in rows}
    for line in lines:
        line.instruction, line.contract = instruction, contracts[line.contract_id]
    return lines


def to_send_for_update(*, bank_code: str, value_on: date, limit: int) -> list[Instruction]:
    """Instructions of a bank that were not sent yet and are due by `value_on`, locked.

    What may not leave now (a hold on outflow, an account that waits for reconciliation) stays.
    """
    require_act()
    return list(
        Instruction.objects.filter(
            bank_code=bank_code, state=Instruction.State.CREATED, value_on__lte=value_on
        )
        .alias(stopped=_STOPPED)
        .filter(stopped="")
        .select_related("refund")
        .order_by("pk")
        .select_for_update(no_key=True, of=("self",), skip_locked=True)[:limit]
    )


def sent(instructions: Iterable[Instruction], *, at: datetime) -> None:
    """Note that instructions stand in a file for the bank."""
    require_act()
    ids = [instruction.pk for instruction in instructions]
    Instruction.objects.filter(pk__in=ids).update(state=Instruction.State.SENT, sent_at=at)


def resolve(
    instruction: Instruction,
    state: Instruction.State,
    *,
    at: datetime,
    bank_serial: str,
    fail_code: str = "",
) -> None:
    """Write the bank's answer; the contracts' lines are closed."""
    require_act()
    Instruction.objects.filter(pk=instruction.pk).update(
        state=state, result_at=at, bank_serial=bank_serial, fail_code=fail_code
    )
    InstructionLine.objects.filter(instruction=instruction, open=True).update(open=False)
    if state != Instruction.State.DONE:
        # The money is in custody as before: payable, and to be ordered anew.
        Lesson.objects.filter(release__instruction=instruction).update(release=None)
        RefundCase.objects.filter(listed_release__instruction=instruction).update(
            listed_release=None
        )
    instruction.state = state


def next_part(*, bank_code: str, on: date) -> int:
    """The number of the next file part to a bank on an accounting day; takes a lock on it."""
    require_act()
    last = (
        OutgoingFile.objects.filter(bank_code=bank_code, account_day=on)
        .order_by("-part")
        .select_for_update(no_key=True)
        .values_list("part", flat=True)
        .first()
    )
    return (last or 0) + 1


def keep_outgoing(sealed: SealedFile, *, bank_code: str, on: date, part: int, at: datetime) -> None:
    """Keep a sealed file to be written to disk once the transaction has ended."""
    require_act()
    OutgoingFile.objects.create(
        bank_code=bank_code,
        name=sealed.name,
        account_day=on,
        part=part,
        data=seal(OUTGOING, sealed.data.decode()),  # it holds the numbers of accounts
        signature=sealed.signature,
        made_at=at,
    )


def written(file: OutgoingFile, *, at: datetime) -> None:
    """Note that a file lies in the bank's folder."""
    require_act()
    OutgoingFile.objects.filter(pk=file.pk, written_at=None).update(written_at=at)


def register_bank(
    *,
    code: str,
    name: str,
    public_key_pem: str,
    exchange_folder: str,
    cashier_url: str,
    cut_off: time,
    files_by: time,
    reconciled_by: time,
    on: date,
) -> Bank:
    """Write what was agreed with a bank; again with the same code is a change of the agreement."""
    require_act()
    agreed = {
        "name": name,
        "public_key_pem": public_key_pem,
        "exchange_folder": exchange_folder,
        "cashier_url": cashier_url,
        "cut_off": cut_off,
        "files_by": files_by,
        "reconciled_by": reconciled_by,
    }
    bank, _ = Bank.objects.update_or_create(
        code=code, defaults=agreed, create_defaults={**agreed, "since_on": on}
    )
    return bank
