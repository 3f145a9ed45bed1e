"""Somebody is put in charge of proceedings: take them, hand them over, give them back."""

from collections.abc import Sequence
from typing import Final

from yuxin.cases import services as cases
from yuxin.cases.models import Proceeding
from yuxin.cases.refusals import OwnerCannotLead
from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.refusal import BadInput, NotFound
from yuxin.operations.cases.extend_proceeding import LEADS
from yuxin.operations.kinds import kind_named
from yuxin.operations.operation import operation
from yuxin.registry.scope import reach_of_account

ITEMS_MAX: Final = 1000


@operation("proceedings.assigned", roles=LEADS)
def assign_proceedings_many(
    act: Act, *, proceeding_codes: tuple[str, ...], owner_id: int | None
) -> Receipt:
    """Put an account in charge of proceedings, or nobody; all of them or none.

    Raises: NotFound, BadInput, Forbidden, WrongState, OwnerCannotLead.
    """
    codes = sorted(set(proceeding_codes))
    if not 1 <= len(codes) <= ITEMS_MAX:
        raise BadInput(field="chosen")
    found = cases.proceedings_for_update(codes)
    if len(found) < len(codes):
        raise NotFound
    if owner_id is not None:
        _require_leads(act, found, owner_id)
    cases.assign_many(act, [(each, kind_named(each.kind)) for each in found], owner_id=owner_id)
    entry = evidence.append_many(act, [_item(each, owner_id) for each in found])
    return Receipt(entry.id, {"proceedings": len(found)})


def _require_leads(act: Act, found: Sequence[Proceeding], owner_id: int) -> None:
    """The account holds a role that leads each of them, with a grant that reaches it."""
    reach = reach_of_account(owner_id, act.day)
    for proceeding in found:
        able: set[int] = set()
        for role in kind_named(proceeding.kind).leads & set(reach):
            able |= {0, *reach[role].institution_ids}
        if proceeding.institution_id not in able:
            raise OwnerCannotLead(field="owner")


def _item(proceeding: Proceeding, owner_id: int | None) -> evidence.Item:
    name = f"proceeding:{proceeding.code}"
    owner = "" if owner_id is None else str(owner_id)
    body = {"proceeding": proceeding.code, "owner": owner}
    return evidence.Item(proceeding.code, name, proceeding.code, {**body})
