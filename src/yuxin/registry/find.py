"""The statement that searches entries: pieces narrow, full keys decide, rank orders."""

from collections.abc import Sequence
from typing import Any, Final

from psycopg import sql

from yuxin.registry.search import Token

_COLUMNS: Final = sql.SQL(
    "subject_id, code, kind, name, brand, uscc, status, category, area_code, address, connected"
)
# A word of a query stands in one of the keys. Words hold letters and digits only, so that no
# wildcard can come in with them.
_MATCHES: Final = sql.SQL(
    "(text_key LIKE %s OR initials LIKE %s OR pinyin LIKE %s OR code_key LIKE %s"
    " OR address_key LIKE %s)"
)
_RANK: Final = sql.SQL(
    "CASE WHEN code_key LIKE %s THEN 0 WHEN text_key LIKE %s THEN 1 WHEN text_key LIKE %s THEN 2"
    " WHEN initials LIKE %s THEN 3 WHEN text_key LIKE %s THEN 4"
    " WHEN initials LIKE %s OR pinyin LIKE %s THEN 5 WHEN code_key LIKE %s THEN 6"
    " WHEN initials LIKE %s OR pinyin LIKE %s THEN 7 ELSE 8 END"
)
ENTRIES: Final = sql.Identifier("registry_entry")
PUBLIC_ENTRIES: Final = sql.Identifier("portal", "institution")


# A broad word matches half the county: of what merely holds it only so many are ranked. What
# begins with it is always among them.
CANDIDATES: Final = 400


def array_text(ids: Sequence[int]) -> str:
    """Ids as one literal: thousands of them would be slow to adapt one by one."""
    return "{" + ",".join(map(str, ids)) + "}"


def _word(token: Token) -> tuple[sql.Composable, list[Any]]:
    pieces = sql.SQL(" OR ").join([sql.SQL("search_terms @> %s")] * len(token.alternatives))
    narrowed = sql.SQL("({}) AND ").format(pieces)
    anywhere = f"%{token.text}%"
    return narrowed + _MATCHES, [*map(list, token.alternatives), *[anywhere] * 5]


def _rank(first: str) -> list[str]:
    whole, start, anywhere = f"%|{first}|%", f"%|{first}%", f"%{first}%"
    return [whole, whole, start, whole, anywhere, start, start, start, anywhere, anywhere]


def statement(
    source: sql.Identifier,
    tokens: Sequence[Token],
    *,
    limit: int,
    within: Sequence[int] | None = None,
) -> tuple[sql.Composed, list[Any]]:
    """The search over `source` for entries that hold every word, best first.

    With `within` among these subjects only.
    """
    assert tokens, "a search has at least one word"
    words = [_word(token) for token in tokens]
    conditions = [condition for condition, _ in words]
    parameters = [value for _, values in words for value in values]
    if source is ENTRIES:
        conditions.append(sql.SQL("merged_into_id IS NULL AND kind <> 'NATURAL_PERSON'"))
    reach = sql.SQL("")
    if within is not None:
        reach = sql.SQL("WHERE (subject_id IN (SELECT unnest(%s::bigint[]))) IS TRUE")
        parameters.append(array_text(within))
    # OFFSET 0 keeps the pieces first: few rows hold them, while the reach may be thousands.
    # IS TRUE keeps the reach a hash that is asked per row; as a join it is run through each time,
    # and as a constant array the planner weighs every element.
    asked = sql.SQL(
        "SELECT DISTINCT {columns}, {rank} AS rank, name_key FROM ("
        "(SELECT * FROM (SELECT * FROM {source} WHERE search_terms && %s AND {conditions}"
        " OFFSET 0) held {reach} LIMIT {most}) UNION ALL"
        " (SELECT * FROM (SELECT * FROM {source} WHERE {conditions} OFFSET 0) held {reach}"
        " LIMIT {most})) found ORDER BY rank, name_key, subject_id LIMIT %s"
    ).format(
        columns=_COLUMNS,
        source=source,
        conditions=sql.SQL(" AND ").join(conditions),
        reach=reach,
        rank=_RANK,
        most=sql.Literal(CANDIDATES),
    )
    starts = list(tokens[0].starts)
    return asked, [*_rank(tokens[0].text), starts, *parameters, *parameters, limit]
