"""A custody bank is entered, or what was agreed with it changes."""

from datetime import time
from urllib.parse import urlsplit

from yuxin.access.demo import in_demo
from yuxin.evidence import services as evidence
from yuxin.formats.party_keys import parse_public_key
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.kernel.refusal import BadInput
from yuxin.operations.operation import operation
from yuxin.tuition.services import banking


@operation("bank.registered", roles={Role.ADMINISTRATOR, Role.CLOCK})
def register_bank(
    act: Act,
    *,
    code: str,
    name: str,
    public_key_pem: str,
    exchange_folder: str,
    cashier_url: str = "",
    cut_off: time = time(16, 30),
    files_by: time = time(9),
    reconciled_by: time = time(12),
) -> Receipt:
    """Enter a bank: its key, the folder that files are exchanged in, its cashier, its hours.

    The files of a day and its comparison are due by their hours of the next bank working day.
    Raises: BadInput for a code, name, folder, cashier or hours that cannot be (only a demo's
    cashier is asked without encryption); KeyUnusable.
    """
    if not (code.isascii() and code.isalnum() and code.isupper() and 2 <= len(code) <= 14):
        raise BadInput(field="code")
    if not name.strip() or not exchange_folder.strip():
        raise BadInput(field="name" if not name.strip() else "exchange_folder")
    cashier = urlsplit(cashier_url.strip())
    schemes = ("https", "http") if in_demo() else ("https",)
    if cashier_url.strip() and not (cashier.scheme in schemes and cashier.netloc):
        raise BadInput(field="cashier_url")
    if reconciled_by <= files_by:
        raise BadInput(field="reconciled_by")
    parse_public_key(public_key_pem.encode())
    bank = banking.register_bank(
        code=code,
        name=name.strip(),
        public_key_pem=public_key_pem,
        exchange_folder=exchange_folder.strip(),
        cashier_url=cashier_url.strip(),
        cut_off=cut_off,
        files_by=files_by,
        reconciled_by=reconciled_by,
        on=act.day,
    )
    entry = evidence.append(
        act,
        chain=f"bank:{code}",
        subject=f"bank:{code}",
        body={
            "name": bank.name,
            "cut_off": f"{cut_off:%H:%M}",
            "files_by": f"{files_by:%H:%M}",
            "reconciled_by": f"{reconciled_by:%H:%M}",
        },
    )
    return Receipt(entry.id, {"bank": bank.code})
