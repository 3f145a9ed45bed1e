"""What the log shows to everybody: checkpoint, tiles, entry bundles, policy.

Reads end at the last published checkpoint: what no witness has seen is not shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from yuxin.evidence.tree import entries_of, fetcher
from yuxin.formats.tlog_policy import Policy, parse_policy
from yuxin.formats.tlog_tiles import Tile, pack_entries


def rows(statement: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Run one statement on Django's connection."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def checkpoint_note() -> str | None:
    """Return the last published checkpoint, None before the first."""
    found = rows("SELECT note FROM portal.log_checkpoint ORDER BY size DESC LIMIT 1", [])
    return str(found[0][0]) if found else None


def tile_bytes(tile: Tile) -> bytes:
    """Return a hash tile or a bundle of entries, full or partial.

    Raises: TileProblem when the published tree does not fill it.
    """
    if tile.level is None:
        return pack_entries(entries_of(rows, tile, "portal"))
    return fetcher(rows, "portal")(tile)


def policy() -> Policy:
    """Return the policy as strangers need it: without the addresses of the witnesses."""
    held = parse_policy((Path(settings.EVIDENCE_ROOT) / "policy").read_bytes())
    return replace(held, witnesses=tuple(replace(w, url="") for w in held.witnesses))
