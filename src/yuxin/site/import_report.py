"""What `./yuxin import` says: the counts, and behind them every line that was not simply taken."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from yuxin.formats.sheet_parts import column_letters
from yuxin.registry.intake.check import NOTICES, Outcome
from yuxin.registry.intake.columns import WHY_WORDS
from yuxin.registry.intake.fields import FIELD_WORDS
from yuxin.registry.intake.verdict import DOUBT_WORDS, REASONS, Verdict, say

COUNTS: Final = ("rows", "accepted", "doubtful", "rejected", "unchanged")
_LISTED_MAX: Final = 5000


@dataclass(frozen=True)
class DoubtLine:
    """One doubtful cell as the report lists it."""

    sheet: int
    row: int
    column: int
    field: str
    kind: str
    source: str
    reason: str
    facts: Mapping[str, str]
    proposal: Mapping[str, str] | None
    sure: str

    def report(self, language: str) -> dict[str, Any]:
        """The doubt in words."""
        pick = 1 if language == "en" else 0
        cell = f"{column_letters(self.column)}{self.row}" if self.column >= 0 else ""
        return {
            "sheet": self.sheet + 1,
            "row": self.row,
            "cell": cell,
            "field": self.field,
            "kind": self.kind,
            "kind_name": DOUBT_WORDS[self.kind][pick],
            "source": self.source,
            "proposal": None if self.proposal is None else dict(self.proposal),
            "sureness": self.sure,
            "reason": say(REASONS, self.reason, language, **self.facts),
        }


def doubts_of(outcome: Outcome) -> list[DoubtLine]:
    """The doubts of a file that was only read."""
    return [
        DoubtLine(
            row.sheet,
            row.number,
            doubt.column,
            doubt.field,
            doubt.kind.value,
            doubt.source,
            doubt.reason,
            doubt.facts,
            doubt.proposal,
            doubt.sure.value,
        )
        for row in outcome.rows
        if row.verdict is Verdict.DOUBTFUL
        for doubt in row.doubts
    ]


def report_of(
    *,
    counts: Mapping[str, int],
    doubts: Sequence[DoubtLine],
    rejected: Iterable[tuple[int, int, str]],
    others: Iterable[tuple[int, int, str, str]],
    notices: Iterable[tuple[str, Mapping[str, str]]],
    columns: Iterable[Mapping[str, Any]],
    language: str,
    **more: Any,
) -> dict[str, Any]:
    """The report of `--json`: the counts, and under `report` everything behind them."""
    lines = list(others)
    kinds = Counter(doubt.kind for doubt in doubts)
    return {name: counts[name] for name in COUNTS} | {
        "report": {
            **more,
            "lines": dict(Counter(kind for *_, kind, _ in lines)),
            "doubts": dict(kinds.most_common()),
            "notices": [say(NOTICES, key, language, **facts) for key, facts in notices],
            "columns": [_column(column, language) for column in columns],
            "doubtful_cells": [doubt.report(language) for doubt in doubts[:_LISTED_MAX]],
            "rejected_rows": [
                {"sheet": sheet + 1, "row": row, "reason": say(REASONS, reason, language)}
                for sheet, row, reason in rejected
            ],
            "other_lines": [
                {"sheet": sheet + 1, "row": row, "kind": kind, "text": text}
                for sheet, row, kind, text in lines[:_LISTED_MAX]
            ],
        }
    }


def _column(column: Mapping[str, Any], language: str) -> dict[str, str]:
    pick = 1 if language == "en" else 0
    why = WHY_WORDS[column["why"]][pick].format(word=column["word"], percent=column["word"])
    return {
        "column": column_letters(column["index"]),
        "heading": column["heading"],
        "read_as": FIELD_WORDS[column["field"]][pick],
        "why": why,
    }
