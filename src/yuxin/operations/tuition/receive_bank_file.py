"""A file of a bank arrives: it is read strictly and kept whole, or refused whole."""

from hashlib import sha256

from yuxin.evidence import services as evidence
from yuxin.formats.bank_files import SealedFile, unseal
from yuxin.formats.party_keys import parse_public_key
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.kernel.refusal import NotFound, Refusal
from yuxin.operations.operation import operation
from yuxin.tuition.models import Bank, BankFile
from yuxin.tuition.services import banking


class FilePartReplaced(Refusal):
    """The bank sent other contents under the name of a file that was taken before."""

    code = "bank_file_replaced"
    zh = "文件 {name} 已经收过，这次内容不同，一行也没有入账。请银行用新的份号发送。"
    en = "The file {name} was taken before with other contents; nothing was booked. Use a new part."


@operation("bank_file.received", roles={Role.CLOCK})
def receive_bank_file(
    act: Act, *, bank_code: str, name: str, data: bytes, signature: bytes
) -> Receipt:
    """Keep a file of a bank's folder and its lines, to be matched institution by institution.

    The same bytes twice are one file. Raises: NotFound for an unknown bank; what
    `formats.bank_files` refuses (signature, trailer, date, amount, duplicate line, ...).
    """
    bank = Bank.objects.filter(code=bank_code).first()
    if bank is None:
        raise NotFound
    digest = sha256(data).hexdigest()
    known = BankFile.objects.filter(sha256=digest, refused="").first()
    if known is None:
        sealed = SealedFile(name, data, signature)
        file = unseal(sealed, key=parse_public_key(bank.public_key_pem.encode()), bank=bank_code)
        if BankFile.objects.filter(
            bank_code=bank_code,
            kind=file.header.file.value,
            account_day=file.header.acct_date,
            part=file.header.part,
            refused="",
        ).exists():
            raise FilePartReplaced(name=name)
        known = banking.keep_file(file, sha256=digest, received_at=act.at)
    entry = evidence.append(
        act,
        chain=f"bank:{bank_code}",
        subject=f"bank:{bank_code}",
        body={
            "file": name,
            "sha256": digest,
            "lines": known.line_count,
            "sum_fen": known.sum_fen,
        },
    )
    return Receipt(entry.id, {"file": known.pk, "lines": known.line_count})
