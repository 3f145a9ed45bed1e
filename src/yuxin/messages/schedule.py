"""When a message may go out: quiet hours and waits between tries. Values are proposals."""

from datetime import datetime, time, timedelta

from yuxin.kernel.clock import SHANGHAI, at, day_of

QUIET_FROM = time(21, 30)
QUIET_UNTIL = time(8, 0)
WAITS = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
)
TRIES_MAX = len(WAITS) + 1
CODE_VALID = timedelta(minutes=5)
CODE_TRIES = 5
CODE_PAUSE = timedelta(minutes=1)
CODES_A_DAY = 10


def earliest(instant: datetime, *, urgent: bool) -> datetime:
    """The first instant from `instant` on at which a phone may ring."""
    clock = instant.astimezone(SHANGHAI).time()
    if urgent or QUIET_UNTIL <= clock < QUIET_FROM:
        return instant
    day = day_of(instant)
    if clock >= QUIET_FROM:
        day += timedelta(days=1)
    return at(day, QUIET_UNTIL.hour, QUIET_UNTIL.minute)


def next_try(instant: datetime, attempts: int, *, urgent: bool) -> datetime | None:
    """When to try again after so many tries, or None: this way out has failed."""
    if attempts >= TRIES_MAX:
        return None
    return earliest(instant + WAITS[attempts - 1], urgent=urgent)
