"""Reads of agreements."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from yuxin.access.sealed import unseal
from yuxin.kernel.actor import Actor
from yuxin.kernel.refusal import NotFound
from yuxin.tuition.agreements.models import (
    ContractText,
    Particulars,
    Side,
    Signature,
    Supplement,
    Way,
)
from yuxin.tuition.models import Contract
from yuxin.tuition.models.courses import Origin


@dataclass(frozen=True)
class Signed:
    """A signature as a paper shows it."""

    side: str
    way: str
    name: str
    signed_at: datetime


@dataclass(frozen=True)
class Paper:
    """A contract's exact text with the signatures under it."""

    contract: Contract
    text: str
    text_sha256: str
    template: str
    signatures: list[Signed]


def signatures_of(_actor: Actor, contract: Contract) -> list[Signed]:
    """Who signed, in order of time; one statement."""
    rows = Signature.objects.filter(contract=contract).order_by("signed_at", "pk")
    return [
        Signed(row.side, row.way, unseal("signer", row.signer_sealed), row.signed_at)
        for row in rows
    ]


def paper_of(actor: Actor, contract: Contract) -> Paper | None:
    """The kept text of a contract; None for one that came from elsewhere. Two statements."""
    row = ContractText.objects.filter(contract=contract).first()
    if row is None:
        return None
    return Paper(
        contract,
        unseal("contract-text", row.text_sealed),
        row.text_sha256,
        row.template,
        signatures_of(actor, contract),
    )


def is_countersigned(_actor: Actor, contract_code: str) -> bool:
    """Whether the institution has signed; before that nothing can be paid. One statement."""
    return Signature.objects.filter(contract__code=contract_code, side=Side.INSTITUTION).exists()


def to_countersign(
    _actor: Actor, institution_ids: Sequence[int], *, limit: int = 200
) -> list[Contract]:
    """Contracts that families signed and the institution did not, oldest first; one statement."""
    return list(
        Contract.objects.filter(
            institution_id__in=institution_ids, state=Contract.State.SIGNED, origin=Origin.OWN
        )
        .exclude(signatures__side=Side.INSTITUTION)
        .select_related("course", "class_group")
        .order_by("signed_at", "pk")[:limit]
    )


def particulars(_actor: Actor, learner_id: int) -> dict[str, str]:
    """What the reader told of a child of theirs; one statement."""
    row = Particulars.objects.filter(pk=learner_id).first()
    told: dict[str, str] = json.loads(unseal("particulars", row.sealed)) if row else {}
    return told


@dataclass(frozen=True)
class SupplementPage:
    """A supplement with its text and both signatures."""

    code: str
    contract_code: str
    kind: str
    state: str
    text: str
    text_sha256: str
    refund_fen: int
    proposed_at: datetime
    answered_at: datetime | None
    signatures: list[Signed]


def supplement(_actor: Actor, code: str) -> SupplementPage:
    """One supplement; one statement. Raises: NotFound."""
    row = Supplement.objects.filter(code=code).select_related("contract").first()
    if row is None:
        raise NotFound
    return _supplement(row)


def supplements_of(_actor: Actor, contract_code: str) -> list[SupplementPage]:
    """The supplements of a contract, the newest first; one statement."""
    rows = (
        Supplement.objects.filter(contract__code=contract_code)
        .select_related("contract")
        .order_by("-proposed_at", "-pk")
    )
    return [_supplement(row) for row in rows]


def supplements_to_sign(actor: Actor) -> list[SupplementPage]:
    """What waits for the reader's own signature; one statement."""
    rows = (
        Supplement.objects.filter(guardian_id__in=actor.person_ids, state=Supplement.State.PROPOSED)
        .select_related("contract")
        .order_by("proposed_at")
    )
    return [_supplement(row) for row in rows]


def _supplement(row: Supplement) -> SupplementPage:
    signed = [
        Signed(
            Side.INSTITUTION,
            row.proposer_way,
            unseal("signer", row.proposer_sealed),
            row.proposed_at,
        )
    ]
    if row.signed_at is not None and row.signer_sealed is not None:
        name = unseal("signer", row.signer_sealed)
        signed.append(Signed(Side.FAMILY, Way.PHONE_CODE, name, row.signed_at))
    return SupplementPage(
        code=row.code,
        contract_code=row.contract.code,
        kind=row.kind,
        state=row.state,
        text=unseal("supplement-text", row.text_sealed),
        text_sha256=row.text_sha256,
        refund_fen=row.refund_fen,
        proposed_at=row.proposed_at,
        answered_at=row.answered_at,
        signatures=signed,
    )
