"""File an institution's quarterly financial statement."""

from datetime import date

from yuxin.assessment import services as assessment
from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.money import Fen
from yuxin.licensing import services
from yuxin.licensing.permissions import FILERS, require_may_file
from yuxin.operations.operation import operation
from yuxin.registry import queries


@operation("statement.filed", roles=FILERS)
def file_statement(
    act: Act,
    *,
    code: str,
    quarter_end_on: date,
    filed_on: date | None = None,
    assets_fen: Fen | None = None,
    liabilities_fen: Fen | None = None,
) -> Receipt:
    """File the statement of a quarter; a further one of the same quarter corrects it.

    `filed_on` is the day on which a statement on paper came in; by default the day of the act.

    Raises: NotFound, Forbidden, NotAQuarterEnd, SumBelowZero.
    """
    entry_of = queries.identify(act.actor, code)
    require_may_file(act.actor, entry_of.pk)
    services.record_statement(
        act,
        institution_id=entry_of.pk,
        quarter_end_on=quarter_end_on,
        filed_on=filed_on or act.day,
        assets_fen=assets_fen,
        liabilities_fen=liabilities_fen,
    )
    entry = evidence.append(
        act,
        chain=f"subject:{entry_of.code}",
        subject=entry_of.code,
        body={
            "quarter_end_on": quarter_end_on.isoformat(),
            "filed_on": (filed_on or act.day).isoformat(),
            "assets_fen": assets_fen,
            "liabilities_fen": liabilities_fen,
        },
    )
    assessment.mark(entry_of.pk)
    return Receipt(entry.id, {"code": entry_of.code, "quarter": quarter_end_on.isoformat()})
