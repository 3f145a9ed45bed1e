"""Whether this thread of work is inside a reading or an operation, and the settings it carries."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from yuxin.kernel.actor import Actor

_open: ContextVar[str] = ContextVar("yuxin_access_context", default="")


def is_open() -> bool:
    """Whether a query is allowed now."""
    return _open.get() != ""


def current() -> str:
    """The kind of context that is open: "reading", "operation" or empty."""
    return _open.get()


@contextmanager
def opened(kind: str) -> Iterator[None]:
    """Mark a reading or an operation as open; contexts do not nest.

    The mark is set before the transaction starts and taken away after it has ended.
    """
    assert not _open.get(), f"{kind} inside {_open.get()}: one context at a time"
    token = _open.set(kind)
    try:
        yield
    finally:
        _open.reset(token)


def set_actor(cursor: Any, actor: Actor) -> None:
    """Tell the database, for this transaction only, whose rows are meant.

    The policies of row-level security read these settings (`migrations/0001`, `0005`).
    """
    cursor.execute(
        "SELECT set_config('yuxin.institutions', %s, true), set_config('yuxin.persons', %s, true),"
        " set_config('yuxin.account', %s, true), set_config('yuxin.side', %s, true),"
        " set_config('yuxin.bank', %s, true)",
        [
            "{" + ",".join(map(str, actor.institution_ids)) + "}",
            "{" + ",".join(map(str, actor.person_ids)) + "}",
            str(actor.account_id or 0),
            actor.side,
            actor.bank_code,
        ],
    )
