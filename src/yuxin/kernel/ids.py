"""Keys that follow from what they name, so that a repeat is the same thing."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from uuid import UUID

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def fact_key(
    instant: datetime, *, contract: str, fact: str, action: str, occurrence: int | str
) -> UUID:
    """The key of a booking: ordered by the fact's own instant, the same at every attempt.

    UUID v8: 48 bits of Unix milliseconds, then 74 bits of
    SHA-256(contract|fact|action|occurrence). The instant is the fact's fixed time (a lesson's
    scheduled start), never the time of the attempt.
    """
    parts = (contract, fact, action, str(occurrence))
    assert instant.tzinfo is not None, "a fact's instant has a time zone"
    assert not any("|" in part for part in parts), "a bar would let two facts share a key"
    digest = int.from_bytes(sha256("|".join(parts).encode()).digest(), "big") >> (256 - 74)
    millis = (instant - _EPOCH) // _MILLISECOND
    assert 0 <= millis < 1 << 48, "the instant lies outside 48 bits of milliseconds"
    return _version_8(millis, digest >> 62, digest & (1 << 62) - 1)


def request_id_for(done_key: str) -> UUID:
    """The request number of a job's part: `job|day|institution|part` names it for good."""
    digest = int.from_bytes(sha256(done_key.encode()).digest()[:16], "big")
    return _version_8(digest >> 80, digest >> 64 & 0xFFF, digest & (1 << 62) - 1)


def _version_8(high: int, middle: int, low: int) -> UUID:
    return UUID(int=high << 80 | 8 << 76 | middle << 64 | 0b10 << 62 | low)
