"""What the insurer does: covers what it is asked to, pays claims on what it covers.

It keeps its certificates in a small database; the same message again gets the same answer.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

from yuxin.formats.insurance_folder import Folder
from yuxin.formats.insurance_messages import (
    ClaimAnswer,
    ClaimAsk,
    CoverAnswer,
    CoverAsk,
    open_message,
    seal_message,
)
from yuxin.kernel.refusal import Refusal
from yuxin.parties.store import Store

SCHEMA = """
CREATE TABLE certificate (
    certificate TEXT PRIMARY KEY,
    number TEXT NOT NULL UNIQUE,
    cover_fen INTEGER NOT NULL,
    paid_fen INTEGER NOT NULL DEFAULT 0,
    CHECK (paid_fen BETWEEN 0 AND cover_fen)
) STRICT;
CREATE TABLE claim (
    claim TEXT PRIMARY KEY,
    number TEXT NOT NULL,
    paid_fen INTEGER NOT NULL,
    paid_on TEXT NOT NULL
) STRICT;
"""


@dataclass
class Insurer:
    """One insurer: its key, the platform's, its folder and its book."""

    key: RSAPrivateKey
    platform_key: RSAPublicKey
    folder: Folder
    store: Store

    @classmethod
    def at(
        cls, folder: Path, key: RSAPrivateKey, platform_key: RSAPublicKey, *, path: Path | None
    ) -> "Insurer":
        """`path` None keeps the book in memory."""
        return cls(key, platform_key, Folder.of_insurer(folder), Store(path, SCHEMA))

    def work(self, today: date) -> int:
        """Answer every message that lies in the inbox; how many."""
        names = self.folder.arrived()
        for name in names:
            try:
                answer = self._answer(name, self.folder.read(name), today)
            except Refusal:
                self.folder.done(name, refused=True)
                continue
            self.folder.write(name, answer)
            self.folder.done(name)
        return len(names)

    def _answer(self, name: str, token: str, today: date) -> str:
        if name.endswith(".cover"):
            asked = open_message(CoverAsk, token, self.platform_key)
            return seal_message(self._cover(asked), self.key)
        claimed = open_message(ClaimAsk, token, self.platform_key)
        return seal_message(self._claim(claimed, today), self.key)

    def _cover(self, asked: CoverAsk) -> CoverAnswer:
        number = f"DD{asked.certificate}"
        with self.store.act():
            self.store.run(
                "INSERT OR IGNORE INTO certificate (certificate, number, cover_fen)"
                " VALUES (?, ?, ?)",
                asked.certificate,
                number,
                asked.cover_fen,
            )
        return CoverAnswer(asked.certificate, True, number)

    def _claim(self, asked: ClaimAsk, today: date) -> ClaimAnswer:
        with self.store.act():
            before = self.store.row("SELECT * FROM claim WHERE claim = ?", asked.claim)
            if before is not None:
                return _paid(asked, before["paid_fen"], date.fromisoformat(before["paid_on"]))
            row = self.store.row("SELECT * FROM certificate WHERE number = ?", asked.number)
            if row is None or row["cover_fen"] - row["paid_fen"] < asked.amount_fen:
                why = "查无此保单或超出保额"
                return ClaimAnswer(asked.claim, False, 1, "-", today, why)
            self.store.run(
                "UPDATE certificate SET paid_fen = paid_fen + ? WHERE number = ?",
                asked.amount_fen,
                asked.number,
            )
            self.store.run(
                "INSERT INTO claim VALUES (?, ?, ?, ?)",
                asked.claim,
                asked.number,
                asked.amount_fen,
                today.isoformat(),
            )
        return _paid(asked, asked.amount_fen, today)


def _paid(asked: ClaimAsk, paid_fen: int, on: date) -> ClaimAnswer:
    return ClaimAnswer(asked.claim, True, paid_fen, f"LP{asked.claim}", on, "已付家长原付款账户")
