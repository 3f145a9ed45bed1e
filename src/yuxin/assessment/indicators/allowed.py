"""The SQL that indicators may use: what PostgreSQL, DuckDB and Spark run alike.

Checked by parsing, word by word: a keyword, function, operator or table that is not on the list
is a problem.
"""

import re
from collections.abc import Iterator
from typing import Any, Final

import sqlparse
from sqlparse import tokens

_WORDS: Final = frozenset(
    (
        *("WITH", "AS", "SELECT", "FROM", "WHERE", "JOIN", "LEFT", "ON", "AND", "OR", "NOT", "IN"),
        *("IS", "NULL", "CASE", "WHEN", "THEN", "ELSE", "END", "GROUP", "BY", "HAVING", "ORDER"),
        *("ASC", "DESC", "DISTINCT", "OVER", "PARTITION", "UNION", "ALL", "CAST", "BIGINT"),
        *("INTEGER", "DATE", "FILTER"),
    )
)
_FUNCTIONS: Final = frozenset(
    ("COUNT", "SUM", "MIN", "MAX", "COALESCE", "ROW_NUMBER", "DATE_DIFF", "CAST", "FILTER", "OVER")
)
_OPERATORS: Final = frozenset(("=", "<>", "<", "<=", ">", ">=", "+", "-", "*", "//"))
_CALL: Final = re.compile(r"\b([a-z_]+)\s*\(", re.IGNORECASE)
_SOURCE: Final = re.compile(r"\b(?:from|join)\s+([a-z_.]+)", re.IGNORECASE)
_DEFINED: Final = re.compile(r"(?:\bwith\s+|,\s*)([a-z_]+)\s+as\s*\(", re.IGNORECASE)
_HEADER: Final = re.compile(r"^(--[^\n]*\n)+", re.MULTILINE)


def problems(text: str) -> list[str]:
    """What is wrong with an indicator; empty when it may run."""
    parsed: list[Any] = [each for each in sqlparse.parse(text) if each.value.strip()]
    if len(parsed) != 1 or parsed[0].get_type() != "SELECT":
        return ["not one SELECT"]
    code = sqlparse.format(text, strip_comments=True)
    return [*_header(text), *_words(parsed[0]), *_sources(code), *_calls(code), *_windows(code)]


# Punctuation that is an operator: `::` casts in PostgreSQL alone.
_PLAIN_PUNCTUATION: Final = frozenset("(),.;")


def _header(text: str) -> Iterator[str]:
    header = _HEADER.match(text)
    said = header.group() if header else ""
    if not re.search("[\u4e00-\u9fff]", said):
        yield "no sentence in Chinese"
    if "unit:" not in said or "window:" not in said:
        yield "no unit or window"


def _words(statement: Any) -> Iterator[str]:
    for token in statement.flatten():
        kind, word = token.ttype, token.value.upper()
        if kind in tokens.Keyword or kind in tokens.Name.Builtin:
            for part in word.split():
                if part not in _WORDS and part not in _FUNCTIONS and not _is_name(token.value):
                    yield f"the word {part}"
        elif kind in tokens.Operator and word not in _OPERATORS:
            yield f"the operator {word}"
        elif kind in tokens.Literal.Number.Float:
            yield f"the fraction {word}"
        elif kind in tokens.Punctuation and word not in _PLAIN_PUNCTUATION:
            yield f"the sign {word}"
        elif kind in tokens.Name.Placeholder:
            yield f"the placeholder {word}"


def _is_name(value: str) -> bool:
    """Column names that the parser takes for keywords; keywords are written in capitals."""
    return value.islower()


def _sources(code: str) -> Iterator[str]:
    own = {name.lower() for name in _DEFINED.findall(code)}
    for name in _SOURCE.findall(code):
        if name.lower() != "asked" and name.lower() not in own and not name.startswith("fact_"):
            yield f"the table {name}"


def _calls(code: str) -> Iterator[str]:
    own = {name.upper() for name in _DEFINED.findall(code)}
    for name in _CALL.findall(code):
        if name.upper() not in _FUNCTIONS and name.upper() not in _WORDS | own:
            yield f"the function {name}"


def _windows(code: str) -> Iterator[str]:
    """A window is ordered totally: by the number of the row at last."""
    for window in re.findall(r"OVER\s*\(([^)]*)\)", code):
        if not re.search(r"row_id( DESC)?\s*$", window.strip()):
            yield "a window without a total order"
