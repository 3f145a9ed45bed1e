"""What contracts owe their institution is ordered to be transferred on the next bank day."""

from collections.abc import Sequence
from datetime import date
from itertools import groupby

from yuxin.access.sealed import unseal
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.operations.operation import operation
from yuxin.policy.in_force import calendar, pack_of
from yuxin.registry import queries as registry
from yuxin.tuition.models import Contract, Lesson
from yuxin.tuition.outflow import services as outflow
from yuxin.tuition.services import banking, timeline
from yuxin.tuition.services.timeline import Step

CONTRACTS_MAX = 999


@operation("release.instructed", roles={Role.CLOCK})
def instruct_releases_many(act: Act, *, institution_id: int, on: date) -> Receipt:
    """Order the transfer of everything payable at one institution at the end of day `on`.

    The value day is the bank working day that the rules' lag names (T+1), and when the day is
    closed late no day that is over. A contract already
    standing in an open order waits for the bank's answer, so nothing is ordered twice. One order
    per custody account; `left` says whether there are more contracts. Without a settlement
    account of the institution nothing is ordered, nor while its outflow is held (`held`).
    Law: N09 (in step with teaching), funds-rules 2.2 mode A with T+1, 7.2.
    """
    pack = pack_of(act)
    lag = pack.on("prepay.transfer_lag_bank_days", on).integer
    days = calendar(pack, "bank", act.day)
    value_on = max(days.add_working_days(on, lag), days.roll(act.day))
    own = registry.custody_account(act.actor, institution_id, act.day)
    account = own and own.settlement_sealed and unseal("settlement_number", own.settlement_sealed)
    held = "" if account else "no_settlement_account"
    if outflow.is_held(institution_id):
        held = "outflow_held"
    due = (
        []
        if held
        else banking.to_release_for_update(
            institution_id=institution_id, on=on, limit=CONTRACTS_MAX
        )
    )
    steps: list[Step] = []
    for (bank_code, custody), parts in _by_account(due):
        order = banking.add_release(
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
                contract,
                "release_instructed",
                {
                    "instruction": order.code,
                    "amount_fen": _sum(earned),
                    "value_on": value_on.isoformat(),
                },
                amount_fen=_sum(earned),
                reference=order.code,
            )
            for contract, earned in parts
        ]
    entry = timeline.record_many(act, steps, [], idle=f"institution:{institution_id}")
    return Receipt(
        entry.id,
        {
            "contracts": len(due),
            "amount_fen": sum(_sum(earned) for _, earned in due),
            "left": len(due) == CONTRACTS_MAX,
            "held": held,
        },
    )


def _sum(earned: Sequence[Lesson]) -> int:
    return sum(map(banking.share_of, earned))


def _by_account(
    due: Sequence[tuple[Contract, list[Lesson]]],
) -> list[tuple[tuple[str, str], list[tuple[Contract, list[Lesson]]]]]:
    """Contracts and lessons by the bank and the account that their money lies on."""

    def account(pair: tuple[Contract, list[Lesson]]) -> tuple[str, str]:
        return pair[0].bank_code, unseal("custody_number", pair[0].custody_sealed)

    return [(key, list(pairs)) for key, pairs in groupby(sorted(due, key=account), account)]
