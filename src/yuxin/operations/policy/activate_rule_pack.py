"""Put a prepared rule pack in force: the second person's act."""

from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.kernel.refusal import Conflict, NotFound, Refusal
from yuxin.operations.operation import operation
from yuxin.policy import services
from yuxin.policy.in_force import pack_prepared
from yuxin.policy.models import RulePack
from yuxin.rules.policy_check import require_safe
from yuxin.rules.score_check import require_scoring_sound


class SamePerson(Refusal):
    """Whoever prepared a pack does not put it in force."""

    code = "same_person"
    zh = "准备规则包的人不能自己启用，请由另一名规则管理人员复核后启用。"
    en = "Whoever prepared a rule pack cannot put it in force; ask a second person."


@operation("rule.activated", roles={Role.HEAD, Role.ADMINISTRATOR})
def activate_rule_pack(act: Act, *, pack_id: int) -> Receipt:
    """Put a pack in force from its day on.

    Raises: NotFound; SamePerson; PolicyUnsafe; Conflict when it was put in force before.
    """
    assert act.actor.account_id is not None, "a pack is put in force by a person"
    row = RulePack.objects.filter(pk=pack_id).first()
    if row is None:
        raise NotFound
    if row.prepared_by == act.actor.account_id:
        raise SamePerson
    pack = pack_prepared(row.pk)
    assert pack is not None, "the pack is there"
    require_safe(pack, max(row.valid_from, act.day))
    require_scoring_sound(pack, max(row.valid_from, act.day))
    if not services.approve(row, approved_by=act.actor.account_id, approved_at=act.at):
        raise Conflict
    # In clear, by the closed list: which rules rule is nobody's secret.
    entry = evidence.append_clear(
        act,
        {
            "layers": list(row.layers),
            "sha256": row.sha256,
            "from": row.valid_from.isoformat(),
        },
    )
    return Receipt(entry.id, {"sha256": row.sha256})
