"""Claims on cover: by a family for itself, at a closing by an officer for every family."""

from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.kernel.canonical import Json
from yuxin.kernel.refusal import NotFound
from yuxin.operations.operation import operation
from yuxin.tuition.collapse import places
from yuxin.tuition.collapse import services as closings
from yuxin.tuition.collapse.permissions import require_may_close
from yuxin.tuition.insurance import covering
from yuxin.tuition.insurance.cover import CoverClaim
from yuxin.tuition.permissions import require_is_guardian
from yuxin.tuition.services import contracts


@operation("cover_claim.filed", roles={Role.GUARDIAN})
def file_cover_claim(act: Act, *, contract_code: str) -> Receipt:
    """A family claims on its cover: what is short at a closing, or what the institution owes it
    past its day (R9). Raises: NotFound, NotCovered.
    """
    claim = places.claim_of(act.actor, contract_code)
    if claim is not None:
        filed = covering.file_claims(
            claim.institution_id, by=CoverClaim.By.FAMILY, at=act.at, contract_code=contract_code
        )
    else:
        contract = contracts.contract_for_update(contract_code)
        if contract is None:
            raise NotFound
        require_is_guardian(act.actor, contract)
        filed = covering.file_overdue(contract_code, on=act.day, at=act.at)
    return _receipt(act, f"contract:{contract_code}", filed)


@operation("cover_claims.filed", roles={Role.OFFICER, Role.HEAD})
def file_cover_claims_many(act: Act, *, closing_code: str) -> Receipt:
    """An officer claims for every covered family of a closing, what deposit did not cover.

    Raises: NotFound, Forbidden, NotCovered.
    """
    closing = closings.closing_for_update(closing_code)
    if closing is None:
        raise NotFound
    require_may_close(act.actor, closing.institution_id)
    filed = covering.file_claims(closing.institution_id, by=CoverClaim.By.CLOSING, at=act.at)
    return _receipt(act, f"closing:{closing_code}", filed)


def _receipt(act: Act, chain: str, filed: list[CoverClaim]) -> Receipt:
    claims: list[Json] = [[each.code, each.amount_fen] for each in filed]
    body: dict[str, Json] = {"claims": claims}
    entry = evidence.append(act, chain=chain, subject=chain, body=body)
    return Receipt(entry.id, {"filed": len(filed)})
