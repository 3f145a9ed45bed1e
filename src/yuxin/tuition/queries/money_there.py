"""钱在不在, of institutions: what families paid, less what went out, beside the bank's own figure.

The books are compared as they stood at the end of the bank's last day, so that a difference is a
difference and not a matter of the hour.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db import connection

from yuxin.kernel.actor import Actor
from yuxin.ledger.buckets import Bucket
from yuxin.ledger.services import Purpose


@dataclass(frozen=True)
class There:
    """The money of one institution's contracts, in fen. `bank_day` is None before the first file.

    `expected_fen`: what must lie on the account at the end of `bank_day` by the books, money of
    no contract (`suspense_fen`, as of now) among it.
    """

    institution_id: int
    contracts: int
    paid_fen: int
    released_fen: int
    refunded_fen: int
    in_transit_fen: int
    custody_fen: int
    suspense_fen: int
    bank_day: date | None
    closing_fen: int
    expected_fen: int

    @property
    def should_be_there_fen(self) -> int:
        """Paid less what went to the institution and back to the families."""
        return self.paid_fen - self.released_fen - self.refunded_fen

    @property
    def difference_fen(self) -> int:
        """The bank's figure less what must be there; 0 while the bank said nothing."""
        return self.closing_fen - self.expected_fen if self.bank_day else 0


# Money of no contract stands under the number of `ledger.services.pseudo_contract`.
_THERE: Final = """
    WITH wanted AS (SELECT unnest(%(ids)s::bigint[]) AS id),
    books AS (
        SELECT b.institution_id AS id,
               count(*) FILTER (WHERE b.contract_id > 0) AS contracts,
               coalesce(sum(b.paid_fen) FILTER (WHERE b.contract_id > 0), 0) AS paid,
               coalesce(sum(b.released_fen) FILTER (WHERE b.contract_id > 0), 0) AS released,
               coalesce(sum(b.refunded_fen) FILTER (WHERE b.contract_id > 0), 0) AS refunded,
               coalesce(sum(b.in_transit_fen) FILTER (WHERE b.contract_id > 0), 0) AS transit,
               coalesce(sum(b.custody_fen) FILTER (WHERE b.contract_id > 0), 0) AS custody,
               coalesce(sum(b.custody_fen) FILTER (
                   WHERE b.contract_id = -(b.institution_id * 8 + %(suspense)s)), 0) AS suspense
          FROM ledger.contract_balance b JOIN wanted w ON w.id = b.institution_id GROUP BY 1),
    told AS (
        SELECT DISTINCT ON (f.institution_id) f.institution_id AS id, f.happened_on AS day,
               sum(f.closing_fen) OVER (PARTITION BY f.institution_id, f.happened_on) AS closing
          FROM public.fact_bank_balance f JOIN wanted w ON w.id = f.institution_id
         ORDER BY f.institution_id, f.happened_on DESC),
    since AS (
        SELECT t.id, coalesce(sum(
                   CASE WHEN p.debit = %(custody)s THEN p.amount_fen ELSE -p.amount_fen END), 0)
                   AS moved
          FROM told t JOIN ledger.posting p ON p.institution_id = t.id
           AND p.effective_on > t.day AND %(custody)s IN (p.debit, p.credit)
           AND (p.contract_id > 0 OR p.contract_id = -(p.institution_id * 8 + %(suspense)s))
         GROUP BY 1)
    SELECT b.id, b.contracts, b.paid::bigint, b.released::bigint, b.refunded::bigint,
           b.transit::bigint, b.custody::bigint, b.suspense::bigint, t.day,
           coalesce(t.closing, 0)::bigint,
           (b.custody + b.suspense - coalesce(s.moved, 0))::bigint
      FROM books b LEFT JOIN told t ON t.id = b.id LEFT JOIN since s ON s.id = b.id
     ORDER BY b.id"""


def there(_actor: Actor, institution_ids: Sequence[int]) -> list[There]:
    """The money of institutions that have contracts, by number; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            _THERE,
            {
                "ids": list(institution_ids),
                "custody": int(Bucket.CUSTODY),
                "suspense": int(Purpose.SUSPENSE),
            },
        )
        return [There(*row) for row in cursor.fetchall()]
