"""A file in a bank's folder cannot be believed: that is noted, and nothing else."""

from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.operations.operation import operation
from yuxin.tuition.services import banking


@operation("bank_file.refused", roles={Role.CLOCK})
def refuse_bank_file(act: Act, *, bank_code: str, name: str, data_sha256: str, why: str) -> Receipt:
    """Note that a file in a bank's folder was refused whole, and why; nothing in it is believed."""
    banking.refuse_file(
        bank_code=bank_code, sha256=data_sha256, on=act.day, received_at=act.at, why=why
    )
    chain = f"bank:{bank_code}"
    entry = evidence.append(
        act, chain=chain, subject=chain, body={"file": name, "sha256": data_sha256, "why": why}
    )
    return Receipt(entry.id, {"file": name})
