"""Insurers are entered, and their products offered."""

from yuxin.evidence import services as evidence
from yuxin.formats.party_keys import parse_public_key
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.kernel.refusal import BadInput
from yuxin.operations.operation import operation
from yuxin.tuition.insurance import covering
from yuxin.tuition.insurance.cover import Insurer
from yuxin.tuition.insurance.covering import NewProduct


@operation("insurer.registered", roles={Role.HEAD, Role.ADMINISTRATOR, Role.CLOCK})
def register_insurer(
    act: Act, *, code: str, name: str, public_key_pem: str, exchange_folder: str
) -> Receipt:
    """Enter an insurer with its key and folder, or change what was agreed."""
    parse_public_key(public_key_pem.encode())
    made = covering.register_insurer(
        code=code.strip(),
        name=name.strip(),
        public_key_pem=public_key_pem,
        exchange_folder=exchange_folder.strip(),
        on=act.day,
    )
    chain = f"insurer:{made.code}"
    entry = evidence.append(
        act, chain=chain, subject=chain, body={"insurer": made.code, "name": made.name}
    )
    return Receipt(entry.id, {"insurer": made.code})


@operation("product.offered", roles={Role.OFFICER, Role.HEAD, Role.CLOCK})
def offer_product(act: Act, *, insurer_code: str, product: NewProduct) -> Receipt:
    """Admit a product: terms, premium, cover, who pays, whether the policy requires it.

    Raises: BadInput.
    """
    insurer = Insurer.objects.filter(code=insurer_code.strip()).first()
    if insurer is None:
        raise BadInput(field="insurer_code")
    for field in ("name", "terms"):
        if not getattr(product, field).strip():
            raise BadInput(field=field)
    if not 0 <= product.premium_bps <= 10_000:
        raise BadInput(field="premium_bps")
    if product.cover_max_fen <= 0:
        raise BadInput(field="cover_max")
    made = covering.offer(insurer, product, at=act.at)
    chain = f"insurer:{insurer.code}"
    entry = evidence.append(
        act,
        chain=chain,
        subject=chain,
        body={
            "product": made.code,
            "kind": str(made.kind),
            "premium_bps": made.premium_bps,
            "cover_max_fen": made.cover_max_fen,
            "payer": str(made.payer),
            "required": made.required,
        },
    )
    return Receipt(entry.id, {"product": made.code})
