"""The statement of one contract as `./yuxin ledger` shows it."""

from dataclasses import dataclass
from typing import Any

from yuxin.access.reading import reading
from yuxin.kernel.actor import Actor
from yuxin.kernel.clock import SHANGHAI
from yuxin.kernel.money import yuan
from yuxin.ledger import queries
from yuxin.ledger.buckets import Bucket
from yuxin.tuition import due

_HEAD = {
    "zh": ["#", "时间", "事项", "借", "贷", "金额（元）"],
    "en": ["#", "time", "event", "debit", "credit", "yuan"],
}


@dataclass(frozen=True)
class Statement:
    """A contract's postings and what it holds after the last."""

    contract: str
    lines: list[queries.Line]

    def as_json(self) -> dict[str, Any]:
        """Keys `contract`, `postings`, `buckets`; amounts in fen."""
        after = self.lines[-1].after if self.lines else dict.fromkeys(Bucket, 0)
        return {
            "contract": self.contract,
            "postings": [
                {
                    "key": str(line.key),
                    "debit": int(line.debit),
                    "credit": int(line.credit),
                    "amount_fen": line.amount_fen,
                    "fact_kind": line.fact_kind,
                    "fact_ref": line.fact_ref,
                    "effective_on": line.effective_on.isoformat(),
                    "recorded_at": line.recorded_at.isoformat(),
                    "reverses": str(line.reverses) if line.reverses else None,
                    "after": {b.name.lower(): fen for b, fen in line.after.items()},
                }
                for line in self.lines
            ],
            "buckets": {b.name.lower(): fen for b, fen in after.items()},
        }

    def table(self, language: str) -> list[list[str]]:
        """Rows of text, head first; buckets that were never used have no column."""
        used = [b for b in Bucket if any(line.after[b] for line in self.lines)]
        names = [b.en if language == "en" else b.zh for b in used]
        rows = [[*_HEAD["en" if language == "en" else "zh"], *names]]
        for line in self.lines:
            at = line.recorded_at.astimezone(SHANGHAI)
            rows.append(
                [
                    str(line.number),
                    f"{at:%Y-%m-%d %H:%M}",
                    line.words(language),
                    str(int(line.debit)),
                    str(int(line.credit)),
                    yuan(line.amount_fen),
                    *(yuan(line.after[b]) for b in used),
                ]
            )
        return rows


def statement_of(actor: Actor, code: str) -> Statement | None:
    """The statement of the contract with this code, or None."""
    with reading(actor):
        contract_id = contract_id_of(actor, code)
        balance = None if contract_id is None else queries.balance_of(actor, contract_id)
        if balance is None:
            return None
        lines = queries.statement(actor, balance.institution_id, balance.contract_id)
    return Statement(code, lines)


def contract_id_of(actor: Actor, code: str) -> int | None:
    """The number of a contract in the books, by its public code or by the number itself."""
    found = due.contract_number(actor, code.strip().upper())
    if found is not None:
        return found
    return int(code) if code.isascii() and code.isdigit() and len(code) < 19 else None
