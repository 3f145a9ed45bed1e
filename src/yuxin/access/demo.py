"""What only a demo may do: write history that nobody lived through."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from yuxin.access.models import Installation
from yuxin.kernel.refusal import Refusal

_recorded_at: ContextVar[datetime | None] = ContextVar("yuxin_recorded_at", default=None)


class OnlyInDemo(Refusal):
    """Something that exists to play a simulated county."""

    code = "only_in_demo"
    status = 403
    zh = "这项操作只用于演示环境里的模拟历史，正式环境不能办理。"
    en = "This act plays simulated history and exists in a demo only."


def in_demo() -> bool:
    """Whether this installation is a demo; inside a reading or an operation."""
    return Installation.objects.filter(mode="demo").exists()


def require_demo() -> None:
    """Refuse outside a demo; inside an operation. Raises: OnlyInDemo."""
    if not in_demo():
        raise OnlyInDemo


@contextmanager
def recording_at(at: datetime) -> Iterator[None]:
    """Let operations inside record with this clock; the database allows it in a demo only."""
    token = _recorded_at.set(at)
    try:
        yield
    finally:
        _recorded_at.reset(token)


def recorded_at() -> str:
    """The clock that history is written with, as the database reads it; empty for its own."""
    wished = _recorded_at.get()
    return wished.isoformat() if wished else ""
