"""A guardian tells what contracts say of a child: sex, document, address, who pays."""

from collections.abc import Mapping
from typing import Final

from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.kernel.refusal import BadInput, NotFound
from yuxin.operations.operation import operation
from yuxin.tuition.agreements import services as agreements
from yuxin.tuition.services import contracts

FIELDS: Final = {
    "sex": 2,
    "id_kind": 10,
    "id_number": 30,
    "relation": 10,
    "phone": 20,
    "address": 100,
    "purchaser": 40,
}


@operation("learner.particulars_recorded", roles={Role.GUARDIAN})
def record_particulars(act: Act, *, learner_id: int, values: Mapping[str, str]) -> Receipt:
    """Keep what further contracts of a child say; sealed, in no log. Signed texts stay.

    Raises: NotFound, BadInput.
    """
    learner = contracts.learner(learner_id)
    if learner is None or learner.guardian_id not in act.actor.person_ids:
        raise NotFound
    for name, text in values.items():
        if name not in FIELDS or len(text) > FIELDS[name] or "\n" in text:
            raise BadInput(field=name)
    agreements.record_particulars(learner, values, at=act.at)
    key = f"person:{learner.guardian_id}"
    told = sorted(name for name, text in values.items() if text)
    entry = evidence.append(
        act, chain=key, subject=key, body={"learner": learner.pk, "fields": list(told)}
    )
    return Receipt(entry.id, {"learner": learner.pk})
