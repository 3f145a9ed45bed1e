"""The one place that reads the clock, and the turn from instants to Shanghai days."""

from datetime import UTC, date, datetime
from typing import Final
from zoneinfo import ZoneInfo

SHANGHAI: Final = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """This instant, aware, in UTC. Only delivery and jobs call it."""
    return datetime.now(UTC)


def day_of(instant: datetime) -> date:
    """The business day of an instant: its date in Shanghai."""
    assert instant.tzinfo is not None, "an instant without a time zone has no day"
    return instant.astimezone(SHANGHAI).date()


def at(day: date, hour: int, minute: int, second: int = 0) -> datetime:
    """The instant of a Shanghai wall-clock time, aware, in UTC."""
    wall = datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=SHANGHAI)
    return wall.astimezone(UTC)
