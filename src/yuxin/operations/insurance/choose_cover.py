"""Cover is chosen in the same step as the payment."""

from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.kernel.refusal import NotFound
from yuxin.operations.operation import operation
from yuxin.tuition.insurance import covering
from yuxin.tuition.insurance.cover import Product
from yuxin.tuition.models import Contract
from yuxin.tuition.permissions import require_is_guardian
from yuxin.tuition.services import contracts, timeline
from yuxin.tuition.services.timeline import Step


@operation("cover.chosen", roles={Role.GUARDIAN})
def choose_cover(act: Act, *, contract_code: str, product_codes: tuple[str, ...]) -> Receipt:
    """Choose cover for a contract about to be paid; what is required comes along by itself.

    The insurer is asked once the money is paid; chosen again, nothing is asked twice.
    Raises: NotFound, Forbidden.
    """
    contract = contracts.contract_for_update(contract_code)
    if contract is None:
        raise NotFound
    require_is_guardian(act.actor, contract)
    if contract.state != Contract.State.SIGNED:
        raise NotFound
    offered = Product.objects.filter(withdrawn_at=None).order_by("pk")
    products = [each for each in offered if each.required or each.code in product_codes]
    covering.ask(contract, products, at=act.at, on=act.day)
    entry = timeline.record(
        act,
        Step(contract, "cover_chosen", {"products": [each.code for each in products]}),
    )
    return Receipt(entry.id, {"chosen": len(products)})
