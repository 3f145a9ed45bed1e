"""PostgreSQL backend with one rule more: a query needs a reading or an operation around it.

Processes that are no delivery (migrations, sequencer, verify) log in as another role and are
exempt: they cannot reach rows through an actor's eyes in the first place.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db.backends.postgresql import base

from yuxin.access.context import is_open, opened


class QueryOutsideContext(AssertionError):
    """A query ran outside `access.reading` and outside an operation: a fault of ours."""


def _guard(
    execute: Callable[..., Any],
    sql: str,
    params: Sequence[Any],
    many: bool,  # noqa: FBT001 -- the signature is Django's
    context: dict[str, Any],
) -> Any:
    if not is_open():
        raise QueryOutsideContext(f"query outside a reading or an operation: {sql[:120]}")
    return execute(sql, params, many, context)


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection whose statements are refused outside a reading or an operation."""

    def __init__(self, settings_dict: dict[str, Any], alias: str = "default") -> None:
        super().__init__(settings_dict, alias)
        if settings_dict.get("GUARDED", True):
            self.execute_wrappers.append(_guard)

    def check_constraints(self, table_names: Iterable[str] | None = None) -> None:
        """Check deferred constraints now; it reads no rows of anybody's."""
        with opened("constraints"):
            super().check_constraints(table_names)
