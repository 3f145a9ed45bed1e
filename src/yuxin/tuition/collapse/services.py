"""Writing closings: proposed, declared, undone; the claims of families, in set-based SQL."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import Sum

from yuxin.kernel.act import Act, require_act
from yuxin.kernel.codes import new_subject_code
from yuxin.kernel.refusal import Refusal
from yuxin.tuition.collapse.models import Claim, Closing
from yuxin.tuition.models import Instruction, InstructionLine, Lesson, RefundCase


class ClosingOpen(Refusal):
    """An institution has one closing at a time."""

    code = "closing_open"
    zh = "这家机构已有一份停业认定在办或已生效，请打开那一份。"
    en = "This institution has a closing under way or in force already; open that one."


class InstitutionClosing(Refusal):
    """While a closing is in force its run refunds every family; nothing else is agreed."""

    code = "institution_closing"
    zh = "机构已停业，所有家庭的余款由监管部门统一退还，不用另行申请或答复。"
    en = (
        "The institution has closed; the bureau refunds every family, so nothing needs to be "
        "asked or answered apart."
    )


STATES: Final = Closing.State

# What each contract has to itself. A debt of the institution (an advance, or tuition in its own
# account) is set against what is payable to it and not at the bank yet; the rest is the shortfall.
SUMS: Final = """
SELECT c.id, c.code, c.guardian_id, b.paid_fen, b.released_fen, b.payable_fen, b.refunded_fen,
       b.unearned_fen, b.pending_fen, b.frozen_fen, b.refund_payable_fen, b.advance_fen,
       greatest(0, b.payable_fen - gone.earned_fen) AS free_fen, gone.ahead_fen
  FROM tuition_contract c
  JOIN ledger.contract_balance b ON b.institution_id = c.institution_id AND b.contract_id = c.id
  CROSS JOIN LATERAL (
       SELECT coalesce(sum(l.amount_fen - l.ahead_fen), 0)::bigint AS earned_fen,
              coalesce(sum(l.ahead_fen), 0)::bigint AS ahead_fen
         FROM tuition_instructionline l JOIN tuition_instruction i ON i.id = l.instruction_id
        WHERE l.contract_id = c.id AND l.open AND i.state = 'sent') gone
 WHERE c.institution_id = %s
   AND b.unearned_fen + b.pending_fen + b.frozen_fen + b.refund_payable_fen > 0
"""
_LIST: Final = (
    "WITH s AS ("  # noqa: S608 -- a constant of this file
    + SUMS
    + """), sums AS (
    SELECT s.*, unearned_fen + pending_fen + frozen_fen + refund_payable_fen AS owed_fen,
           greatest(0, advance_fen - least(free_fen, advance_fen) + ahead_fen) AS short_fen FROM s)
INSERT INTO collapse_claim (
    closing_id, institution_id, guardian_id, contract_id, contract_code, state, paid_fen,
    earned_fen, refunded_fen, unearned_fen, pending_fen, frozen_fen, due_fen, claim_fen, held_fen,
    shortfall_fen, deposit_fen, insurance_fen, set_off_fen, offset_fen, asked_state)
SELECT %s, %s, guardian_id, id, code, 'listed', paid_fen,
       paid_fen - refunded_fen - owed_fen, refunded_fen, unearned_fen, pending_fen, frozen_fen,
       refund_payable_fen, owed_fen, owed_fen - least(short_fen, owed_fen),
       least(short_fen, owed_fen), 0, 0, 0, 0, ''
  FROM sums WHERE NOT EXISTS (
       SELECT 1 FROM collapse_claim m WHERE m.closing_id = %s AND m.contract_id = sums.id)
 ORDER BY code
"""
)
_HASH: Final = """
SELECT encode(sha256(convert_to(coalesce(string_agg(
           contract_code || ':' || claim_fen || ':' || held_fen || ':' || shortfall_fen, ';'
           ORDER BY contract_code), ''), 'UTF8')), 'hex')
  FROM collapse_claim WHERE closing_id = %s
"""


@dataclass(frozen=True, kw_only=True)
class NewClosing:
    """What is proposed: the order's number, how it ended, from when, why, whom families ask."""

    kind: Closing.Kind
    document_number: str
    effective_on: date
    reason: str
    contact: str


def in_force(institution_id: int) -> bool:
    """Whether a closing of the institution is in force: nothing but refunds leaves."""
    return Closing.objects.filter(institution_id=institution_id, state=STATES.DECLARED).exists()


def require_open(institution_id: int) -> None:
    """Refuse what a closing has taken over. Raises: InstitutionClosing."""
    if in_force(institution_id):
        raise InstitutionClosing


def propose(act: Act, *, institution_id: int, closing: NewClosing) -> Closing:
    """Write a proposal; nothing happens to anybody yet. Raises: ClosingOpen."""
    require_act()
    if Closing.objects.filter(
        institution_id=institution_id, state__in=[STATES.PROPOSED, STATES.DECLARED]
    ).exists():
        raise ClosingOpen
    assert act.actor.account_id is not None
    return Closing.objects.create(
        code=new_subject_code(),
        institution_id=institution_id,
        kind=closing.kind,
        document_number=closing.document_number.strip()[:60],
        reason=closing.reason.strip()[:400],
        contact=closing.contact.strip()[:120],
        effective_on=closing.effective_on,
        proposed_by=act.actor.account_id,
        proposed_at=act.at,
    )


def closing_for_update(code: str) -> Closing | None:
    """The closing of `code`, locked until the operation ends."""
    require_act()
    return Closing.objects.filter(code=code).order_by("pk").select_for_update(no_key=True).first()


def change(closing: Closing, **values: Any) -> None:
    """Write values of a closing."""
    require_act()
    for name, value in values.items():
        setattr(closing, name, value)
    closing.save(update_fields=list(values))


def withdraw_releases(*, institution_id: int) -> int:
    """Take back what was ordered to the institution and has not left; how many orders.

    One that a file for the bank is taking along at this moment is passed by: the hold on outflow
    keeps it from being sent.
    """
    require_act()
    kinds = [Instruction.Kind.REFUND, Instruction.Kind.DEPOSIT]
    with transaction.atomic():
        ids = list(
            Instruction.objects.filter(
                institution_id=institution_id, state=Instruction.State.CREATED
            )
            .exclude(kind__in=kinds)
            .order_by("pk")
            .select_for_update(no_key=True, skip_locked=True)
            .values_list("pk", flat=True)
        )
    Instruction.objects.filter(pk__in=ids).update(state=Instruction.State.WITHDRAWN, amount_fen=0)
    Lesson.objects.filter(release__instruction__in=ids).update(release=None)
    RefundCase.objects.filter(listed_release__instruction__in=ids).update(listed_release=None)
    InstructionLine.objects.filter(instruction__in=ids).update(
        open=False, amount_fen=0, ahead_fen=0
    )
    return len(ids)


def list_claims(closing: Closing) -> None:
    """Write the claim of every family not listed yet, with the totals and the list's hash.

    Again it adds those whose money came in since. Three statements, whatever the number of
    contracts. Units: fen.
    """
    require_act()
    with connection.cursor() as cursor:
        owner = closing.institution_id
        cursor.execute(_LIST, [owner, closing.pk, owner, closing.pk])
        cursor.execute(_HASH, [closing.pk])
        digest = str(cursor.fetchone()[0])
    totals = closing.claims.aggregate(
        claim=Sum("claim_fen"), held=Sum("held_fen"), short=Sum("shortfall_fen")
    )
    change(
        closing,
        claim_count=closing.claims.count(),
        claim_fen=totals["claim"] or 0,
        held_fen=totals["held"] or 0,
        shortfall_fen=totals["short"] or 0,
        claims_sha256=digest,
    )


def untold_for_update(closing: Closing, *, limit: int) -> list[Claim]:
    """Claims whose families were not told yet, locked."""
    require_act()
    return list(
        closing.claims.filter(told_at=None)
        .order_by("pk")
        .select_for_update(no_key=True, skip_locked=True)[:limit]
    )


def told(claims: list[Claim], *, at: datetime) -> None:
    """Note that families were told."""
    require_act()
    Claim.objects.filter(pk__in=[each.pk for each in claims]).update(told_at=at)


def has_paid(closing: Closing) -> bool:
    """Whether any refund of a closing went to the bank: from then on it is not undone."""
    gone = [RefundCase.State.INSTRUCTED, RefundCase.State.PAID, RefundCase.State.RETURNED]
    claims = closing.claims
    return (
        claims.filter(refund__state__in=gone).exists()
        or claims.filter(deposit_fen__gt=0).exists()
        or claims.filter(insurance_fen__gt=0).exists()
        or closing.earned_uses.filter(state="decided").exclude(way="HELD").exists()
    )
