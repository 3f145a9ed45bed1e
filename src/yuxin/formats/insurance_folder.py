"""The folder that insurer and platform share: `to-insurer/` and `from-insurer/`, a token a file."""

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Folder:
    """One side's view: `inbox` is read, `outbox` is written."""

    inbox: Path
    outbox: Path

    @classmethod
    def of_insurer(cls, folder: Path) -> "Folder":
        """The insurer's view."""
        return cls(folder / "to-insurer", folder / "from-insurer").made()

    @classmethod
    def of_platform(cls, folder: Path) -> "Folder":
        """The platform's view."""
        return cls(folder / "from-insurer", folder / "to-insurer").made()

    def made(self) -> "Folder":
        """With its folders."""
        for folder in (self.inbox, self.outbox):
            for name in ("", "taken", "refused"):
                (folder / name).mkdir(parents=True, exist_ok=True)
        return self

    def arrived(self) -> list[str]:
        """Names of whole messages in the inbox, in order."""
        return sorted(
            each.name for each in self.inbox.iterdir() if each.suffix in (".cover", ".claim")
        )

    def read(self, name: str) -> str:
        """The token of a message."""
        return (self.inbox / name).read_text("ascii", "replace").strip()

    def write(self, name: str, token: str) -> None:
        """Put a message down: under a temporary name, synced, renamed at once."""
        part = self.outbox / f".{name}.part"
        with part.open("w", encoding="ascii") as file:
            file.write(token)
            file.flush()
            os.fsync(file.fileno())
        part.replace(self.outbox / name)

    def done(self, name: str, *, refused: bool = False) -> None:
        """Move a message that was handled."""
        (self.inbox / name).replace(self.inbox / ("refused" if refused else "taken") / name)
