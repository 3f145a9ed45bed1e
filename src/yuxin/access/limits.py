"""Limits of signing in. They protect accounts and are the same everywhere."""

from datetime import timedelta
from typing import Final

FAILURES_MAX: Final = 5  # wrong tries for one login before it is locked
FAILURES_PER_ADDRESS_MAX: Final = 30
LOCK_WINDOW: Final = timedelta(minutes=15)
SESSION_MAX: Final = timedelta(hours=12)
SESSION_MAX_FAMILY: Final = timedelta(days=30)
IDLE_MAX: Final = timedelta(minutes=30)
IDLE_MAX_FAMILY: Final = timedelta(days=7)
SESSIONS_PER_ACCOUNT_MAX: Final = 3
PRIVILEGED_MAX: Final = timedelta(minutes=30)
