"""The demo's bank in this process: files go both ways as they do between two programs."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from yuxin.access.demo import recording_at
from yuxin.access.reading import reading
from yuxin.formats.bank_files import SealedFile, parse_name
from yuxin.formats.bank_lines import FileKind
from yuxin.jobs import exchange_files
from yuxin.kernel.act import Call
from yuxin.kernel.actor import Actor
from yuxin.kernel.ids import request_id_for
from yuxin.operations.tuition.note_file_written import note_file_written
from yuxin.parties.bank.bank import Bank
from yuxin.parties.bank.terms import NO_FAULTS, Faults, Terms
from yuxin.policy.in_force import calendar, pack_on
from yuxin.tuition import due
from yuxin.tuition.keys import platform_key

NOBODY = Actor.clock(())
_EMPTY_LINES = 2


@contextmanager
def demo_bank(
    code: str, key: RSAPrivateKey, books: Path | None, on: date, faults: Faults = NO_FAULTS
) -> Iterator[Bank]:
    """The bank over its own books; with `books` None it lives in memory alone."""
    with reading(NOBODY):
        pack = pack_on(on)
        assert pack is not None, "the rules are in force before the bank works"
        days = calendar(pack, "bank", on)
    bank = Bank(
        code=code,
        key=key,
        platform_key=platform_key().public_key(),
        path=books,
        terms=Terms(is_bank_day=days.is_working),
        faults=faults,
    )
    try:
        yield bank
    finally:
        bank.close()


def exchange(bank: Bank, now: datetime, *, at_once: bool = False) -> None:
    """Carry files both ways and let both sides work: the bank at this instant, then we.

    `at_once`: the bank tells what it did at once, and files without any movement stay behind.
    """
    with recording_at(now):
        exchange_files.seal_instructions(now)
        _to_bank(bank, now)
        with bank.together():
            bank.tick(now)
            if at_once:
                bank.publish(now)
        from_bank(bank, now, sparing=at_once)


def _to_bank(bank: Bank, now: datetime) -> None:
    with reading(NOBODY):
        files = due.files_to_write(NOBODY, bank.code)
    for file in files:
        sealed = SealedFile(file.name, bytes(file.data), bytes(file.signature))
        answer = bank.take(sealed, now)
        assert answer.taken, answer.en
        number = request_id_for(f"bank_file_written|{file.name}")
        note_file_written(Call(NOBODY, now, number), name=file.name)


def from_bank(bank: Bank, now: datetime, *, sparing: bool = False) -> None:
    """Take what lies in the bank's outbox by now, and match it."""
    with reading(NOBODY):
        known = due.bank(NOBODY, bank.code)
    assert known is not None, "the bank is entered before it sends"
    for delivery in bank.outbox(now):
        if not sparing or _tells_movement(delivery.file):
            exchange_files.take_file(known, delivery.file, now, folder=None)
        bank.delivered(delivery)
    while exchange_files.match_lines(now):
        pass


def _tells_movement(sealed: SealedFile) -> bool:
    """Whether a file has a line between its header and its trailer, and is no list of balances."""
    kind = parse_name(sealed.name).kind
    return kind is not FileKind.BAL and sealed.data.count(b"\n") > _EMPTY_LINES
