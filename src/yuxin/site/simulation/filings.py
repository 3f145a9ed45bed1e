"""What institutions report of themselves: quarterly statements, insurance. Sloppy ones are late."""

from collections.abc import Sequence
from datetime import date, timedelta

from yuxin.kernel.clock import at as instant
from yuxin.kernel.money import Fen
from yuxin.operations.licensing.file_statement import file_statement
from yuxin.operations.tuition.record_insurance import record_insurance
from yuxin.site.simulation.acting import Player
from yuxin.site.simulation.county import Institution
from yuxin.tuition.insurance.models import InsuranceKind
from yuxin.tuition.insurance.services import NewPolicy

FILED_DAYS = 20  # after the end of the quarter; 30 are allowed
LATE_DAYS = 45


def file_all(player: Player, made: Sequence[Institution], last_on: date) -> None:
    """Every connected institution files and insures, each by its conduct, until `last_on`."""
    quarter_end = _quarter_end_before(last_on - timedelta(days=31))
    for one in made:
        if one.plan.connected:
            _file(player, one, quarter_end, last_on)
            _insure(player, one, last_on)


def _quarter_end_before(day: date) -> date:
    first_month = (day.month - 1) // 3 * 3 + 1
    return date(day.year, first_month, 1) - timedelta(days=1)


def _file(player: Player, one: Institution, quarter_end: date, last_on: date) -> None:
    days = {"honest": FILED_DAYS, "sloppy": LATE_DAYS}.get(one.plan.conduct)
    if days is None:
        return
    on = quarter_end + timedelta(days=days + one.plan.number % 7)
    if on > last_on:
        return
    player.act(
        file_statement,
        one.head,
        instant(on, 15, 0),
        f"statement|{one.code}|{quarter_end.isoformat()}",
        code=one.code,
        quarter_end_on=quarter_end,
        assets_fen=Fen(50_000_000),
        liabilities_fen=Fen(20_000_000),
    )


def _insure(player: Player, one: Institution, last_on: date) -> None:
    left = {"honest": 200, "sloppy": 25, "collapsing": 3}[one.plan.conduct]
    player.act(
        record_insurance,
        one.head,
        instant(last_on - timedelta(days=20), 10, 0),
        f"insurance|{one.code}",
        code=one.code,
        policy=NewPolicy(
            kind=InsuranceKind.LIABILITY,
            insurer="示例财产保险",
            number=f"示保{one.plan.number:06d}",
            valid_from=last_on - timedelta(days=160),
            valid_until=last_on + timedelta(days=left + one.plan.number % 60),
            covered_count=max(one.plan.learners, 1),
        ),
    )
