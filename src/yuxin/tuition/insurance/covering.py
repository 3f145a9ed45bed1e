"""Writing cover of contracts: chosen, answered, ended, claimed on, paid."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection
from django.db.models import F, Q, Sum

from yuxin.kernel.act import require_act
from yuxin.kernel.codes import new_subject_code
from yuxin.kernel.refusal import Refusal
from yuxin.ledger.services import Group
from yuxin.tuition.advances import services as advances
from yuxin.tuition.collapse.models import Claim, Closing
from yuxin.tuition.insurance.cover import Certificate, CoverClaim, Insurer, Product
from yuxin.tuition.models import Contract, RefundCase
from yuxin.tuition.services import money

_CERTIFICATES = Certificate.State
_CLAIMS = CoverClaim.State


class NotCovered(Refusal):
    """No certificate in force, nothing short, or a claim that waits for its answer."""

    code = "not_covered"
    zh = "没有生效的保险、没有可以报的缺口，或者已经报案、在等保险公司答复，没有重复办理。"
    en = (
        "There is no cover in force, nothing is short, or a claim waits for the insurer's answer; "
        "nothing was done twice."
    )


@dataclass(frozen=True, kw_only=True)
class NewProduct:
    """A product as its insurer offers it; the premium in hundredths of a percent of the fee."""

    kind: Product.Kind
    name: str
    terms: str
    premium_bps: int
    cover_max_fen: int
    payer: Product.Payer
    required: bool


def register_insurer(
    *, code: str, name: str, public_key_pem: str, exchange_folder: str, on: date
) -> Insurer:
    """Write an insurer, or what changed of it."""
    require_act()
    told = {"name": name, "public_key_pem": public_key_pem, "exchange_folder": exchange_folder}
    made, _ = Insurer.objects.update_or_create(
        code=code, defaults=told, create_defaults={**told, "since_on": on}
    )
    return made


def offer(insurer: Insurer, product: NewProduct, *, at: datetime) -> Product:
    """Write a product."""
    require_act()
    return Product.objects.create(
        code=new_subject_code(),
        insurer=insurer,
        kind=product.kind,
        name=product.name,
        terms=product.terms,
        premium_bps=product.premium_bps,
        cover_max_fen=product.cover_max_fen,
        payer=product.payer,
        required=product.required,
        offered_at=at,
    )


def ask(contract: Contract, products: Sequence[Product], *, at: datetime, on: date) -> None:
    """Write the cover that is chosen with a payment; chosen before, it stays as it is.

    The premium is rounded up to the fen; cover is the fee, at most what the product covers.
    """
    require_act()
    held = set(
        Certificate.objects.filter(contract=contract)
        .exclude(state=_CERTIFICATES.REFUSED)
        .values_list("product_id", flat=True)
    )
    Certificate.objects.bulk_create(
        Certificate(
            code=new_subject_code(),
            product=product,
            institution_id=contract.institution_id,
            guardian_id=contract.guardian_id,
            contract=contract,
            cover_fen=min(contract.total_fen, product.cover_max_fen),
            premium_fen=-(-contract.total_fen * product.premium_bps // 10_000),
            from_on=on,
            until_on=max(on, contract.course.last_on),
            asked_at=at,
        )
        for product in products
        if product.pk not in held
    )


def certificate_for_update(code: str) -> Certificate | None:
    """A certificate with its product, locked."""
    require_act()
    return (
        Certificate.objects.filter(code=code)
        .select_related("product__insurer", "contract")
        .order_by("pk")
        .select_for_update(no_key=True, of=("self",))
        .first()
    )


def answer(certificate: Certificate, *, accepted: bool, number: str, at: datetime) -> bool:
    """Write the insurer's answer; False when it was answered before."""
    require_act()
    if certificate.state != _CERTIFICATES.ASKED:
        return False
    certificate.state = _CERTIFICATES.IN_FORCE if accepted else _CERTIFICATES.REFUSED
    certificate.number, certificate.answered_at = number, at
    certificate.save(update_fields=["state", "number", "answered_at"])
    return True


def end_over(institution_id: int, *, on: date) -> int:
    """End the cover of courses and contracts that are over; how many."""
    require_act()
    over = Q(until_on__lt=on) | Q(contract__state__in=["closed", "cancelled"])
    ids = list(
        Certificate.objects.filter(
            over,
            institution_id=institution_id,
            state__in=[_CERTIFICATES.ASKED, _CERTIFICATES.IN_FORCE],
        ).values_list("pk", flat=True)
    )
    return Certificate.objects.filter(pk__in=ids).update(state=_CERTIFICATES.ENDED, ended_on=on)


def file_claims(
    institution_id: int, *, by: CoverClaim.By, at: datetime, contract_code: str = ""
) -> list[CoverClaim]:
    """Claim what is short at a closing in force on every certificate in force, once each.

    Raises: NotCovered, when there is nothing to claim.
    """
    require_act()
    one = {"contract_code": contract_code} if contract_code else {}
    short = {
        each.contract_id: each
        for each in Claim.objects.filter(
            institution_id=institution_id,
            closing__state=Closing.State.DECLARED,
            closing__undo_asked_by=None,
            state=Claim.State.ORDERED,
            shortfall_fen__gt=F("deposit_fen") + F("insurance_fen") + F("set_off_fen"),
            **one,
        )
        .order_by("contract_code")
        .select_for_update(no_key=True, of=("self",))
    }
    asked = waiting(list(short))
    return _file(
        {key: each.open_fen - asked.get(key, 0) for key, each in short.items()}, by=by, at=at
    )


def file_overdue(contract_code: str, *, on: date, at: datetime) -> list[CoverClaim]:
    """Claim what the institution owes to one contract past its day, on its certificates in force.

    Raises: NotCovered, when there is nothing to claim.
    """
    require_act()
    left: dict[int, int] = {}
    for debt in advances.overdue_of_contract(contract_code, on=on):
        left[debt.contract_id] = left.get(debt.contract_id, 0) + debt.left_fen
    asked = waiting(list(left))
    left = {key: fen - asked.get(key, 0) for key, fen in left.items()}
    return _file(left, by=CoverClaim.By.FAMILY, at=at)


def _file(left: dict[int, int], *, by: CoverClaim.By, at: datetime) -> list[CoverClaim]:
    found = (
        Certificate.objects.filter(contract__in=list(left), state=_CERTIFICATES.IN_FORCE)
        .exclude(claims__state__in=[_CLAIMS.FILED, _CLAIMS.PAID])
        .order_by("contract__code", "pk")
        .select_for_update(no_key=True, of=("self",))
    )
    filed = []
    for certificate in found:
        amount = min(left[certificate.contract_id], certificate.cover_fen)
        left[certificate.contract_id] -= amount
        if amount:
            filed.append(_claim(certificate, amount, by=by, at=at))
    if not filed:
        raise NotCovered
    return CoverClaim.objects.bulk_create(filed)


def waiting(contract_ids: Sequence[int]) -> dict[int, int]:
    """What insurers were asked for and did not answer, in fen by contract.

    It is not claimed again on another certificate, nor paid from a deposit meanwhile.
    """
    require_act()
    rows = CoverClaim.objects.filter(
        certificate__contract__in=list(contract_ids), state=_CLAIMS.FILED
    )
    told = rows.values_list("certificate__contract").annotate(fen=Sum("amount_fen"))
    return {contract: int(fen) for contract, fen in told}


def _claim(
    certificate: Certificate, amount_fen: int, *, by: CoverClaim.By, at: datetime
) -> CoverClaim:
    return CoverClaim(
        code=new_subject_code(),
        certificate=certificate,
        institution_id=certificate.institution_id,
        guardian_id=certificate.guardian_id,
        by=by,
        amount_fen=amount_fen,
        filed_at=at,
    )


def claim_for_update(code: str) -> CoverClaim | None:
    """A claim with its certificate, locked."""
    require_act()
    return (
        CoverClaim.objects.filter(code=code)
        .select_related("certificate__contract", "certificate__product__insurer")
        .order_by("pk")
        .select_for_update(no_key=True, of=("self",))
        .first()
    )


def refuse(claim: CoverClaim, *, words: str, at: datetime) -> None:
    """Write that the insurer refuses."""
    require_act()
    claim.state, claim.words, claim.decided_at = _CLAIMS.REFUSED, words[:200], at
    claim.save(update_fields=["state", "words", "decided_at"])


def pay(
    claim: CoverClaim, *, paid_fen: int, serial: str, words: str, on: date, at: datetime
) -> list[Group]:
    """Write what the insurer paid to the family: in the contract's books and on its claim.

    The institution's debt to the contract is covered; it owes the insurer instead.
    """
    require_act()
    contract = claim.certificate.contract
    refund = RefundCase.objects.create(
        code=new_subject_code(),
        institution_id=claim.institution_id,
        guardian_id=claim.guardian_id,
        contract=contract,
        state=RefundCase.State.PAID,
        ground=RefundCase.Ground.CLOSING,
        reason="closing",
        sheet={"refundable_fen": paid_fen},
        amount_fen=paid_fen,
        requested_at=at,
        answer_by_on=on,
        answered_at=at,
        paid_on=on,
        source=RefundCase.Source.INSURANCE,
    )
    claim.state, claim.paid_fen, claim.serial = _CLAIMS.PAID, paid_fen, serial
    claim.words, claim.decided_at, claim.refund = words[:200], at, refund
    claim.save()
    Claim.objects.filter(
        contract=contract, closing__state=Closing.State.DECLARED, state=Claim.State.ORDERED
    ).update(insurance_fen=F("insurance_fen") + paid_fen)
    taken = advances.take_over_many([refund])[refund.pk]
    return [money.refund_due(refund, on=on, less_fen=taken), money.covered(refund, on=on)]


def sent(kind: str, codes: Sequence[str], *, at: datetime) -> None:
    """Note that messages lie in the insurer's folder."""
    require_act()
    model = Certificate if kind == "cover" else CoverClaim
    model.objects.filter(code__in=list(codes), sent_at=None).update(sent_at=at)


def institution_of(code: str) -> int | None:
    """Whose a certificate or a claim is."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT public.insurance_institution_of(%s)", [code])
        found: int | None = cursor.fetchone()[0]
        return found
