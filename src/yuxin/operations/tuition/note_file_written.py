"""A sealed file lies in the bank's folder: the second phase of sending it."""

from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.kernel.refusal import NotFound
from yuxin.operations.operation import operation
from yuxin.tuition.models import OutgoingFile
from yuxin.tuition.services import banking


@operation("bank_file.written", roles={Role.CLOCK})
def note_file_written(act: Act, *, name: str) -> Receipt:
    """Note that a sealed file lies in the bank's folder. Raises: NotFound."""
    file = OutgoingFile.objects.filter(name=name).first()
    if file is None:
        raise NotFound
    banking.written(file, at=act.at)
    chain = f"bank:{file.bank_code}"
    entry = evidence.append(act, chain=chain, subject=chain, body={"file": name})
    return Receipt(entry.id, {"file": name})
