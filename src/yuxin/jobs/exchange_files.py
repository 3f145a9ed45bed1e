"""Files from and to the banks' folders: taken, matched, sealed, written; each repeatable."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from typing import Final

from yuxin.access.reading import reading
from yuxin.formats.bank_files import SealedFile
from yuxin.formats.exchange_folder import Exchange
from yuxin.jobs.apart import PARTS
from yuxin.kernel.act import Call
from yuxin.kernel.actor import Actor
from yuxin.kernel.clock import day_of
from yuxin.kernel.ids import request_id_for
from yuxin.kernel.refusal import Refusal
from yuxin.operations.tuition.match_bank_lines import match_bank_lines_many
from yuxin.operations.tuition.note_file_written import note_file_written
from yuxin.operations.tuition.receive_bank_file import receive_bank_file
from yuxin.operations.tuition.refuse_bank_file import refuse_bank_file
from yuxin.operations.tuition.send_instructions import send_instructions_many
from yuxin.tuition import due
from yuxin.tuition.due import LineToMatch, OrdersToSend
from yuxin.tuition.models import Bank, OutgoingFile

NOBODY: Final = Actor.clock(())
LINES_MAX: Final = 300


def take_files(at: datetime) -> int:
    """Take what the banks put into their folders; a file that cannot be believed is refused."""
    with reading(NOBODY):
        banks = due.banks(NOBODY)
    return sum(
        PARTS.do(f"files of {bank.code}", at, partial(_take_all, bank, at)) for bank in banks
    )


def _take_all(bank: Bank, at: datetime) -> int:
    folder = _folder_of(bank)
    return sum(
        PARTS.do(f"file {sealed.name}", at, partial(take_file, bank, sealed, at, folder=folder))
        for sealed in folder.arrived()
    )


def take_file(bank: Bank, sealed: SealedFile, at: datetime, *, folder: Exchange | None) -> int:
    """Take one file of a bank: 1 when it was taken. The folder's copy is moved out of the way."""
    digest = sha256(sealed.data + sealed.signature).hexdigest()
    try:
        receive_bank_file(
            Call(NOBODY, at, request_id_for(f"bank_file|{sealed.name}|{digest}")),
            bank_code=bank.code,
            name=sealed.name,
            data=sealed.data,
            signature=sealed.signature,
        )
        taken = True
    except Refusal as problem:
        refuse_bank_file(
            Call(NOBODY, at, request_id_for(f"bank_file_refused|{sealed.name}|{digest}")),
            bank_code=bank.code,
            name=sealed.name,
            data_sha256=sha256(sealed.data).hexdigest(),
            why=problem.code,
        )
        taken = False
    if folder is not None:
        folder.handled(sealed.name, taken=taken)
    return int(taken)


def match_lines(at: datetime) -> int:
    """Match every line that was not matched yet; how many."""
    with reading(NOBODY):
        lines = due.lines_to_match(NOBODY)
    return sum(
        PARTS.do(
            f"bank lines of institution {part[0].institution_id} from {part[0].line_id}",
            at,
            partial(_match, part, at),
        )
        for part in _parts(lines)
    )


def _match(part: Sequence[LineToMatch], at: datetime) -> int:
    institution_id = part[0].institution_id
    ids = tuple(line.line_id for line in part)
    key = f"bank_lines|{institution_id}|{ids[0]}|{ids[-1]}|{len(ids)}"
    actor = Actor.clock((institution_id,) if institution_id else ())
    match_bank_lines_many(
        Call(actor, at, request_id_for(key)), institution_id=institution_id, line_ids=ids
    )
    return len(part)


def _parts(lines: Sequence[LineToMatch]) -> Iterator[list[LineToMatch]]:
    """Lines of one institution and kind; a release may carry a thousand contracts and is alone."""

    def key(line: LineToMatch) -> tuple[int, str]:
        return line.institution_id, line.kind

    # Receipts before what is paid out of them, whichever file came first.
    for _, group in groupby(sorted(lines, key=key), key):
        rows = list(group)
        size = 1 if rows[0].kind == "OUT" else LINES_MAX
        for start in range(0, len(rows), size):
            yield rows[start : start + size]


def seal_instructions(at: datetime) -> int:
    """Seal what is due today into one file per bank; how many orders."""
    day = day_of(at)
    with reading(NOBODY):
        waiting = due.orders_to_send(NOBODY, day)
    return sum(
        PARTS.do(f"instructions to {bank.bank_code}", at, partial(_seal, bank, at))
        for bank in waiting
    )


def _seal(bank: OrdersToSend, at: datetime) -> int:
    day = day_of(at)
    key = f"instructions|{bank.bank_code}|{day}|{bank.mark}"
    receipt = send_instructions_many(
        Call(Actor.clock(bank.institution_ids), at, request_id_for(key)),
        bank_code=bank.bank_code,
        on=day,
    )
    return 0 if receipt.repeated else int(str(receipt["instructions"]))


def write_files(at: datetime) -> int:
    """Write sealed files into the banks' folders; killed in between, the same file again."""
    with reading(NOBODY):
        banks = [(bank, due.files_to_write(NOBODY, bank.code)) for bank in due.banks(NOBODY)]
    return sum(
        PARTS.do(f"files to {bank.code}", at, partial(_write, bank, files, at))
        for bank, files in banks
    )


def _write(bank: Bank, files: Sequence[OutgoingFile], at: datetime) -> int:
    folder = _folder_of(bank)
    for file in files:
        folder.send(SealedFile(file.name, bytes(file.data), bytes(file.signature)))
        note_file_written(
            Call(NOBODY, at, request_id_for(f"bank_file_written|{file.name}")), name=file.name
        )
    return len(files)


def _folder_of(bank: Bank) -> Exchange:
    return Exchange.of_platform(Path(bank.exchange_folder))
