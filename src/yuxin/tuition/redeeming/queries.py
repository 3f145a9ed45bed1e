"""What a guardian's phone needs to make codes."""

from dataclasses import dataclass

from yuxin.access.sealed import unseal
from yuxin.kernel.actor import Actor
from yuxin.tuition.models import Contract
from yuxin.tuition.queries.contracts import names_of
from yuxin.tuition.redeeming.models import VisitKey
from yuxin.tuition.redeeming.services import PURPOSE


@dataclass(frozen=True)
class Pass:
    """One contract that visits are redeemed for; `key` is empty before the first was issued."""

    contract_code: str
    course: str
    institution: str
    key: str


def passes(actor: Actor) -> list[Pass]:
    """The running contracts of a guardian with their keys; three statements."""
    contracts = list(
        Contract.objects.filter(guardian_id__in=actor.person_ids, state=Contract.State.ACTIVE)
        .select_related("course")
        .order_by("pk")
    )
    keys = dict(
        VisitKey.objects.filter(contract__in=contracts).values_list("contract_id", "key_sealed")
    )
    names = names_of([each.institution_id for each in contracts])
    return [
        Pass(
            each.code,
            each.course.name,
            names[each.institution_id].name,
            unseal(PURPOSE, keys[each.pk]) if each.pk in keys else "",
        )
        for each in contracts
    ]
