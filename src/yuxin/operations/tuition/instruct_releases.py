"""What contracts owe their institution is ordered to be transferred on the next bank day."""

from collections.abc import Sequence
from datetime import date
from itertools import groupby

from yuxin.access.sealed import unseal
from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.operations.operation import operation
from yuxin.policy.in_force import calendar, pack_of
from yuxin.registry import queries as registry
from yuxin.tuition.advances import services as advances
from yuxin.tuition.outflow import services as outflow
from yuxin.tuition.services import money, releasing, timeline
from yuxin.tuition.services.releasing import Days, Evening, Part
from yuxin.tuition.services.timeline import Step

CONTRACTS_MAX = 499


@operation("release.instructed", roles={Role.CLOCK})
def instruct_releases_many(act: Act, *, institution_id: int, on: date, after: int = 0) -> Receipt:
    """Order what the plan of each contract gives its institution at the end of day `on`.

    The value day is the bank working day that the rules' lag names (T+1), and when the day is
    closed late no day that is over. Earned money works an advance off first. A contract already
    standing in an open order waits for the bank's answer, so nothing is ordered twice. One order
    per custody account; `left` says whether there are more contracts past `last`. Without a
    settlement account of the institution nothing is ordered, nor while its outflow is held
    (`held`); an advance that would rise above the limit of the contract's plan is not ordered
    (`over_limit`).
    Law: N09 (in step with teaching), funds-rules 2.2 to 2.6, 7.2.
    """
    pack = pack_of(act)
    lag = pack.on("prepay.transfer_lag_bank_days", on).integer
    bank = calendar(pack, "bank", act.day)
    value_on = max(bank.add_working_days(on, lag), bank.roll(act.day))
    own = registry.custody_account(act.actor, institution_id, act.day)
    account = own and own.settlement_sealed and unseal("settlement_number", own.settlement_sealed)
    held = "" if account else "no_settlement_account"
    if outflow.is_held(institution_id):
        held = "outflow_held"
    evening = releasing.due_for_update(
        institution_id=institution_id,
        days=Days(on, bank, calendar(pack, "government", act.day), lag),
        after=after,
        limit=CONTRACTS_MAX,
    )
    ordered = [] if held else evening.parts
    steps = _recover(act, evening, on)
    for (bank_code, custody), parts in _by_account(ordered):
        order = releasing.add_release(
            institution_id=institution_id,
            bank_code=bank_code,
            from_account=custody,
            to_account=str(account),
            parts=parts,
            value_on=value_on,
            at=act.at,
        )
        steps += [
            Step(
                part.contract,
                "advance_instructed" if part.ahead_fen else "release_instructed",
                {
                    "instruction": order.code,
                    "amount_fen": part.amount_fen,
                    "value_on": value_on.isoformat(),
                    **({"ahead_fen": part.ahead_fen} if part.ahead_fen else {}),
                },
                amount_fen=part.amount_fen,
                reference=order.code,
            )
            for part in parts
        ]
    entry = _entry(act, steps, evening, institution_id)
    return Receipt(
        entry.id,
        {
            "contracts": len(ordered) + len(evening.recovered),
            "amount_fen": sum(part.amount_fen for part in ordered),
            "recovered_fen": sum(amount for _, amount in evening.recovered),
            "over_limit": len(evening.over_limit),
            "left": evening.full,
            "last": evening.last,
            "held": held,
        },
    )


def _recover(act: Act, evening: Evening, on: date) -> list[Step]:
    """Earned money works advances off: no bank moves anything for it."""
    made = advances.recover_many(evening.recovered, on=on, at=act.at)
    money.post(act, [group for _, group in made])
    return [
        Step(
            row.contract,
            "advance_recovered",
            {"recovery": row.code, "amount_fen": row.amount_fen},
            amount_fen=row.amount_fen,
            reference=row.code,
        )
        for row, _ in made
    ]


def _entry(
    act: Act, steps: Sequence[Step], evening: Evening, institution_id: int
) -> evidence.Entry:
    held = [
        evidence.Item(
            f"over.{contract.code}",
            timeline.chain_of(contract),
            contract.code,
            {"contract": contract.code, "advance": "over_limit"},
        )
        for contract in evening.over_limit
    ]
    return timeline.record_many(act, steps, held, idle=f"institution:{institution_id}")


def _by_account(parts: Sequence[Part]) -> list[tuple[tuple[str, str], list[Part]]]:
    """Parts by the bank and the account that their money lies on, advances apart."""

    def account(part: Part) -> tuple[str, str, bool]:
        contract = part.contract
        custody = unseal("custody_number", contract.custody_sealed)
        return contract.bank_code, custody, part.ahead_fen > 0

    grouped = groupby(sorted(parts, key=account), account)
    return [((bank, custody), list(some)) for (bank, custody, _), some in grouped]
