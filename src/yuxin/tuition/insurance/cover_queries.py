"""Reads of cover. The first argument is who reads."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from yuxin.formats.insurance_messages import ClaimAsk, CoverAsk
from yuxin.kernel.actor import Actor
from yuxin.kernel.refusal import NotFound
from yuxin.tuition.insurance.cover import Certificate, CoverClaim, Insurer, Product
from yuxin.tuition.queries.contracts import names_of


def insurers(_actor: Actor) -> list[Insurer]:
    """The insurers that messages are exchanged with."""
    return list(Insurer.objects.order_by("code"))


def products(_actor: Actor) -> list[Product]:
    """Products on offer, those required first."""
    return list(
        Product.objects.filter(withdrawn_at=None)
        .select_related("insurer")
        .order_by("-required", "pk")
    )


def certificates(_actor: Actor, contract_code: str) -> list[Certificate]:
    """The certificates of a contract that the reader may see."""
    return list(
        Certificate.objects.filter(contract__code=contract_code)
        .select_related("product__insurer")
        .order_by("pk")
    )


@dataclass(frozen=True)
class ClaimLine:
    """A claim in a list."""

    claim: CoverClaim
    institution: str


def claims(actor: Actor) -> list[ClaimLine]:
    """Claims on cover within the reader's grants; two statements."""
    rows = list(
        CoverClaim.objects.filter(institution_id__in=actor.institution_ids)
        .select_related("certificate__product__insurer", "certificate__contract")
        .order_by("-filed_at", "pk")
    )
    names = names_of({each.institution_id for each in rows})
    return [ClaimLine(each, names[each.institution_id].name) for each in rows]


def claim(actor: Actor, code: str) -> ClaimLine:
    """One claim within the reader's grants. Raises: NotFound."""
    found = next((each for each in claims(actor) if each.claim.code == code), None)
    if found is None:
        raise NotFound
    return found


def to_send(_actor: Actor) -> list[tuple[int, str, str]]:
    """What insurers were not asked yet: institution, kind, code."""
    return [(r[0], r[1], r[2]) for r in _rows("SELECT * FROM public.insurance_to_send()")]


def over(_actor: Actor, day: date) -> list[tuple[int, int]]:
    """Institutions with cover that is over by a day, and a number of theirs."""
    return [(r[0], r[1]) for r in _rows("SELECT * FROM public.insurance_over(%s)", day)]


def institution_of(_actor: Actor, code: str) -> int | None:
    """Whose a certificate or a claim is."""
    found: int | None = _rows("SELECT public.insurance_institution_of(%s)", code)[0][0]
    return found


def message_of(_actor: Actor, kind: str, code: str) -> tuple[Insurer, CoverAsk | ClaimAsk]:
    """The insurer that is asked, and what it is asked."""
    if kind == "cover":
        row = Certificate.objects.select_related("product__insurer", "contract").get(code=code)
        return row.product.insurer, CoverAsk(
            row.code,
            row.product.code,
            row.contract.code,
            row.cover_fen,
            max(1, row.premium_fen),
            row.from_on,
            row.until_on,
        )
    filed = CoverClaim.objects.select_related("certificate__product__insurer").get(code=code)
    number = filed.certificate.number
    return filed.certificate.product.insurer, ClaimAsk(filed.code, number, filed.amount_fen)


def _rows(statement: str, *parameters: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())
