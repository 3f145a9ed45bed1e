"""Writes of breaks, inside an operation."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from yuxin.cases import services as cases
from yuxin.cases.models import Proceeding
from yuxin.kernel.act import Act, require_act
from yuxin.tuition.breaks.kind import BREAK
from yuxin.tuition.breaks.models import Break, Cause
from yuxin.tuition.models import BankLine, Instruction, PaymentOrder


@dataclass(frozen=True, kw_only=True)
class Found:
    """A difference as it was found. `institution_id` 0: of nobody that we know.

    `expected_fen` is ours, `found_fen` the bank's; `reference` names an order, a contract or an
    instruction, or the kind of the file that is missing.
    """

    cause: Cause
    level: int
    bank_code: str
    account_day: date
    institution_id: int = 0
    account_last4: str = ""
    reference: str = ""
    expected_fen: int | None = None
    found_fen: int | None = None
    held_fen: int = 0
    note: str = ""
    line: BankLine | None = None
    return_count: int = 0

    @property
    def key(self) -> str:
        """The same difference found again has the same key."""
        if self.line is not None:
            return f"line|{self.line.pk}|{self.return_count}"
        where = f"{self.bank_code}|{self.account_day}|{self.institution_id}|{self.account_last4}"
        return f"{self.level}|{self.cause}|{where}|{self.reference}"

    @property
    def amount_fen(self) -> int:
        """How much it is about: the difference where both sides know a sum."""
        if self.expected_fen is None or self.found_fen is None:
            return abs(self.found_fen or self.expected_fen or 0)
        return abs(self.found_fen - self.expected_fen)


def open_break(act: Act, found: Found, *, move: str = "found") -> Break:
    """Open the proceeding of a difference; found again, the one that there is.

    `move`: the opening row of the table that names the operation in progress.
    """
    require_act()
    known = Break.objects.filter(key=found.key).select_related("proceeding").first()
    if known is not None:
        return known
    proceeding = cases.open_proceeding(
        act,
        BREAK,
        move,
        institution_id=found.institution_id,
        reference=_name(found),
        amount_fen=found.amount_fen,
    )
    return Break.objects.create(
        proceeding=proceeding,
        institution_id=found.institution_id,
        key=found.key,
        cause=found.cause,
        level=found.level,
        bank_code=found.bank_code,
        account_day=found.account_day,
        account_last4=found.account_last4,
        reference=found.reference,
        expected_fen=found.expected_fen,
        found_fen=found.found_fen,
        held_fen=found.held_fen,
        note=found.note[:200],
        line=found.line,
        return_count=found.return_count,
    )


def _name(found: Found) -> str:
    """What people call it by: the bank's serial, else what it points at."""
    return found.line.bank_serial if found.line is not None else found.reference


def break_for_update(code: str) -> Break | None:
    """The break of a proceeding's code, both locked until the operation ends."""
    proceeding = cases.proceeding_for_update(code)
    if proceeding is None or proceeding.kind != BREAK.name:
        return None
    found = (
        Break.objects.filter(proceeding=proceeding)
        .select_related("line__file")
        .order_by("pk")
        .select_for_update(no_key=True, of=("self",))
        .first()
    )
    if found is not None:
        found.proceeding = proceeding
    return found


def of_instruction_for_update(instruction: Instruction) -> Break | None:
    """The break whose money an instruction returns, with its proceeding, locked."""
    code = Break.objects.filter(instruction=instruction).values_list("proceeding__code", flat=True)
    return break_for_update(code[0]) if code else None


def close_late(act: Act, matched: Iterable[BankLine]) -> list[Proceeding]:
    """Lines that now fit end the breaks of what had been missing (late matches)."""
    references = {line.reference for line in matched if line.reference}
    codes = Break.objects.filter(
        cause=Cause.PLATFORM_ONLY, reference__in=references, proceeding__closed_at=None
    ).values_list("proceeding__code", flat=True)
    late = [
        each
        for each in cases.proceedings_for_update(list(codes))
        if each.state in BREAK.move("late_matched").source
    ]
    if late:
        cases.advance_many(act, late, BREAK, "late_matched")
    return late


def ordered_back(found: Break, instruction: Instruction) -> None:
    """Note the instruction that returns the money of a break."""
    require_act()
    found.instruction, found.return_count = instruction, found.return_count + 1
    found.save(update_fields=["instruction", "return_count"])


def matched(found: Break, order: PaymentOrder) -> None:
    """Note the order that the money of a break turned out to pay."""
    require_act()
    found.order = order
    found.save(update_fields=["order"])
