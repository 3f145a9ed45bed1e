"""What the rules are given: the measures of `risk.measures`, made of what the indicators say.

Pure. Deadlines and lines come from the rule pack; the indicators only count.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from yuxin.kernel.calendar import Calendar, CalendarMissing
from yuxin.rules.colour import ColourRules
from yuxin.rules.table import Fact, threshold

Rows = Mapping[str, Sequence[Mapping[str, Any]]]
STATUSES: Final = ("LICENSED", "UNLICENSED", "REVOKED", "CLOSED")
WHOLE: Final = 10_000


@dataclass(frozen=True)
class Terms:
    """What the pack says of deadlines and lines on a day, and when banks and offices work."""

    statement_due_days: int
    custody_bottom_bps: int
    area_per_learner_dm2: int
    banks: Calendar
    offices: Calendar

    @classmethod
    def of(
        cls, rules: ColourRules, statement_due_days: int, banks: Calendar, offices: Calendar
    ) -> "Terms":
        """The terms that the tables of a pack imply."""
        rows = rules.indicators.rows
        return cls(
            statement_due_days,
            threshold(rows, "risk.F1.B", "custody_ratio_bps"),
            threshold(rows, "risk.E2.B.area", "area_per_learner_dm2"),
            banks,
            offices,
        )


def measures(rows: Rows, day: date, terms: Terms) -> dict[str, Fact]:
    """The measures of one institution on a day. What nobody can know stays None.

    Rounding: ratios of cover down, capacity used up.
    """
    one = {name: said[0] for name, said in rows.items()}
    status, places = one["status"], one["places"]
    learners = int(one["learners"]["learners"])
    connected_days = status["connected_days"] or 0
    capacity = _capacity(places, terms)
    return {
        "status": STATUSES[status["no_licence"]],
        "connected": status["connected"] == 1,
        "learners": learners,
        "sites": places["sites"],
        "capacity": capacity,
        "licence_days_to_expiry": one["licence"]["licence_days_to_expiry"],
        "renewal_filed": one["renewal"]["renewals"] > 0,
        "fulltime_share_bps": _share(one["staff"]["fulltime"], one["staff"]["staff"]),
        **_at_once(one["learners_at_once"]["learners_at_once"], capacity, places),
        **one["complaints"],
        **_statement(one, day, terms),
        **_insurance(one, learners, connected_days),
        **_funds(rows["custody"], day, connected_days, terms),
        "funds_gap_by_others": one["gaps"]["funds_gaps"] > 0,
        "outside_receipts": one["outside"]["outside_receipts"],
    }


def _capacity(places: Mapping[str, Any], terms: Terms) -> int | None:
    """The lower of the approved capacity and what the area allows; None if neither is known."""
    area = places["area_dm2"]
    by_area = None if area is None else area // terms.area_per_learner_dm2
    known = [each for each in (places["rooms_capacity"], by_area) if each is not None]
    return min(known) if known else None


def _share(part: int, whole: int) -> int | None:
    return None if whole == 0 else part * WHOLE // whole


def _at_once(
    at_once: int | None, capacity: int | None, places: Mapping[str, Any]
) -> dict[str, Fact]:
    area = places["area_dm2"]
    return {
        "capacity_used_bps": (
            -(-at_once * WHOLE // capacity) if at_once is not None and capacity else None
        ),
        "area_per_learner_dm2": area // at_once if area is not None and at_once else None,
    }


def _statement(one: Mapping[str, Mapping[str, Any]], day: date, terms: Terms) -> dict[str, Fact]:
    by_others = one["gaps"]["statement_gaps"] > 0
    age = one["statements"]["statement_quarter_age"]
    late = 0 if age is None else max(0, (day - _statement_due(day, age, terms)).days)
    # While the platform cannot take statements nobody knows who is late.
    return {
        "statement_days_late": None if by_others else late,
        "statement_gap_days": late,
        "statement_gap_by_others": by_others,
    }


def _statement_due(day: date, age: int, terms: Terms) -> date:
    """The last day to file; one on a day off rolls to the next working day."""
    last = day + timedelta(days=terms.statement_due_days - age)
    try:
        return terms.offices.roll(last)
    except CalendarMissing:
        # Of a year before the first notice held nobody can say which days were off.
        return last


def _insurance(
    one: Mapping[str, Mapping[str, Any]], learners: int, connected_days: int
) -> dict[str, Fact]:
    said = one["insurance"]
    covered = said["insurance_covered"]
    cover = None if covered is None else covered * WHOLE // learners if learners else WHOLE
    return {
        "insurance_days_to_expiry": said["insurance_days_to_expiry"],
        "insurance_cover_bps": cover,
        "insurance_gap_days": connected_days if covered is None else 0,
        "insurance_gap_by_others": one["gaps"]["insurance_gaps"] > 0,
    }


def _funds(
    days: Sequence[Mapping[str, Any]], day: date, connected_days: int, terms: Terms
) -> dict[str, Fact]:
    if not days[0]["custody"]:
        return {"fund_mode": None}
    known = sorted((each for each in days if each["balance_age"] is not None), key=_age)
    if not known:
        return {"fund_mode": "CUSTODY", "funds_gap_days": connected_days}
    latest = known[0]
    gap = _gap(day - timedelta(days=latest["balance_age"]), day, terms.banks)
    return {
        "fund_mode": "CUSTODY",
        "custody_ratio_bps": _ratio(latest),
        "custody_short_bank_days": _short_days(known, day, terms),
        "funds_gap_days": gap,
    }


def _age(row: Mapping[str, Any]) -> int:
    return int(row["balance_age"])


def _ratio(row: Mapping[str, Any]) -> int:
    """Custody over what must lie there, rounded down; whole when nothing is owed.

    What families paid and the bank has not delivered yet counts as backing for its lag.
    """
    owed = int(row["owed_fen"])
    backing = int(row["closing_fen"]) + int(row["transit_fen"])
    return WHOLE if owed <= 0 else backing * WHOLE // owed


def _short_days(known: Sequence[Mapping[str, Any]], day: date, terms: Terms) -> int:
    """Consecutive bank days below the bottom ratio up to the latest balance.

    A bank day of which the balance is not known interrupts the row.
    """
    count, later = 0, None
    for row in known:
        at = day - timedelta(days=row["balance_age"])
        if not terms.banks.is_working(at):
            continue
        unknown_between = later is not None and terms.banks.next_working(at) != later
        if unknown_between or _ratio(row) >= terms.custody_bottom_bps:
            break
        count, later = count + 1, at
    return count


def _gap(latest: date, day: date, banks: Calendar) -> int:
    """Days that the next balance is overdue: it is due the bank day after its own."""
    due = banks.next_working(banks.next_working(latest))
    return max(0, (day - due).days)
