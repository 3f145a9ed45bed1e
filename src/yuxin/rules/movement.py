"""How the internal colour moves from day to day: worse at once, better only after clean days.

RED leaves only by an approved re-inspection and never goes straight to GREEN. Clean days run
from the approval after RED, from clearing after YELLOW; notices and missing data do not hold a
colour; no clean day runs while an override stands.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from yuxin.kernel.refusal import Refusal
from yuxin.rules.colour import Colour, Result


class OverrideNotAllowed(Refusal):
    """A colour set by hand that the rules do not permit."""

    code = "override_not_allowed"
    zh = "不能人工调整颜色：{why_zh}。"
    en = "The colour may not be set by hand: {why_en}."


@dataclass(frozen=True)
class Override:
    """A colour set by hand for a time; both days count. Reason and approver are kept elsewhere."""

    colour: Colour
    from_on: date
    until_on: date

    def covers(self, day: date) -> bool:
        """Whether the override stands on a day."""
        return self.from_on <= day <= self.until_on


@dataclass(frozen=True)
class Standing:
    """Where the colour stands after a day.

    `clean_from` is the day from which clean days are counted, None while a line is reached.
    `must_be_clean` says that GREEN needs clean days first; `red_open` that RED was reached and
    no re-inspection has been approved since. `spent_on` is the last approval after which RED was
    found again: it releases nothing any more.
    """

    colour: Colour
    since: date
    must_be_clean: bool = False
    clean_from: date | None = None
    red_open: bool = False
    spent_on: date | None = None


def move(
    before: Standing | None,
    result: Result,
    *,
    approved_on: date | None = None,
    overrides: Sequence[Override] = (),
) -> Standing:
    """The standing after the day of a result.

    `approved_on` is the day on which a re-inspection after RED was approved in writing; it
    counts from that day on, if RED had begun before it and no bottom line has stood since.
    """
    day = result.day
    start = before or Standing(result.colour, day)
    if result.colour is Colour.GREY:
        return _at(start, Colour.GREY, day)
    if result.colour is Colour.RED:
        spent = approved_on if approved_on is not None else start.spent_on
        red = replace(start, must_be_clean=True, clean_from=None, red_open=True, spent_on=spent)
        return _at(red, Colour.RED, day)
    released = start.red_open and approved_on is not None and _releases(start, approved_on, day)
    if start.red_open and not released:
        return _at(replace(start, clean_from=None), Colour.RED, day)
    clean_from = None
    if not result.warned:
        clean_from = approved_on if released else start.clean_from or day
    now = replace(
        start,
        red_open=False,
        must_be_clean=start.must_be_clean or result.warned,
        clean_from=clean_from,
    )
    if result.colour is Colour.YELLOW or released or _still_held(now, result, overrides):
        return _at(now, Colour.YELLOW, day)
    return _at(replace(now, must_be_clean=False, clean_from=None), Colour.GREEN, day)


def green_not_before(
    standing: Standing, clean_days: int, overrides: Sequence[Override] = ()
) -> date | None:
    """The first day the colour may be GREEN if nothing else happens; None while none is in sight.

    Units: clean_days in calendar days.
    """
    if standing.red_open or (standing.must_be_clean and standing.clean_from is None):
        return None
    day = standing.clean_from or standing.since
    left = clean_days if standing.must_be_clean else 0
    while left:
        left -= not any(override.covers(day) for override in overrides)
        day += timedelta(days=1)
    return day


def green_at_best(
    standing: Standing, result: Result, overrides: Sequence[Override] = ()
) -> date | None:
    """The earliest GREEN if all that stands against it were mended on the day of the result.

    Every line cleared, what is missing delivered, a re-inspection after RED approved, that same
    day. None for grey, which nothing of this ends.
    """
    if result.colour is Colour.GREY:
        return None
    held = result.warned or standing.red_open
    mended = replace(
        standing,
        red_open=False,
        must_be_clean=standing.must_be_clean or held,
        clean_from=result.day if held else standing.clean_from or result.day,
    )
    free = green_not_before(mended, result.clean_days, overrides)
    assert free is not None, "nothing holds the colour any more"
    return max(free, result.day)


def effective(standing: Standing, result: Result, overrides: Sequence[Override] = ()) -> Colour:
    """The colour in effect on the day of a result: an override's, unless a bottom line is hard."""
    standing_overrides = [one for one in overrides if one.covers(result.day)]
    if not standing_overrides or result.hard or result.colour is Colour.GREY:
        return standing.colour
    return standing_overrides[-1].colour


def require_override_allowed(
    override: Override, standing: Standing, result: Result, *, days_max: int
) -> None:
    """Refuse an override on a hard bottom, from RED to GREEN, to or from grey, or for too long.

    Units: days_max in calendar days after the first.
    Raises: OverrideNotAllowed.
    """
    if result.hard:
        raise OverrideNotAllowed(
            why_zh="已触及不可调整的底线", why_en="a bottom line that allows none is reached"
        )
    if Colour.GREY in (override.colour, standing.colour):
        raise OverrideNotAllowed(
            why_zh="灰色表示未接入或未持证，不是评价",
            why_en="grey is no judgement: not connected, or without a licence",
        )
    if standing.colour is Colour.RED and override.colour is Colour.GREEN:
        raise OverrideNotAllowed(
            why_zh="红色不能直接改为绿色", why_en="RED never goes straight to GREEN"
        )
    if not 0 <= (override.until_on - override.from_on).days <= days_max:
        raise OverrideNotAllowed(
            why_zh=f"期限最长 {days_max} 天", why_en=f"it lasts at most {days_max} days"
        )


def _releases(red: Standing, approved_on: date, day: date) -> bool:
    """Whether an approval ends this RED: not one from before it, nor one given too early."""
    is_spent = red.spent_on is not None and approved_on <= red.spent_on
    return red.since <= approved_on <= day and not is_spent


def _still_held(now: Standing, result: Result, overrides: Sequence[Override]) -> bool:
    """Whether YELLOW still waits for clean days."""
    free = green_not_before(now, result.clean_days, overrides)
    return free is None or result.day < free


def _at(standing: Standing, colour: Colour, day: date) -> Standing:
    """The standing at a colour, dated from its first day."""
    since = standing.since if standing.colour is colour else day
    return replace(standing, colour=colour, since=since)
