"""Writing deposits: opened, paid in, measured against their floor, used, returned."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from django.db import connection
from django.db.models import Sum

from yuxin.access.sealed import blind_index, seal, unseal
from yuxin.cases import services as cases
from yuxin.kernel.act import Act, require_act
from yuxin.kernel.codes import new_subject_code
from yuxin.kernel.ids import fact_key
from yuxin.kernel.money import Fen
from yuxin.kernel.refusal import BadInput, Refusal
from yuxin.ledger import services as ledger
from yuxin.ledger.buckets import Bucket
from yuxin.ledger.models import ContractBalance
from yuxin.rules.pro_rata import shares
from yuxin.tuition.deposits.kind import ORDERED as TOP_UP_ORDERED
from yuxin.tuition.deposits.kind import TOP_UP_ORDER
from yuxin.tuition.deposits.models import Deposit, Floor, Part, TopUp, Use
from yuxin.tuition.models import Contract, Instruction, RefundCase
from yuxin.tuition.services.banking import ORDERED
from yuxin.tuition.services.money import REFUND_DUE, REFUNDED

NUMBER: Final = "custody_number"
_KINDS: Final = Deposit.Kind


class DepositOpen(Refusal):
    """An institution has one deposit of a kind."""

    code = "deposit_open"
    zh = "这家机构已有一笔同类保证金，补足和变更请在原保证金上办理。"
    en = "The institution has a deposit of this kind already; please work on that one."


class EnrolmentStopped(Refusal):
    """A deposit stayed below its floor past the day of its top-up order."""

    code = "enrolment_stopped"
    zh = "这家机构的保证金低于底线且逾期没有补足，暂停新的报名。补足到账后自动恢复。"
    en = (
        "The institution's deposit stayed below its floor past the deadline, so nobody new may "
        "enrol. Once it is topped up enrolment opens again by itself."
    )


class NotAnAccount(BadInput):
    """A bank account number of the wrong form."""

    code = "not_a_deposit_account"
    zh = "账号应为 8 至 30 位数字，请对照保证金协议逐位核对。"
    en = "An account number has 8 to 30 digits; please compare it with the deposit agreement."


@dataclass(frozen=True, kw_only=True)
class NewDeposit:
    """A deposit as agreed; the number of the account in clear."""

    kind: Deposit.Kind
    holder: Deposit.Holder
    bank_code: str
    account_title: str
    number: str


def book_of(deposit: Deposit) -> int:
    """The number under which a deposit's money stands in the ledger."""
    return ledger.pseudo_contract(deposit.pk, ledger.Purpose.DEPOSIT)


def open_deposit(act: Act, *, institution_id: int, deposit: NewDeposit) -> Deposit:
    """Write a deposit and open its book. Raises: DepositOpen, NotAnAccount."""
    require_act()
    number = "".join(deposit.number.split())
    if not (number.isascii() and number.isdecimal() and 8 <= len(number) <= 30):
        raise NotAnAccount(field="number")
    same = Deposit.objects.filter(institution_id=institution_id, kind=deposit.kind)
    if same.exclude(state=Deposit.State.RETURNED).exists():
        raise DepositOpen(field="kind")
    made = Deposit.objects.create(
        code=new_subject_code(),
        institution_id=institution_id,
        kind=deposit.kind,
        holder=deposit.holder,
        bank_code=deposit.bank_code,
        account_title=deposit.account_title.strip(),
        number_sealed=seal(NUMBER, number),
        number_index=blind_index(NUMBER, number),
        number_last4=number[-4:],
        opened_on=act.day,
    )
    ledger.open_contracts(act, institution_id=institution_id, contract_ids=[book_of(made)])
    return made


def deposit_for_update(code: str) -> Deposit | None:
    """The deposit of `code`, locked until the operation ends."""
    require_act()
    return Deposit.objects.filter(code=code).order_by("pk").select_for_update(no_key=True).first()


def open_ones_for_update(institution_id: int) -> list[Deposit]:
    """The deposits of an institution that back something, locked."""
    require_act()
    return list(
        Deposit.objects.filter(institution_id=institution_id, state=Deposit.State.OPEN)
        .order_by("pk")
        .select_for_update(no_key=True)
    )


def balance_of(deposit: Deposit) -> int:
    """What a deposit holds and is not set aside for families, in fen."""
    row = ContractBalance.objects.filter(
        institution_id=deposit.institution_id, contract_id=book_of(deposit)
    ).first()
    return row.unearned_fen if row else 0


@dataclass(frozen=True)
class Base:
    """What a floor is computed from, in fen; `contracts` counts the active ones."""

    contracts: int
    cycle_fen: int
    paid_fen: int
    untaught_fen: int


# A contract longer than one charging cycle counts the fee of one cycle, P x cycle / months,
# rounded up; every begun month counts. P is the price as signed, whatever was taught since.
_BASE: Final = """
WITH active AS (
    SELECT c.total_fen, b.unearned_fen + b.pending_fen + b.frozen_fen AS untaught_fen,
           extract(year FROM span)::integer * 12 + extract(month FROM span)::integer
             + (extract(day FROM span) > 0)::integer AS months
      FROM tuition_contract c
      JOIN tuition_course s ON s.id = c.course_id
      JOIN ledger.contract_balance b ON b.institution_id = c.institution_id
       AND b.contract_id = c.id
      CROSS JOIN LATERAL (SELECT age(s.last_on + 1, s.first_on) AS span) a
     WHERE c.institution_id = %s AND c.state = 'active')
SELECT count(*), coalesce(sum(least(total_fen,
           (total_fen * %s + months - 1) / greatest(months, 1))), 0)::bigint,
       coalesce(sum(total_fen), 0)::bigint, coalesce(sum(untaught_fen), 0)::bigint
  FROM active
"""


def base_of(institution_id: int, *, cycle_months: int) -> Base:
    """What the floors of an institution are computed from now; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_BASE, [institution_id, cycle_months])
        return Base(*cursor.fetchone())


def floor_of(kind: Deposit.Kind, base: Base, *, bps: int = 10_000) -> int:
    """The floor of a deposit, in fen, rounded up: in favour of the families."""
    of = {
        _KINDS.RISK: base.cycle_fen,
        _KINDS.PERFORMANCE: base.paid_fen,
        _KINDS.UNDELIVERED: base.untaught_fen,
    }[kind]
    return -(-of * bps // 10_000)


def record_floor(act: Act, deposit: Deposit, *, floor_fen: int, contracts: int, on: date) -> int:
    """Write the floor of a day where it or the balance changed; the balance in fen."""
    balance = balance_of(deposit)
    last = deposit.floors.order_by("-pk").first()
    told = (floor_fen, balance, contracts)
    if last is None or (last.floor_fen, last.balance_fen, last.contract_count) != told:
        Floor.objects.create(
            deposit=deposit,
            institution_id=deposit.institution_id,
            on=on,
            floor_fen=floor_fen,
            balance_fen=balance,
            contract_count=contracts,
            at=act.at,
        )
    return balance


def standing_top_up(deposit: Deposit) -> TopUp | None:
    """The order to top up that is not met, locked with its proceeding."""
    require_act()
    return (
        deposit.top_ups.filter(proceeding__closed_at=None)
        .select_related("proceeding")
        .order_by("pk")
        .select_for_update(no_key=True)
        .first()
    )


def order_top_up(act: Act, deposit: Deposit, *, floor_fen: int, balance_fen: int) -> TopUp:
    """Order a deposit to be brought up to its floor. Raises: RuleMissing."""
    short_fen = floor_fen - balance_fen
    proceeding = cases.open_proceeding(
        act,
        TOP_UP_ORDER,
        "ordered",
        institution_id=deposit.institution_id,
        reference=deposit.code,
        amount_fen=short_fen,
    )
    return TopUp.objects.create(
        proceeding=proceeding,
        deposit=deposit,
        institution_id=deposit.institution_id,
        floor_fen=floor_fen,
        balance_fen=balance_fen,
        amount_fen=short_fen,
    )


def follow_top_up(act: Act, order: TopUp, *, floor_fen: int, balance_fen: int) -> None:
    """Bring an order up to date: met, missed, or changed in its sum.

    The first deadline stays: enrolling more learners gives no further days.
    """
    require_act()
    about = order.proceeding
    if balance_fen >= floor_fen:
        cases.advance(act, about, TOP_UP_ORDER, "met")
        return
    told = (floor_fen, balance_fen)
    if about.state == TOP_UP_ORDERED and cases.is_overdue(act, about, TOP_UP_ORDER):
        move = "missed"
    elif told != (order.floor_fen, order.balance_fen):
        move = "changed"
    else:
        return
    order.floor_fen, order.balance_fen = told
    order.amount_fen = floor_fen - balance_fen
    order.save(update_fields=["floor_fen", "balance_fen", "amount_fen"])
    cases.advance(act, about, TOP_UP_ORDER, move, amount_fen=order.amount_fen)


def require_enrolment(institution_id: int) -> None:
    """Refuse a new contract while a top-up is overdue. Raises: EnrolmentStopped."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT public.deposits_stop_enrolment(%s)", [institution_id])
        if cursor.fetchone()[0]:
            raise EnrolmentStopped


@dataclass(frozen=True)
class Short:
    """What one contract lacks, in fen."""

    contract_id: int
    guardian_id: int
    shortfall_fen: int


def propose_use(act: Act, deposit: Deposit, *, short: Sequence[Short], reason: str) -> Use:
    """Propose to draw on a deposit for contracts, in the order given (by code).

    Every contract gets its part of the deposit, pro rata to the fen (funds-rules R10, R11).
    """
    require_act()
    assert act.actor.account_id is not None
    owed = sum(each.shortfall_fen for each in short)
    amount = min(owed, balance_of(deposit))
    use = Use.objects.create(
        code=new_subject_code(),
        deposit=deposit,
        institution_id=deposit.institution_id,
        reason=reason.strip()[:200],
        shortfall_fen=owed,
        amount_fen=amount,
        proposed_by=act.actor.account_id,
        proposed_at=act.at,
    )
    given = shares(amount, [each.shortfall_fen for each in short])
    Part.objects.bulk_create(
        Part(
            use=use,
            institution_id=deposit.institution_id,
            guardian_id=each.guardian_id,
            contract_id=each.contract_id,
            shortfall_fen=each.shortfall_fen,
            amount_fen=part,
        )
        for each, part in zip(short, given, strict=True)
    )
    return use


def use_for_update(code: str) -> Use | None:
    """The use of `code` with its deposit, locked until the operation ends."""
    require_act()
    return (
        Use.objects.filter(code=code)
        .select_related("deposit")
        .order_by("pk")
        .select_for_update(no_key=True)
        .first()
    )


def decide_use(act: Act, use: Use, *, grant: bool) -> None:
    """Write the decision of the second person."""
    require_act()
    use.state = Use.State.DECIDED if grant else Use.State.REJECTED
    use.decided_by, use.decided_at = act.actor.account_id, act.at
    use.save(update_fields=["state", "decided_by", "decided_at"])


def decided_and_not_ordered(institution_id: int) -> dict[int, int]:
    """What decided uses give to each contract and no refund carries yet, in fen."""
    require_act()
    rows = Part.objects.filter(
        institution_id=institution_id, use__state=Use.State.DECIDED, refund=None
    )
    told = rows.values_list("contract").annotate(fen=Sum("amount_fen"))
    return {contract: int(fen) for contract, fen in told}


def unpaid_parts_for_update(use: Use, *, limit: int) -> list[Part]:
    """Parts of a decided use that no refund carries yet, locked."""
    require_act()
    return list(
        use.parts.filter(refund=None, amount_fen__gt=0)
        .select_related("contract")
        .order_by("pk")
        .select_for_update(no_key=True, of=("self",), skip_locked=True)[:limit]
    )


def refund_of(act: Act, part: Part, deposit: Deposit) -> RefundCase:
    """The refund that pays a part out of the deposit's account; not written yet."""
    return RefundCase(
        code=new_subject_code(),
        institution_id=part.institution_id,
        guardian_id=part.guardian_id,
        contract=part.contract,
        state=RefundCase.State.APPROVED,
        ground=RefundCase.Ground.CLOSING,
        reason="closing",
        sheet={"refundable_fen": part.amount_fen},
        amount_fen=part.amount_fen,
        requested_at=act.at,
        answer_by_on=act.day,
        answered_at=act.at,
        source=RefundCase.Source.DEPOSIT,
        source_sealed=bytes(deposit.number_sealed),
        source_book=book_of(deposit),
    )


def number_of(deposit: Deposit) -> str:
    """The number of a deposit's account, in clear."""
    return unseal(NUMBER, deposit.number_sealed)


def owes_nothing(institution_id: int) -> bool:
    """Whether every family of an institution has its money: nothing unearned or due is left."""
    owed = ContractBalance.objects.filter(institution_id=institution_id, contract_id__gt=0)
    fields = ("unearned_fen", "pending_fen", "frozen_fen", "refund_payable_fen")
    return not any(owed.filter(**{f"{name}__gt": 0}).exists() for name in fields) and not (
        Contract.objects.filter(institution_id=institution_id, state=Contract.State.ACTIVE).exists()
    )


def order_return(
    act: Act, deposit: Deposit, *, to_account: str, amount_fen: int, value_on: date
) -> Instruction:
    """Order the bank to give a deposit back to its institution; its book sets the sum aside."""
    require_act()
    order = Instruction.objects.create(
        code=new_subject_code(),
        institution_id=deposit.institution_id,
        bank_code=deposit.bank_code,
        kind=Instruction.Kind.DEPOSIT,
        amount_fen=amount_fen,
        from_sealed=seal(ORDERED, number_of(deposit)),
        to_sealed=seal(ORDERED, to_account),
        value_on=value_on,
        created_at=act.at,
    )
    ledger.post(act, [_of_return(deposit, order, "due", REFUND_DUE, on=act.day)])
    return order


def returned(order: Instruction, *, on: date) -> list[ledger.Group]:
    """The bank gave a deposit back."""
    deposit = Deposit.objects.get(instruction=order)
    return [_of_return(deposit, order, "paid", REFUNDED, on=on)]


def return_failed(order: Instruction, *, on: date) -> list[ledger.Group]:
    """A deposit given back came back: set aside as before."""
    deposit = Deposit.objects.get(instruction=order)
    way = (REFUNDED[1], REFUNDED[0])
    first = _key(deposit, order, "paid")
    return [_of_return(deposit, order, "paid.reversed", way, on=on, reverses=first)]


def return_taken_back(order: Instruction, *, on: date) -> ledger.Group:
    """The bank could not give a deposit back: it backs families as before."""
    deposit = Deposit.objects.get(instruction=order)
    way = (REFUND_DUE[1], REFUND_DUE[0])
    first = _key(deposit, order, "due")
    return _of_return(deposit, order, "due.reversed", way, on=on, reverses=first)


def close_returned(order: Instruction, *, on: date) -> None:
    """Write what the bank's answer makes of a deposit on its way back."""
    require_act()
    found = Deposit.objects.filter(instruction=order)
    if order.state == Instruction.State.DONE:
        found.update(state=Deposit.State.RETURNED, closed_on=on)
    else:
        found.update(
            state=Deposit.State.OPEN, closed_on=None, return_asked_by=None, returned_by=None
        )


def _key(deposit: Deposit, order: Instruction, action: str) -> UUID:
    return fact_key(
        order.created_at,
        contract=f"deposit:{deposit.code}",
        fact=f"return:{order.code}",
        action=action,
        occurrence=1,
    )


def _of_return(
    deposit: Deposit,
    order: Instruction,
    action: str,
    way: tuple[Bucket, Bucket],
    *,
    on: date,
    reverses: UUID | None = None,
) -> ledger.Group:
    posting = ledger.Posting(
        key=_key(deposit, order, action),
        debit=way[0],
        credit=way[1],
        amount_fen=Fen(order.amount_fen),
        fact_kind="deposit_return",
        fact_ref=order.code,
        effective_on=on,
        reverses=reverses,
    )
    return ledger.Group(deposit.institution_id, book_of(deposit), (posting,))
