"""What becomes of fees that were earned and not transferred when a closing froze them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db import connection

from yuxin.access.sealed import unseal
from yuxin.kernel.act import Act, require_act
from yuxin.kernel.codes import new_subject_code
from yuxin.ledger.services import Group
from yuxin.rules.pro_rata import shares
from yuxin.tuition.advances import services as advances
from yuxin.tuition.collapse.models import Claim, Closing, EarnedUse
from yuxin.tuition.models import Contract, RefundCase
from yuxin.tuition.services import contracts, money

CONTRACTS_MAX: Final = 499
# Payable and in no order that the bank has or is to get.
_FREE: Final = """
SELECT * FROM (
    SELECT b.contract_id, b.payable_fen - coalesce((
               SELECT sum(l.amount_fen - l.ahead_fen) FROM tuition_instructionline l
                 JOIN tuition_instruction i ON i.id = l.instruction_id
                WHERE l.contract_id = b.contract_id AND l.open
                  AND i.state IN ('created', 'sent')), 0)::bigint AS free_fen
      FROM ledger.contract_balance b
     WHERE b.institution_id = %s AND b.contract_id > 0 AND b.payable_fen > 0) free
 WHERE free_fen > 0 ORDER BY contract_id LIMIT %s
"""


@dataclass(frozen=True)
class Free:
    """What one contract owes its institution and no order carries, in fen."""

    contract_id: int
    amount_fen: int


def free_of(institution_id: int) -> list[Free]:
    """What the contracts of an institution owe it, the first some hundreds; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_FREE, [institution_id, CONTRACTS_MAX])
        return [Free(*row) for row in cursor.fetchall()]


def open_claims_for_update(closing: Closing) -> list[Claim]:
    """Claims of which something is open, the first some hundreds in the order of contract codes."""
    require_act()
    rows = closing.claims.filter(state=Claim.State.ORDERED, shortfall_fen__gt=0)
    locked = rows.order_by("contract_code").select_for_update(no_key=True)
    return [each for each in locked if each.open_fen][:CONTRACTS_MAX]


def propose(
    act: Act, closing: Closing, *, way: EarnedUse.Way, amount_fen: int, reason: str
) -> EarnedUse:
    """Write a proposal; nothing moves yet."""
    require_act()
    assert act.actor.account_id is not None
    return EarnedUse.objects.create(
        code=new_subject_code(),
        closing=closing,
        institution_id=closing.institution_id,
        way=way,
        amount_fen=amount_fen,
        reason=reason.strip()[:200],
        proposed_by=act.actor.account_id,
        proposed_at=act.at,
    )


def use_for_update(code: str) -> EarnedUse | None:
    """The use of `code` with its closing, locked until the operation ends."""
    require_act()
    return (
        EarnedUse.objects.filter(code=code)
        .select_related("closing")
        .order_by("pk")
        .select_for_update(no_key=True)
        .first()
    )


def decide(act: Act, use: EarnedUse, *, grant: bool) -> None:
    """Write the decision of the second person."""
    require_act()
    use.state = EarnedUse.State.DECIDED if grant else EarnedUse.State.REJECTED
    use.decided_by, use.decided_at = act.actor.account_id, act.at
    use.save(update_fields=["state", "decided_by", "decided_at"])


def one_account(found: Sequence[Contract]) -> bool:
    """Whether the money of all these contracts lies on one custody account."""
    accounts = {(each.bank_code, unseal("custody_number", each.custody_sealed)) for each in found}
    return len(accounts) <= 1


def set_off(
    act: Act,
    use: EarnedUse,
    *,
    free: Sequence[Free],
    claims: Sequence[Claim],
    found: dict[int, Contract],
) -> list[RefundCase]:
    """Pay what the institution owes to families out of what was earned, pro rata to the fen.

    Contracts pay in the order of their numbers; each claim's part is refunded from the custody of
    its own contract, where it lies now.
    """
    given = shares(use.amount_fen, [each.open_fen for each in claims])
    rest = {each.contract_id: each.amount_fen for each in free}
    groups: list[Group] = []
    for claim, part in zip(claims, given, strict=True):
        left = part
        while left:
            source = next(number for number, fen in rest.items() if fen)
            step = min(left, rest[source])
            rest[source] -= step
            left -= step
            groups += _moved(use, found[source], found[claim.contract_id], step, act)
        claim.set_off_fen += part
    refunds = [
        _refund_of(act, claim, found[claim.contract_id], part)
        for claim, part in zip(claims, given, strict=True)
        if part
    ]
    for group in groups:
        money.post(act, [group])
    RefundCase.objects.bulk_create(refunds)
    taken = advances.take_over_many(refunds)
    money.post(
        act, [money.refund_due(each, on=act.day, less_fen=taken[each.pk]) for each in refunds]
    )
    Claim.objects.bulk_update(claims, ["set_off_fen"])
    contracts.settle_states([found[each.contract_id] for each in free], at=act.at)
    return refunds


def _moved(
    use: EarnedUse, source: Contract, target: Contract, amount_fen: int, act: Act
) -> tuple[Group, Group]:
    kind = "earned_use"
    return money.set_off(
        money.Fact(source, kind, f"{use.code}:{target.code}", use.proposed_at),
        money.Fact(target, kind, f"{use.code}:{source.code}", use.proposed_at),
        amount_fen=amount_fen,
        on=act.day,
    )


def _refund_of(act: Act, claim: Claim, contract: Contract, amount_fen: int) -> RefundCase:
    return RefundCase(
        code=new_subject_code(),
        institution_id=claim.institution_id,
        guardian_id=claim.guardian_id,
        contract=contract,
        state=RefundCase.State.APPROVED,
        ground=RefundCase.Ground.CLOSING,
        reason="closing",
        sheet={"refundable_fen": amount_fen},
        amount_fen=amount_fen,
        requested_at=act.at,
        answer_by_on=act.day,
        answered_at=act.at,
    )
