"""What a detector's row means under the rules of the day: caps passed, working days gone. Pure."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

from yuxin.kernel.calendar import Calendar, CalendarMissing, add_months
from yuxin.rules.pack import Pack
from yuxin.rules.table import Fact, fired_rows

CATEGORIES: Final = ("SUBJECT", "ARTS", "SCITECH", "SPORTS", "OTHER")
CIRCLES: Final = ("chain", "household", "controller")
STAGES: Final = ("PRESCHOOL", "COMPULSORY", "SENIOR")
MODES: Final = ("OFFLINE", "ONLINE")
# Spans that rules may count in working days or bank days as well.
COUNTED: Final = ("unswept_days", "break_days", "silent_days", "open_days")


def facts(
    rule: str, said: Mapping[str, Any], pack: Pack, day: date, offices: Calendar, banks: Calendar
) -> dict[str, Fact]:
    """The facts that a rule's table is asked with; what nobody can know stays None."""
    told: dict[str, Fact] = dict(said)
    for name in COUNTED:
        days = said.get(name)
        if days is not None:
            stem = name.removesuffix("_days")
            told[f"{stem}_working_days"] = _worked(offices, day - timedelta(days=days), day)
            told[f"{stem}_bank_days"] = _worked(banks, day - timedelta(days=days), day)
    if rule == "W04":
        told |= _over_caps(said, pack, day)
    if rule == "W05":
        told |= _over_sums(said, pack)
    if rule == "W08":
        told |= _over_guide(said, pack, day)
    if rule == "W10":
        told["overdue_days"] = _overdue(told, pack, day)
    if rule == "W15" and said["notified_on"] is not None:
        told["notice_working_days"] = _worked(offices, said["notified_on"], said["used_on"])
    return told


def _worked(days: Calendar, first: date, last: date) -> int | None:
    """Working days after the first day up to the last; nobody knows those of unknown years."""
    if last < first:
        return 0
    try:
        return days.working_days_between(first, last)
    except CalendarMissing:
        return None


def _over_caps(said: Mapping[str, Any], pack: Pack, day: date) -> dict[str, Fact]:
    """By how much a charge is over the caps in force (N01 to N03); below a cap it is 0."""
    told: dict[str, Fact] = {}
    if pack.has("prepay.lessons_max", day):
        most = pack.on("prepay.lessons_max", day).integer * 100
        told["over_centiunits"] = max(0, said["centiunits"] - most)
    if pack.has("prepay.months_max", day):
        end = add_months(said["first_on"], pack.on("prepay.months_max", day).integer)
        told["over_span_days"] = max(0, (said["last_on"] - end).days + 1)
    category = CATEGORIES[said["category"] - 1]
    if pack.has("prepay.amount_max_fen", day) and pack.has("prepay.amount_max_binds", day):
        binds = fired_rows(pack.on("prepay.amount_max_binds", day).rows, {"category": category})
        most = pack.on("prepay.amount_max_fen", day).integer
        told["over_fen"] = max(0, said["total_fen"] - most) if binds else 0
    return told


def _over_sums(said: Mapping[str, Any], pack: Pack) -> dict[str, Fact]:
    """By how much a sum of charges is over the line of the day it was signed; unset: nothing."""
    told: dict[str, Fact] = {}
    circle, day = CIRCLES[said["circle"] - 1], said["signed_on"]
    for what, unit, rule, each in (
        ("sum_centiunits", "centiunits", f"charges.sum_{circle}_lessons", 100),
        ("sum_fen", "fen", f"charges.sum_{circle}_fen", 1),
    ):
        if said[what] is not None and pack.has(rule, day):
            most = pack.on(rule, day).integer * each
            told[f"over_{circle}_{unit}"] = max(0, said[what] - most)
            told["line_centiunits" if unit == "centiunits" else "line_fen"] = most
    return told


def _over_guide(said: Mapping[str, Any], pack: Pack, day: date) -> dict[str, Fact]:
    """By how much a price is over the lowest guide price that binds it, for its own minutes.

    The guide's price for those minutes is cut to whole fen: whatever is above it is above by at
    least one, and what is not is not.
    """
    if not pack.has("charges.guide_prices", day):
        return {}
    asked: dict[str, Fact] = {
        "category": "SUBJECT",
        "stage": STAGES[said["stage"] - 1],
        "mode": MODES[said["mode"] - 1],
        "class_size": said["class_size"],
    }
    most: list[int] = []
    for fired in fired_rows(pack.on("charges.guide_prices", day).rows, asked):
        fen, minutes = fired.row.then["unit_fen"], fired.row.then["minutes"]
        assert isinstance(fen, int) and isinstance(minutes, int), "a guide price is whole fen"
        most.append(fen * said["lesson_minutes"] // minutes)
    if not most:
        return {}
    return {"guide_fen": min(most), "over_guide_fen": max(0, said["unit_price_fen"] - min(most))}


def _overdue(told: Mapping[str, Fact], pack: Pack, day: date) -> int | None:
    """Days over the term that the contract gives; None where it gives none."""
    limit = told.get("limit_days")
    if not isinstance(limit, int):
        return None
    counts = "DAY"
    if pack.has("prepay.refund_due_counts", day):
        counts = pack.on("prepay.refund_due_counts", day).text
    gone = told["open_working_days" if counts == "WORKING_DAY" else "open_days"]
    return max(0, gone - limit) if isinstance(gone, int) else None
