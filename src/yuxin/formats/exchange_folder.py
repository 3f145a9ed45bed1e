"""Folders that bank and platform share, as over SFTP: `to-bank/` and `from-bank/`.

A writer puts the file down first and its signature last, each under a temporary name, synced, and
renamed at once; so whoever sees the signature has the whole of both. What was handled is
remembered by the receiver and then moved to `taken/` or `refused/`.
"""

import json
import os
from dataclasses import dataclass
from pathlib import Path

from yuxin.formats.bank_files import (
    BYTES_MAX,
    SIGNATURE_BYTES_MAX,
    SIGNATURE_SUFFIX,
    SealedFile,
)

ANSWER_SUFFIX = ".answer"


@dataclass(frozen=True)
class Exchange:
    """One side's view: `inbox` is read, `outbox` is written."""

    inbox: Path
    outbox: Path

    @classmethod
    def of_bank(cls, folder: Path) -> "Exchange":
        """The bank's view of the exchange folder, made where it is missing."""
        return cls(folder / "to-bank", folder / "from-bank").made()

    @classmethod
    def of_platform(cls, folder: Path) -> "Exchange":
        """The platform's view of the exchange folder."""
        return cls(folder / "from-bank", folder / "to-bank").made()

    def made(self) -> "Exchange":
        """With its folders."""
        for folder in (self.inbox, self.outbox):
            for name in ("", "taken", "refused"):
                (folder / name).mkdir(parents=True, exist_ok=True)
        return self

    def arrived(self) -> list[SealedFile]:
        """Complete files in the inbox, in order of name; longer ones are cut just over the limit,
        which is enough to refuse them."""
        files: list[SealedFile] = []
        for signature in sorted(self.inbox.glob(f"*.jsonl{SIGNATURE_SUFFIX}")):
            path = signature.with_suffix("")
            if path.is_file():
                data = _read(path, BYTES_MAX)
                files.append(SealedFile(path.name, data, _read(signature, SIGNATURE_BYTES_MAX)))
        return files

    def handled(self, name: str, *, taken: bool) -> None:
        """Move a file out of the way; the signature first, so that it is not seen again."""
        assert "/" not in name
        target = self.inbox / ("taken" if taken else "refused")
        for part in (f"{name}{SIGNATURE_SUFFIX}", name):
            if (self.inbox / part).exists():
                (self.inbox / part).replace(target / part)
        _sync_folder(self.inbox)

    def send(self, sealed: SealedFile) -> None:
        """Put a file and its signature into the outbox; again is harmless."""
        _write(self.outbox / sealed.name, sealed.data)
        _write(self.outbox / f"{sealed.name}{SIGNATURE_SUFFIX}", sealed.signature)

    def answer(self, name: str, *, taken: bool, zh: str, en: str) -> None:
        """Tell the sender what became of a file. For information: it is not signed."""
        said = {"file": name, "taken": taken, "zh": zh, "en": en}
        text = json.dumps(said, ensure_ascii=False).encode()
        _write(self.outbox / f"{name}{ANSWER_SUFFIX}", text)


def _read(path: Path, most: int) -> bytes:
    with path.open("rb") as file:
        return file.read(most + 1)


def _write(path: Path, data: bytes) -> None:
    """Temporary name, sync, rename: nobody ever sees half of it."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    with temporary.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
