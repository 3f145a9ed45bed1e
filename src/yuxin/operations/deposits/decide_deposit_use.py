"""A deposit is drawn on for families: one person proposes, another decides.

At a closing for every family that is short; before, for the refunds that the institution itself
had to pay and did not by their day.
"""

from dataclasses import replace
from datetime import date

from django.db.models import F

from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.kernel.canonical import Json
from yuxin.kernel.refusal import BadInput, NotFound, Refusal
from yuxin.operations.operation import operation
from yuxin.tuition.advances import services as advances
from yuxin.tuition.collapse import services as closings
from yuxin.tuition.collapse.models import Claim, Closing
from yuxin.tuition.collapse.permissions import require_another
from yuxin.tuition.deposits import services
from yuxin.tuition.deposits.models import Deposit, Part, Use
from yuxin.tuition.deposits.permissions import require_may_decide_deposit
from yuxin.tuition.deposits.services import Short
from yuxin.tuition.insurance import covering
from yuxin.tuition.models import RefundCase
from yuxin.tuition.services import money, timeline
from yuxin.tuition.services.timeline import Step

PARTS_MAX = 300


class NothingShort(Refusal):
    """A deposit pays what custody could not, once custody has paid."""

    code = "nothing_short"
    zh = (
        "没有可由保证金支付的缺口：停业的，专户退款排完以后仍有缺口；没有停业的，机构应补的退费"
        "已经逾期。保证金也要有余额。"
    )
    en = (
        "There is no shortfall that this deposit could pay: at a closing it is drawn on once the "
        "refunds from custody are all lined up; before, for refunds that the institution owes past "
        "their day. The deposit must hold money, too."
    )


class UseDecided(Refusal):
    """A proposal is decided once."""

    code = "deposit_use_decided"
    zh = "这份动用申请已经办过，请刷新查看。"
    en = "This proposal was decided already; reload to see it."


@operation("deposit.use_proposed", roles={Role.OFFICER, Role.HEAD})
def propose_deposit_use(act: Act, *, deposit_code: str, reason: str) -> Receipt:
    """Propose how a deposit is shared among what is short, pro rata to the fen.

    Raises: NotFound, Forbidden, BadInput, NothingShort, UseDecided.
    Law: funds-rules R9, R10, R11; deposits serve performance and refunds only.
    """
    deposit = services.deposit_for_update(deposit_code)
    if deposit is None:
        raise NotFound
    require_may_decide_deposit(act.actor, deposit.institution_id)
    if not reason.strip():
        raise BadInput(field="reason")
    if deposit.uses.filter(state=Use.State.PROPOSED).exists():
        raise UseDecided
    short = _shortfalls(deposit.institution_id, on=act.day)
    if not short or not services.balance_of(deposit):
        raise NothingShort
    use = services.propose_use(act, deposit, short=short, reason=reason)
    return _receipt(act, deposit, use, {"shortfall_fen": use.shortfall_fen})


@operation("deposit.use_decided", roles={Role.OFFICER, Role.HEAD})
def decide_deposit_use(act: Act, *, use_code: str, grant: bool) -> Receipt:
    """Another person decides; then the clock orders each family's part from the bank.

    What each claim gets is written with the decision, so a stop or a repeat pays nobody twice.
    Raises: NotFound, Forbidden, SamePerson, UseDecided, NothingShort.
    """
    use = services.use_for_update(use_code)
    if use is None:
        raise NotFound
    require_may_decide_deposit(act.actor, use.institution_id)
    require_another(act.actor, use.proposed_by)
    if use.state != Use.State.PROPOSED:
        raise UseDecided
    if grant:
        _commit(use, on=act.day)
    services.decide_use(act, use, grant=grant)
    return _receipt(act, use.deposit, use, {"granted": grant})


@operation("deposit.parts_ordered", roles={Role.CLOCK})
def order_deposit_parts_many(act: Act, *, institution_id: int, use_code: str) -> Receipt:
    """Make the next parts of a decided use due, out of the deposit's own account; 300 at most."""
    use = services.use_for_update(use_code)
    decided = use is not None and use.state == Use.State.DECIDED
    parts = services.unpaid_parts_for_update(use, limit=PARTS_MAX) if use and decided else []
    refunds = [services.refund_of(act, part, use.deposit) for part in parts if use]
    RefundCase.objects.bulk_create(refunds)
    for part, refund in zip(parts, refunds, strict=True):
        part.refund = refund
    Part.objects.bulk_update(parts, ["refund"])
    taken = advances.take_over_many(refunds)
    groups = [money.refund_due(each, on=act.day, less_fen=taken[each.pk]) for each in refunds]
    money.post(act, [*groups, *(money.deposit_due(each, on=act.day) for each in refunds)])
    steps = [
        Step(
            each.contract,
            "deposit_refund",
            {"refund": each.code, "use": use_code, "amount_fen": each.amount_fen},
            amount_fen=each.amount_fen,
            reference=each.code,
        )
        for each in refunds
    ]
    entry = timeline.record_many(act, steps, [], idle=f"institution:{institution_id}")
    return Receipt(entry.id, {"ordered": len(parts), "left": len(parts) == PARTS_MAX})


def _claims(institution_id: int) -> list[Claim]:
    """Claims of the closing in force with something short, in the order of contract codes."""
    return list(
        Claim.objects.filter(
            institution_id=institution_id,
            closing__state=Closing.State.DECLARED,
            shortfall_fen__gt=F("deposit_fen") + F("insurance_fen") + F("set_off_fen"),
        )
        .order_by("contract_code")
        .select_for_update(no_key=True, of=("self",))
    )


def _shortfalls(institution_id: int, *, on: date) -> list[Short]:
    """What is short: at a closing, once every claim has had its part of custody; else the debts
    that the institution did not pay by their day (R9)."""
    if not closings.in_force(institution_id):
        return _overdue(institution_id, on=on)
    listed = Claim.objects.filter(
        institution_id=institution_id,
        closing__state=Closing.State.DECLARED,
        state=Claim.State.LISTED,
    )
    if listed.exists():
        return []
    claims = _claims(institution_id)
    asked = covering.waiting([each.contract_id for each in claims])
    short = [
        Short(each.contract_id, each.guardian_id, each.open_fen - asked.get(each.contract_id, 0))
        for each in claims
    ]
    return [each for each in short if each.shortfall_fen > 0]


def _overdue(institution_id: int, *, on: date) -> list[Short]:
    """What an institution owes to each contract past its day, in the order of their codes.

    What was decided and waits for the clock is not decided upon again.
    """
    owed: dict[int, Short] = {}
    for debt in advances.overdue_for_update(institution_id, on=on):
        before = owed.get(debt.contract_id)
        sum_fen = debt.left_fen + (before.shortfall_fen if before else 0)
        owed[debt.contract_id] = Short(debt.contract_id, debt.guardian_id, sum_fen)
    decided = services.decided_and_not_ordered(institution_id)
    left = [
        replace(each, shortfall_fen=each.shortfall_fen - decided.get(each.contract_id, 0))
        for each in owed.values()
    ]
    return [each for each in left if each.shortfall_fen > 0]


def _commit(use: Use, *, on: date) -> None:
    """Write the parts on the claims. Raises: NothingShort, when what is short moved since."""
    parts = dict(use.parts.values_list("contract_id", "amount_fen"))
    if services.balance_of(use.deposit) < use.amount_fen:
        raise NothingShort
    if not closings.in_force(use.institution_id):
        owed = {
            each.contract_id: each.shortfall_fen for each in _overdue(use.institution_id, on=on)
        }
        if any(part > owed.get(contract, 0) for contract, part in parts.items()):
            raise NothingShort
        return
    claims = [each for each in _claims(use.institution_id) if parts.get(each.contract_id)]
    asked = covering.waiting(list(parts))
    for claim in claims:
        claim.deposit_fen += parts[claim.contract_id]
        if claim.open_fen < asked.get(claim.contract_id, 0):
            raise NothingShort
    given = sum(parts[each.contract_id] for each in claims)
    if given != use.amount_fen:
        raise NothingShort
    Claim.objects.bulk_update(claims, ["deposit_fen"])


def _receipt(act: Act, deposit: Deposit, use: Use, body: dict[str, Json]) -> Receipt:
    told: dict[str, Json] = {
        "deposit": deposit.code,
        "use": use.code,
        "state": str(use.state),
        "amount_fen": use.amount_fen,
        **body,
    }
    chain = f"deposit:{deposit.code}"
    entry = evidence.append(act, chain=chain, subject=chain, body=told)
    return Receipt(entry.id, told)
