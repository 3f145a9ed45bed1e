"""Writes of agreements, inside an operation."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256

from yuxin.access.sealed import seal, unseal
from yuxin.kernel import canonical
from yuxin.kernel.act import Act, require_act
from yuxin.kernel.canonical import Json
from yuxin.tuition.agreements import wording
from yuxin.tuition.agreements.models import (
    ContractText,
    CourseTerms,
    Particulars,
    Side,
    Signature,
    Way,
)
from yuxin.tuition.agreements.wording import People
from yuxin.tuition.models import Contract, Course, Learner
from yuxin.tuition.models.courses import Origin

_TEXT = "contract-text"
_SIGNER = "signer"
_PARTICULARS = "particulars"


def with_text(terms: Mapping[str, Json], people: People) -> tuple[dict[str, Json], str]:
    """The terms with the hash of their text in them, and the text."""
    text = wording.write(terms, people)
    return {
        **terms,
        "text": {"template": wording.TEMPLATE, "sha256": wording.digest(text)},
    }, text


def keep_text(contract: Contract, text: str, people: People, *, at: datetime) -> None:
    """Keep the exact words of a contract, sealed: they hold full names."""
    require_act()
    digest = wording.digest(text)
    assert contract.terms["text"]["sha256"] == digest, "the terms name the text that is kept"
    ContractText.objects.create(
        contract=contract,
        institution_id=contract.institution_id,
        guardian_id=contract.guardian_id,
        template=wording.TEMPLATE,
        text_sealed=seal(_TEXT, text),
        text_sha256=digest,
        purchaser_sealed=seal(_SIGNER, people.purchaser),
        made_at=at,
    )


def sign(
    act: Act, contracts: Sequence[Contract], *, side: Side, way: Way, signer: str
) -> list[Signature]:
    """Write one side's signature under each contract: the database takes one of a side."""
    require_act()
    return Signature.objects.bulk_create(
        Signature(
            contract=each,
            institution_id=each.institution_id,
            guardian_id=each.guardian_id,
            side=side,
            way=way,
            signer_account_id=act.actor.account_id,
            signer_sealed=seal(_SIGNER, signer),
            payload_sha256=each.terms_sha256,
            signed_at=act.at,
        )
        for each in contracts
    )


def is_signed_by(contract: Contract, side: Side) -> bool:
    """Whether a side has signed."""
    return Signature.objects.filter(contract=contract, side=side).exists()


def waiting_for_update(codes: Sequence[str], *, institution_ids: Sequence[int]) -> list[Contract]:
    """Contracts that their family signed and the institution did not, locked, by code."""
    require_act()
    return list(
        Contract.objects.filter(
            code__in=codes,
            institution_id__in=institution_ids,
            state=Contract.State.SIGNED,
            origin=Origin.OWN,
        )
        .exclude(signatures__side=Side.INSTITUTION)
        .select_related("course", "class_group")
        .order_by("pk")
        .select_for_update(no_key=True, of=("self",))
    )


def batch_digest(contracts: Sequence[tuple[str, str]]) -> str:
    """What a page of contracts was when it was shown: codes with the hashes of their terms."""
    rows: list[Json] = [[code, digest] for code, digest in sorted(contracts)]
    return sha256(canonical.dumps(rows)).hexdigest()


def record_particulars(learner: Learner, values: Mapping[str, str], *, at: datetime) -> None:
    """Write what the guardian told of a child; a later telling takes its place."""
    require_act()
    Particulars.objects.update_or_create(
        learner=learner,
        defaults={
            "guardian_id": learner.guardian_id,
            "sealed": seal(_PARTICULARS, json.dumps(dict(values), ensure_ascii=False)),
            "recorded_at": at,
        },
    )


def particulars_of(learner: Learner) -> dict[str, str]:
    """What the guardian told of a child; empty where nothing was told."""
    row = Particulars.objects.filter(learner=learner).first()
    told: dict[str, str] = json.loads(unseal(_PARTICULARS, row.sealed)) if row else {}
    return told


def people_of(learner: Learner, guardian: str) -> People:
    """The persons of a contract as its text names them."""
    told = particulars_of(learner)
    birth = unseal("birth", learner.birth_sealed) if learner.birth_sealed else ""
    known = {key: value for key, value in told.items() if key in People.__dataclass_fields__}
    return People(
        **{
            "birth": birth,
            "purchaser": guardian,
            **{key: value for key, value in known.items() if value},
            "learner": unseal("learner", learner.name_sealed),
            "guardian": guardian,
        }
    )


def set_conditions(course: Course, values: Mapping[str, object], *, at: datetime) -> CourseTerms:
    """Write what contracts of a course say from now on; those drawn up keep theirs."""
    require_act()
    row, _ = CourseTerms.objects.update_or_create(
        course=course,
        defaults={**values, "institution_id": course.institution_id, "recorded_at": at},
    )
    return row
