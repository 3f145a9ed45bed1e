"""A three-party agreement of bureau, institution and bank is kept."""

from datetime import date

from yuxin.evidence import services as evidence
from yuxin.files import services as files
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.refusal import BadInput
from yuxin.operations.operation import operation
from yuxin.tuition.custody import services
from yuxin.tuition.custody.models import Agreement
from yuxin.tuition.custody.permissions import FILES, require_reach
from yuxin.tuition.models import Bank


@operation("agreement.recorded", roles=FILES)
def record_agreement(
    act: Act,
    *,
    institution_id: int,
    bank_code: str,
    number: str,
    bureau: str,
    signed_on: date,
    valid_until: date | None = None,
    file_sha256: str = "",
    file_size: int = 0,
) -> Receipt:
    """Keep number, parties, days and text of an agreement; the text lies in the files already.

    Raises: NotFound, BadInput. Law: funds-rules 2.1 (tripartite agreement).
    """
    require_reach(act.actor, institution_id)
    if not Bank.objects.filter(code=bank_code).exists():
        raise BadInput(field="bank_code")
    if not bureau.strip():
        raise BadInput(field="bureau")
    if file_sha256:
        files.record(act, sha256=file_sha256, size=file_size, media_type="application/pdf")
    services.account_in_use(act, institution_id)  # one that only the registry knew goes on here
    services.record_agreement(
        act,
        Agreement(
            institution_id=institution_id,
            bank_code=bank_code,
            number=number.strip(),
            bureau=bureau.strip(),
            signed_on=signed_on,
            valid_until=valid_until,
            file_sha256=file_sha256,
        ),
    )
    entry = evidence.append(
        act,
        chain=f"institution:{institution_id}",
        subject=f"institution:{institution_id}",
        body={
            "bank": bank_code,
            "agreement": number.strip(),
            "signed_on": signed_on.isoformat(),
            "file": file_sha256,
        },
    )
    return Receipt(entry.id, {"agreement": number.strip()})
