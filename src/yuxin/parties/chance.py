"""Faults that can be played again: decided by seed and subject alone, also over a restart."""

import hashlib

MILLION = 1_000_000


def draw(seed: int, purpose: str, subject: str) -> int:
    """A number that is fixed by seed, purpose and subject."""
    text = f"{seed}|{purpose}|{subject}".encode()
    return int.from_bytes(hashlib.sha256(text).digest()[:8])


def hits(seed: int, rate: int, purpose: str, subject: str) -> bool:
    """Whether something that happens `rate` times in a million happens to this subject."""
    return rate > 0 and draw(seed, purpose, subject) % MILLION < rate
