"""Prepare a rule pack: keep its exact bytes for another person to put in force."""

from datetime import date

from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.kernel.refusal import BadInput
from yuxin.operations.operation import operation
from yuxin.policy import services
from yuxin.rules.pack import Pack, SourceFile
from yuxin.rules.policy_check import require_safe
from yuxin.rules.score_check import require_scoring_sound


@operation("rule_pack.prepared", roles={Role.OFFICER, Role.HEAD, Role.ADMINISTRATOR})
def prepare_rule_pack(
    act: Act,
    *,
    layers: tuple[str, ...],
    files: tuple[SourceFile, ...],
    valid_from: date,
    reason: str,
) -> Receipt:
    """Keep a pack that is whole and lawful in its layers.

    Raises: PackRefused, when a file cannot be used or a layer loosens what is locked; PolicyUnsafe
        with a counter-example, when it lets prepaid money out of keeping; BadInput, when no reason
        is given.
    """
    assert act.actor.account_id is not None, "a pack is prepared by a person"
    if not reason.strip():
        raise BadInput(field="reason")
    pack = Pack.read(layers, files)
    require_safe(pack, max(valid_from, act.day))
    require_scoring_sound(pack, max(valid_from, act.day))
    row = services.archive(
        pack,
        valid_from=valid_from,
        prepared_by=act.actor.account_id,
        prepared_at=act.at,
        reason=reason.strip(),
    )
    entry = evidence.append(
        act,
        chain="rules",
        subject=pack.jurisdiction,
        body={"sha256": pack.sha256, "from": valid_from.isoformat(), "reason": reason.strip()},
    )
    return Receipt(entry.id, {"pack": row.pk, "sha256": pack.sha256})
