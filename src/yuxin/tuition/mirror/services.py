"""Writes of mirrored facts, inside an operation."""

from collections.abc import Sequence
from datetime import datetime

from yuxin.access.sealed import seal
from yuxin.formats.mirror_files import MirrorHead, MirrorLine
from yuxin.kernel.act import require_act
from yuxin.kernel.refusal import Refusal
from yuxin.registry.services import people
from yuxin.tuition.mirror.models import MirrorFact, MirrorFile, MirrorSource


class MirrorFactChanged(Refusal):
    """A fact that was told before came again with other contents."""

    code = "mirror_fact_changed"
    zh = "{kind} {ref} 以前收到的内容不同，整份没有收。来源要更正，须用新的编号。"
    en = "{kind} {ref} was told before with other contents; nothing was kept. Use a new number."


class MirrorContractUnknown(Refusal):
    """A fact names a contract that was never told."""

    code = "mirror_contract_unknown"
    zh = "{kind} {ref} 所指的合同 {contract} 没有报过，整份没有收。"
    en = "{kind} {ref} names contract {contract}, which was never told; nothing was kept."


def register(*, code: str, name: str, origin: str, public_key_pem: str, at: datetime) -> None:
    """Enter a source, or its next key."""
    require_act()
    MirrorSource.objects.update_or_create(
        code=code,
        defaults={
            "name": name,
            "origin": origin,
            "public_key_pem": public_key_pem,
            "since_at": at,
        },
    )


def keep(
    head: MirrorHead,
    lines: Sequence[MirrorLine],
    *,
    source: MirrorSource,
    institution_id: int,
    sha256: str,
    at: datetime,
) -> tuple[int, int]:
    """Keep a file and its new facts: how many are new, how many were told before.

    Raises: MirrorFactChanged, MirrorContractUnknown.
    """
    require_act()
    known = {
        (each.kind, each.ref): each
        for each in MirrorFact.objects.filter(source=source, institution_id=institution_id)
    }
    guardians = {
        each.contract_ref: each.guardian_id for each in known.values() if each.kind == "contract"
    }
    for line in lines:
        if line.kind == "contract" and line.contract not in guardians:
            guardians[line.contract] = people.person_by_phone(line.phone)
    new = [each for each in lines if not _same(known.get((each.kind, each.ref)), each)]
    for each in new:
        if each.contract not in guardians:
            raise MirrorContractUnknown(kind=each.kind, ref=each.ref, contract=each.contract)
    file = MirrorFile.objects.create(
        sha256=sha256,
        source=source,
        institution_id=institution_id,
        made_at=head.made_at,
        received_at=at,
        fact_count=len(new),
    )
    MirrorFact.objects.bulk_create(
        _fact(each, file, source, institution_id, guardians[each.contract]) for each in new
    )
    return len(new), len(lines) - len(new)


def _same(known: MirrorFact | None, line: MirrorLine) -> bool:
    """Whether a fact was told before. Raises: MirrorFactChanged."""
    if known is None:
        return False
    told = (known.contract_ref, known.lesson_ref, known.happened_at, known.amount_fen)
    more = (known.centiunits, known.told_on, known.deemed_days)
    if (*told, *more) != (
        *(line.contract, line.lesson, line.at, line.amount_fen),
        *(line.centiunits, line.told_on, line.deemed_days),
    ):
        raise MirrorFactChanged(kind=line.kind, ref=line.ref)
    return True


def _fact(
    line: MirrorLine,
    file: MirrorFile,
    source: MirrorSource,
    institution_id: int,
    guardian_id: int | None,
) -> MirrorFact:
    return MirrorFact(
        file=file,
        source=source,
        institution_id=institution_id,
        guardian_id=guardian_id,
        kind=line.kind,
        ref=line.ref,
        contract_ref=line.contract,
        lesson_ref=line.lesson,
        happened_at=line.at,
        amount_fen=line.amount_fen,
        centiunits=line.centiunits,
        told_on=line.told_on,
        deemed_days=line.deemed_days,
        course=line.course,
        learner_sealed=seal("learner", line.learner) if line.learner else None,
    )
