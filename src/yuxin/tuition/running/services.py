"""Writes of running contracts, inside an operation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from django.db import connection
from django.db.models import F

from yuxin.access.sealed import masked_name, seal, unseal
from yuxin.kernel import canonical
from yuxin.kernel.act import Act, require_act
from yuxin.kernel.canonical import Json
from yuxin.kernel.codes import new_subject_code
from yuxin.kernel.money import Fen, yuan, yuan_in_words
from yuxin.kernel.refusal import Refusal
from yuxin.policy.in_force import pack_of
from yuxin.registry import queries as registry
from yuxin.registry.models import Entry
from yuxin.registry.services import people
from yuxin.rules.pack import Pack
from yuxin.tuition.models import ClassGroup, Contract, Learner
from yuxin.tuition.models.courses import Origin
from yuxin.tuition.running.models import RunningContract
from yuxin.tuition.services import terms
from yuxin.tuition.services.contracts import Custody, mode_of

CUT_OVER = "running.cut_over_on"


class CutOverNotSet(Refusal):
    """The bureau has not said by when the money of running contracts must be safe."""

    code = "cut_over_not_set"
    zh = "主管部门还没有在本地规则包填写存量合同的截止日（{key}），暂时不能报送。没有保存任何内容。"
    en = (
        "The bureau has not set the cut-over day of running contracts in its rule pack ({key}), "
        "so none can be declared yet. Nothing was kept."
    )


@dataclass(frozen=True)
class Declared:
    """One contract of before as the institution declares it. Units in hundredths."""

    paper_number: str
    class_code: str
    learner_name: str
    guardian_name: str
    guardian_phone: str
    paid_fen: int
    paid_on: date
    total_centiunits: int
    taught_centiunits: int


def cut_over_on(pack: Pack, day: date) -> date:
    """By when the money must be safe. Raises: CutOverNotSet, also where it is no day."""
    if not pack.has(CUT_OVER, day):
        raise CutOverNotSet(key=CUT_OVER)
    try:
        return date.fromisoformat(pack.on(CUT_OVER, day).text)
    except ValueError:
        raise CutOverNotSet(key=CUT_OVER) from None


def known_numbers(institution_id: int, numbers: Sequence[str]) -> dict[str, RunningContract]:
    """What was declared before under these numbers of the institution's own."""
    require_act()
    rows = RunningContract.objects.filter(
        institution_id=institution_id, paper_number__in=numbers
    ).select_related("class_group")
    return {row.paper_number: row for row in rows}


def add_many(
    act: Act,
    *,
    institution_id: int,
    declared: Sequence[Declared],
    groups: Mapping[str, ClassGroup],
    cut_over: date,
) -> list[RunningContract]:
    """Write declared contracts, each with the guardian found by telephone or entered anew."""
    require_act()
    guardians = {
        (each.guardian_phone, each.guardian_name): _guardian(act, each, institution_id)
        for each in declared
    }
    made = RunningContract.objects.bulk_create(
        RunningContract(
            code=new_subject_code(),
            institution_id=institution_id,
            guardian_id=guardians[(each.guardian_phone, each.guardian_name)],
            class_group=groups[each.class_code],
            paper_number=each.paper_number,
            learner_name_sealed=seal("learner", each.learner_name),
            paid_fen=each.paid_fen,
            paid_on=each.paid_on,
            total_centiunits=each.total_centiunits,
            taught_centiunits=each.taught_centiunits,
            told_at=act.at,
            cut_over_on=cut_over,
        )
        for each in declared
    )
    for group in groups.values():
        count = sum(1 for each in declared if each.class_code == group.code)
        if count:
            ClassGroup.objects.filter(pk=group.pk).update(taken=F("taken") + count)
    return list(made)


def _guardian(act: Act, each: Declared, institution_id: int) -> int:
    known = people.person_by_phone(each.guardian_phone)
    if known is not None:
        return known
    return people.register_person(
        act,
        name=each.guardian_name,
        phone=each.guardian_phone,
        institution_id=institution_id,
        source="running contracts",
    )


def for_update(code: str) -> RunningContract | None:
    """The running contract of a code, locked until the operation ends."""
    require_act()
    return (
        RunningContract.objects.filter(code=code)
        .select_related("class_group", "class_group__course")
        .order_by("pk")
        .select_for_update(no_key=True, of=("self",))
        .first()
    )


def contest(running: RunningContract, *, said_centiunits: int, note: str, at: datetime) -> None:
    """Note what the guardian says instead."""
    require_act()
    running.state = RunningContract.State.CONTESTED
    running.said_centiunits, running.said_note, running.answered_at = said_centiunits, note, at
    running.save(update_fields=["state", "said_centiunits", "said_note", "answered_at"])


def agree(
    act: Act,
    running: RunningContract,
    *,
    centiunits: int,
    learner_id: int | None,
    decision: str = "",
) -> Contract | None:
    """Note what counts, and open the supervised contract over what is left; None: nothing is.

    `learner_id` None: the child is entered from the declared row (an officer decides).
    """
    require_act()
    running.agreed_centiunits = centiunits
    if decision:
        running.decision, running.decided_at = decision, act.at
        running.decided_by = act.actor.account_id
    else:
        running.answered_at = act.at
    contract = None
    if centiunits == running.total_centiunits:
        running.state = RunningContract.State.ENDED
        ClassGroup.objects.filter(pk=running.class_group_id, taken__gt=0).update(
            taken=F("taken") - 1
        )
    else:
        running.state = RunningContract.State.AGREED
        contract = _open(act, running, learner_id or _entered(running.code, act.at))
    running.contract = contract
    running.save()
    return contract


def learner_of(running: RunningContract, at: datetime) -> int:
    """The guardian's own child of that name, or a new row for it; the guardian is the actor."""
    require_act()
    name = unseal("learner", running.learner_name_sealed)
    for learner in Learner.objects.filter(guardian_id=running.guardian_id).order_by("pk"):
        if unseal("learner", learner.name_sealed) == name:
            return learner.pk
    return Learner.objects.create(
        guardian_id=running.guardian_id,
        name_sealed=bytes(running.learner_name_sealed),
        added_at=at,
    ).pk


def _entered(code: str, at: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT public.running_learner(%s, %s)", [code, at])
        number: int = cursor.fetchone()[0]
    return number


def _open(act: Act, running: RunningContract, learner_id: int) -> Contract:
    """A signed contract over what is left: P and N are the money and the units left."""
    assert running.agreed_centiunits is not None
    group, pack = running.class_group, pack_of(act)
    fen = running.left_fen(running.agreed_centiunits)
    units = running.total_centiunits - running.agreed_centiunits
    custody = terms.custody_of(registry.custody_account(act.actor, running.institution_id, act.day))
    code = new_subject_code()
    said = {"contract_no": code, **_terms(act, running, custody, pack, fen, units)}
    return Contract.objects.create(
        code=code,
        institution_id=running.institution_id,
        guardian_id=running.guardian_id,
        learner_id=learner_id,
        learner_name_sealed=bytes(running.learner_name_sealed),
        course=group.course,
        class_group=group,
        origin=Origin.IMPORT,
        supervision=mode_of(said),
        state=Contract.State.SIGNED,
        total_fen=fen,
        total_centiunits=units,
        bank_code=custody.bank_code,
        custody_title=custody.title,
        custody_sealed=custody.sealed,
        custody_last4=custody.last4,
        terms=said,
        terms_sha256=sha256(canonical.dumps(said)).hexdigest(),
        rules_sha256=pack.sha256,
        deemed_days=pack.on("prepay.confirm_silence_working_days", act.day).integer,
        silence_days=pack.on("prepay.refund_silence_working_days", act.day).integer,
        drafted_at=running.told_at,
        signed_at=act.at,
    )


def _terms(
    act: Act,
    running: RunningContract,
    custody: Custody,
    pack: Pack,
    fen: int,
    units: int,
) -> dict[str, Json]:
    """The fields of the model contract, over what is left; what was before stands beside."""
    group = running.class_group
    licences = registry.licences(act.actor, running.institution_id, act.day)
    sites = registry.sites(act.actor, running.institution_id, act.day)
    of_class = terms.of_class(
        group=group,
        custody=custody,
        institution=Entry.objects.get(pk=running.institution_id),
        licence=next((each for each in licences if each.kind == "OPERATING"), None),
        site_address=next(
            (each.address for each in sites if each.site_id == group.course.site_id), ""
        ),
        pack=pack,
        day=act.day,
    )
    service, price = of_class["service"], of_class["price"]
    assert isinstance(service, dict) and isinstance(price, dict)
    return {
        **of_class,
        "service": {**service, "centiunits": units, "gift_centiunits": 0},
        "price": {
            **price,
            "unit_fen": fen * 100 // units,
            "total_fen": fen,
            "total": yuan(Fen(fen)),
            "total_in_words": yuan_in_words(Fen(fen)),
        },
        "party_b": {
            "learner": masked_name(unseal("learner", running.learner_name_sealed)),
            "school": "",
            "grade": "",
        },
        "running": {
            "paper_number": running.paper_number,
            "paid_fen": running.paid_fen,
            "paid_on": running.paid_on.isoformat(),
            "total_centiunits": running.total_centiunits,
            "taught_centiunits": running.agreed_centiunits,
        },
    }
