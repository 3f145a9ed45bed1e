"""Instructions are sealed into a file for the bank; a job writes the file to its folder.

Two phases: the bytes are committed with the decision, the file is written after it. Whatever is
killed in between, the same bytes go out under the same name, once.
"""

from datetime import date
from hashlib import sha256

from yuxin.access.sealed import unseal
from yuxin.evidence import services as evidence
from yuxin.formats.bank_fields import SHANGHAI_OFFSET
from yuxin.formats.bank_files import new_file, seal
from yuxin.formats.bank_lines import FileKind, InstructionType, RefundRoute, ReqLine
from yuxin.kernel import canonical
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.kernel.canonical import Json
from yuxin.operations.operation import operation
from yuxin.tuition.keys import platform_key
from yuxin.tuition.models import Instruction
from yuxin.tuition.services import banking

ITEMS_MAX = 1000


@operation("instructions.sent", roles={Role.CLOCK})
def send_instructions_many(act: Act, *, bank_code: str, on: date) -> Receipt:
    """Seal one REQ file with every instruction of a bank that is due on `on`, within the grants.

    The accounting day of the file is `on`. No instruction, no file.
    """
    due = banking.to_send_for_update(bank_code=bank_code, value_on=on, limit=ITEMS_MAX)
    name = ""
    if due:
        number = banking.next_part(bank_code=bank_code, on=on)
        batch = f"{bank_code}-{on:%Y%m%d}-{number}"
        file = new_file(
            FileKind.REQ,
            bank=bank_code,
            acct_date=on,
            part=number,
            made_at=act.at.astimezone(SHANGHAI_OFFSET).replace(microsecond=0),
            lines=tuple(_line(instruction, batch, on) for instruction in due),
        )
        sealed = seal(file, platform_key())
        banking.keep_outgoing(sealed, bank_code=bank_code, on=on, part=number, at=act.at)
        banking.sent(due, at=act.at)
        name = sealed.name
    entry = evidence.append(
        act,
        chain=f"bank:{bank_code}",
        subject=f"bank:{bank_code}",
        body={"file": name, "instructions": len(due)},
    )
    return Receipt(entry.id, {"file": name, "instructions": len(due)})


def _line(instruction: Instruction, batch: str, on: date) -> ReqLine:
    refund = instruction.refund
    other = instruction.to_sealed and unseal(banking.ORDERED, instruction.to_sealed)
    parts: list[Json] = [
        [contract, amount]
        for contract, amount in instruction.lines.filter(amount_fen__gt=0)
        .order_by("pk")
        .values_list("contract__code", "amount_fen")
    ]
    route, back = None, instruction.kind in (Instruction.Kind.REFUND, Instruction.Kind.RETURN)
    if back:
        route = RefundRoute.ACCOUNT if other else RefundRoute.ORIGINAL
    return ReqLine(
        instruction_id=instruction.code,
        batch_id=batch,
        type=InstructionType[instruction.kind.upper()],
        amount_fen=instruction.amount_fen,
        from_acct=unseal(banking.ORDERED, instruction.from_sealed),
        to_acct=other or None,
        value_date=max(instruction.value_on, on),
        # A return is of no refund: the break that it ends is found by the instruction.
        refund_id=(refund.code if refund else instruction.code) if back else None,
        original_channel_serial=instruction.original_serial if back else None,
        route=route,
        lines_sha256=sha256(canonical.dumps(parts)).hexdigest(),
    )
