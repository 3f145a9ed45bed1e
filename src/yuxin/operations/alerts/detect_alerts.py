"""Look for alerts: open those whose condition holds, note those whose condition is gone."""

from collections.abc import Sequence
from typing import Final

from yuxin.assessment import services as assessment
from yuxin.assessment.alerts import services
from yuxin.assessment.alerts.detecting import detect
from yuxin.assessment.alerts.kind import ALERT
from yuxin.assessment.alerts.models import Alert
from yuxin.assessment.alerts.rules import AlertRules
from yuxin.evidence import services as evidence
from yuxin.evidence.services import Item
from yuxin.formats.leaf import ITEMS_MAX
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.operations.operation import operation
from yuxin.policy.in_force import pack_of
from yuxin.registry import queries as registry

INSTITUTIONS_MAX: Final = 1000


@operation("alerts.detected", roles={Role.CLOCK}, moves=(ALERT.claim("opened"),))
def detect_alerts(
    act: Act, *, institution_ids: tuple[int, ...], marked_only: bool = True
) -> Receipt:
    """Bring the alerts of institutions to what is known now, on the day of the act.

    `marked_only`: those of them that were marked; their marks are taken. Whoever waits for the
    same institution is second and reads more: one condition is one alert.

    Raises: NoRulesInForce.
    Law: funds-rules 6; thresholds, owners and hours: rules `alerts.W01` … `alerts.handling`.
    """
    assert len(institution_ids) <= INSTITUTIONS_MAX
    rules = AlertRules.of(pack_of(act), act.day)
    services.lock(institution_ids)
    known_at = assessment.settled_at()
    marked = services.take_marks(institution_ids, known_at)
    asked = sorted(marked if marked_only else institution_ids)
    found = detect(rules, asked, act.day, known_at)
    opened, changed = services.keep(act, rules, asked, found, known_at)
    entry_id = _entry(act, opened, len(asked))
    return Receipt(
        entry_id,
        {"institutions": len(asked), "found": len(found), "opened": len(opened), "moved": changed},
    )


def _entry(act: Act, opened: Sequence[Alert], looked: int) -> str:
    if not opened:
        body = {"institutions": looked, "opened": 0}
        return evidence.append(act, chain="alerts", subject="alerts", body={**body}).id
    codes = registry.codes_of(act.actor, [each.institution_id for each in opened])
    items = [_item(codes[each.institution_id], each) for each in opened]
    starts = range(0, len(items), ITEMS_MAX)
    entries = [evidence.append_many(act, items[each : each + ITEMS_MAX]) for each in starts]
    return entries[0].id


def _item(code: str, row: Alert) -> Item:
    body = {
        "alert": row.code,
        "rule": row.rule,
        "what": row.what,
        "level": row.level,
        "row": row.row,
        "inputs": row.inputs,
        "conditions": row.conditions,
        "pack_sha256": row.pack_sha256,
    }
    return Item(row.code, f"subject:{code}", code, body)
