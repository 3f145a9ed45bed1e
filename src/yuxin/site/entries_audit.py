"""What stands in the books or among the grants without the entry that tells of it.

An act writes its entry in its own transaction. So a posting whose transaction wrote nothing into
its contract's chain, or a grant whose transaction wrote no entry at all, came in beside every
act: by somebody who had the application's password, or the owner's.
"""

from dataclasses import dataclass
from typing import Any, Final

import psycopg

_NAMED_MAX: Final = 20

# Money of no contract stands under a number below zero: some entry of the transaction will do.
_POSTINGS: Final = """
WITH told AS MATERIALIZED (
    SELECT DISTINCT o.tx, c.id AS contract_id
      FROM evidence.outbox o
      JOIN evidence.item i ON i.entry_id = o.id
      JOIN public.tuition_contract c ON i.chain = 'contract:' || c.code
), entered AS MATERIALIZED (SELECT DISTINCT tx FROM evidence.outbox)
SELECT p.institution_id || '/' || p.contract_id || '/' || p.key, count(*) OVER ()
  FROM ledger.posting p
  LEFT JOIN told t ON t.tx = p.tx AND t.contract_id = p.contract_id
  LEFT JOIN entered e ON e.tx = p.tx
 WHERE CASE WHEN p.contract_id < 0 THEN e.tx IS NULL ELSE t.tx IS NULL END
 ORDER BY 1 LIMIT %s
"""
_GRANTS: Final = """
SELECT g.account_id || '/' || g.role, count(*) OVER ()
  FROM public.access_grant g
 WHERE NOT EXISTS (SELECT 1 FROM evidence.outbox o WHERE o.tx = g.tx)
 ORDER BY 1 LIMIT %s
"""


@dataclass(frozen=True)
class WithoutEntry:
    """Rows of one kind that no entry tells of: how many, and the first of them."""

    kind: str
    count: int
    places: tuple[str, ...]

    def sentence(self, language: str) -> str:
        """The finding for people."""
        zh, en = _WORDS[self.kind]
        return f"{en if language == 'en' else zh} × {self.count}: {', '.join(self.places)}"

    def as_json(self) -> dict[str, Any]:
        """The finding for machines."""
        return {"check": self.kind, "count": self.count, "places": list(self.places)}


_WORDS: Final = {
    "posting without entry": ("没有存证的分录", "postings that no entry tells of"),
    "grant without entry": ("没有存证的授权", "grants that no entry tells of"),
}


def audit_entries(connection: psycopg.Connection[Any]) -> list[WithoutEntry]:
    """Read every posting and grant against the log; changes nothing."""
    asked = {"posting without entry": _POSTINGS, "grant without entry": _GRANTS}
    found = []
    for kind, statement in asked.items():
        rows = connection.execute(statement, [_NAMED_MAX]).fetchall()
        if rows:
            found.append(WithoutEntry(kind, rows[0][1], tuple(place for place, _ in rows)))
    return found
