"""An institution declares contracts that were signed and paid before it came under supervision."""

from collections.abc import Sequence

from yuxin.assessment import services as assessment
from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.refusal import NotFound, Refusal
from yuxin.messages import services as messages
from yuxin.operations.operation import operation
from yuxin.policy.in_force import pack_of
from yuxin.registry import queries as registry
from yuxin.tuition.models import ClassGroup
from yuxin.tuition.running import services
from yuxin.tuition.running.models import RunningContract
from yuxin.tuition.running.permissions import DECLARES, require_may_declare
from yuxin.tuition.running.services import Declared
from yuxin.tuition.services import enrolling, terms

ITEMS_MAX = 1000


class DeclaredOtherwise(Refusal):
    """A number of the institution's own came again with other contents."""

    code = "declared_otherwise"
    zh = "原合同号 {number} 已按另外的内容报送过，这一批没有保存。要更正请联系主管部门核定。"
    en = (
        "Contract {number} was declared before with other contents, so nothing of this batch was "
        "kept. Ask the bureau to decide what is right."
    )


class NoPlace(Refusal):
    """A class has fewer places than contracts are declared for it."""

    code = "running_no_place"
    zh = "班级 {code} 只剩 {left} 个名额，报送了 {count} 份合同，这一批没有保存。"
    en = (
        "Class {code} has {left} places left and {count} contracts were declared for it, so "
        "nothing of this batch was kept."
    )


@operation("running.declared", roles=DECLARES)
def declare_running_contracts(
    act: Act, *, institution_id: int, declared: tuple[Declared, ...]
) -> Receipt:
    """Declare at most 1,000 contracts; each guardian is asked what is right.

    The same contract again changes nothing: its number at the institution is its key.
    Raises: NotFound, CutOverNotSet, NoCustodyAccount, DeclaredOtherwise, NoPlace.
    Law: N08 (money received before is also supervised).
    """
    assert 1 <= len(declared) <= ITEMS_MAX, "a transaction declares at most 1,000"
    require_may_declare(act.actor, institution_id)
    cut_over = services.cut_over_on(pack_of(act), act.day)
    terms.custody_of(registry.custody_account(act.actor, institution_id, act.day))
    groups = enrolling.classes_for_update(sorted({each.class_code for each in declared}))
    known = services.known_numbers(institution_id, [each.paper_number for each in declared])
    new = _new(declared, known)
    _require_places(institution_id, groups, new)
    made = services.add_many(
        act, institution_id=institution_id, declared=new, groups=groups, cut_over=cut_over
    )
    messages.send_many(act, [_letter(each) for each in made])
    entry = evidence.append_many(act, [_item(each) for each in made] or [_nothing(institution_id)])
    assessment.mark(institution_id)
    return Receipt(entry.id, {"declared": len(made), "before": len(declared) - len(made)})


def _new(declared: Sequence[Declared], known: dict[str, RunningContract]) -> list[Declared]:
    new = []
    for each in declared:
        row = known.get(each.paper_number)
        if row is None:
            new.append(each)
        elif (row.class_group.code, row.paid_fen, row.total_centiunits, row.taught_centiunits) != (
            each.class_code,
            each.paid_fen,
            each.total_centiunits,
            each.taught_centiunits,
        ):
            raise DeclaredOtherwise(number=each.paper_number)
    return new


def _require_places(
    institution_id: int, groups: dict[str, ClassGroup], new: Sequence[Declared]
) -> None:
    for each in new:
        group = groups.get(each.class_code)
        if group is None or group.institution_id != institution_id:
            raise NotFound
    for code, group in groups.items():
        count = sum(1 for each in new if each.class_code == code)
        if group.taken + count > group.capacity:
            raise NoPlace(code=code, left=group.capacity - group.taken, count=count)


def _letter(row: RunningContract) -> messages.Letter:
    facts: dict[str, str | int] = {
        "course": row.class_group.course.name,
        "amount_fen": row.at_stake_fen,
        "day": row.cut_over_on.isoformat(),
    }
    return messages.Letter(row.guardian_id, "running.to_answer", facts, legal_effect=True)


def _item(row: RunningContract) -> evidence.Item:
    return evidence.Item(
        row.code,
        f"running:{row.code}",
        row.code,
        {
            "running": row.code,
            "class": row.class_group.code,
            "paid_fen": row.paid_fen,
            "centiunits": row.total_centiunits,
            "taught_centiunits": row.taught_centiunits,
            "cut_over_on": row.cut_over_on.isoformat(),
        },
    )


def _nothing(institution_id: int) -> evidence.Item:
    key = f"institution:{institution_id}"
    return evidence.Item("none", key, key, {"items": 0})
