"""Judge institutions anew: read the facts, compute, move, and write what changed."""

from collections.abc import Sequence

from yuxin.assessment import public_colour, services
from yuxin.assessment.alerts import services as alerts
from yuxin.assessment.judging import Judged, Rules, judge
from yuxin.assessment.models import Judgement
from yuxin.evidence import services as evidence
from yuxin.evidence.services import Item
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.kernel.canonical import Json
from yuxin.operations.operation import operation
from yuxin.policy.in_force import pack_of
from yuxin.registry import services as registry
from yuxin.registry.models import Entry

INSTITUTIONS_MAX = 1000


@operation("colour.changed", roles={Role.CLOCK})
def judge_colours(
    act: Act, *, institution_ids: tuple[int, ...], marked_only: bool = True
) -> Receipt:
    """Judge institutions on the day of the act, by what is known now, and keep what changed.

    `marked_only`: those of them that were marked; their marks are taken. Whoever waits for the
    same institution is second and reads more. An institution of which a newer judgement stands
    is left alone.

    Raises: NoRulesInForce, RuleMissing.
    Law: supervision rules 6.2 to 6.4.
    """
    assert len(institution_ids) <= INSTITUTIONS_MAX
    rules = Rules.of(pack_of(act), act.day)
    services.lock(institution_ids)
    known_at = services.settled_at()
    marked = services.take_marks(institution_ids, known_at)
    asked = sorted(marked if marked_only else institution_ids)
    previous = services.latest(asked)
    due = [each for each in asked if services.is_newer(previous.get(each), act.day, known_at)]
    judged = judge(rules, due, act.day, known_at, previous)
    changed = [each for each in judged if each.changed]
    rows = services.store(changed, known_at)
    registry.set_colours({row.institution_id: _shown(row) for row in rows})
    public_colour.follow(act, rows)
    alerts.mark_many(marked)
    entry_id = _entry(act, changed, len(due))
    return Receipt(entry_id, {"judged": len(due), "changed": len(changed)})


def _shown(row: Judgement) -> str | None:
    """The internal colour that lists show; a grey one is none."""
    return None if row.effective == "GREY" else row.effective


def _entry(act: Act, changed: Sequence[Judged], judged: int) -> str:
    if not changed:
        body: dict[str, Json] = {"judged": judged, "changed": 0}
        return evidence.append(act, chain="assessment", subject="assessment", body=body).id
    codes = dict(
        Entry.objects.filter(pk__in=[each.institution_id for each in changed]).values_list(
            "pk", "code"
        )
    )
    items = [_item(codes[each.institution_id], each) for each in changed]
    return evidence.append_many(act, items).id


def _item(code: str, judged: Judged) -> Item:
    before = judged.previous
    body: dict[str, Json] = {
        "from": before.effective if before else None,
        "computed": judged.result.colour.value,
        "effective": judged.colour.value,
        "fired": list(judged.result.fired_codes),
        "inputs_sha256": judged.result.inputs_sha256,
        "pack_sha256": judged.result.pack_sha256,
    }
    return Item(code, f"subject:{code}", code, body)
