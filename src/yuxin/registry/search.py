"""What a subject can be found by: pieces of its names, pinyin, codes and address.

Without an extension: the pieces are computed on write and lie in an array with a core GIN
index; a query is cut into the same pieces, and the few rows that hold all of them are compared
in full. Pure functions.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from pypinyin import lazy_pinyin

_KEPT: Final = re.compile(r"[^0-9a-z\u3400-\u9fff\uf900-\ufaff\U00020000-\U0002ffff]+")
_HAN: Final = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0002ffff]")
_LETTERS: Final = re.compile(r"[a-z]+")
_ALNUM: Final = re.compile(r"[0-9a-z]+")
CODE_PIECE: Final = 4
PINYIN_PIECE: Final = 3
START_MAX: Final = 4


@dataclass(frozen=True)
class Keys:
    """The stored keys of one subject. Each key holds its parts between bars."""

    terms: list[str]
    text: str
    codes: str
    address: str
    pinyin: str
    initials: str
    name: str


@dataclass(frozen=True)
class Token:
    """One word of a query: its plain text and the sets of pieces, any of which may match.

    `starts` are the pieces that only a name or code beginning with the word has.
    """

    text: str
    alternatives: tuple[tuple[str, ...], ...]
    starts: tuple[str, ...]


def plain(text: str) -> str:
    """The text as it is compared: half width, small letters, no spaces or punctuation."""
    return _KEPT.sub("", unicodedata.normalize("NFKC", text).lower())


def pieces(text: str, length: int, prefix: str = "") -> list[str]:
    """Every run of `length` characters; the text itself when it is shorter."""
    if len(text) <= length:
        return [prefix + text] if text else []
    return [prefix + text[i : i + length] for i in range(len(text) - length + 1)]


@lru_cache(maxsize=4096)
def sounds(text: str) -> tuple[str, str]:
    """The pinyin of a plain text in one string, and the initials of its syllables."""
    syllables = lazy_pinyin(text)
    initials = "".join(s[:1] if _LETTERS.fullmatch(s) else s for s in syllables)
    return "".join(syllables), initials


def _starts(text: str, prefix: str = "") -> set[str]:
    """The beginnings of a text, marked, up to `START_MAX` characters."""
    return {f"{prefix}^{text[:size]}" for size in range(1, min(len(text), START_MAX) + 1)}


def _barred(parts: Iterable[str]) -> str:
    kept = [part for part in dict.fromkeys(parts) if part]
    return f"|{'|'.join(kept)}|" if kept else ""


def keys_of(
    *, name: str, brand: str, addresses: Iterable[str], codes: Iterable[str], nameless: str = ""
) -> Keys:
    """The keys of a subject; `nameless` is what sorts it when it has no name."""
    names = list(dict.fromkeys(filter(None, (plain(name), plain(brand)))))
    spoken = [sounds(each) for each in names]
    plain_codes = list(dict.fromkeys(filter(None, map(plain, codes))))
    places = list(dict.fromkeys(filter(None, map(plain, addresses))))
    terms: set[str] = set()
    for each in (*names, *places):
        terms.update(pieces(each, 2))
    for each in names:
        terms.update(each)
        terms.update(_starts(each))
    for pinyin, initials in spoken:
        terms.update(pieces(pinyin, PINYIN_PIECE, "p:"))
        terms.update(pieces(initials, 2, "i:"))
        terms.update(_starts(initials, "i:"))
    for each in plain_codes:
        terms.update(pieces(each, CODE_PIECE, "c:"))
        terms.add(f"c:^{each[:CODE_PIECE]}")
    return Keys(
        terms=sorted(terms),
        text=_barred(names),
        codes=_barred(plain_codes),
        address=_barred(places),
        pinyin=_barred(pinyin for pinyin, _ in spoken),
        initials=_barred(initials for _, initials in spoken),
        name=(spoken[0][0] + " " + names[0]) if names else "~" + plain(nameless),
    )


def token(word: str) -> Token:
    """How one plain word of a query may match: as text, initials, pinyin or part of a code."""
    ways = [tuple(pieces(word, 2))]
    if _LETTERS.fullmatch(word):
        if len(word) >= 2:
            ways.append(tuple(pieces(word, 2, "i:")))
        if len(word) >= PINYIN_PIECE:
            ways.append(tuple(pieces(word, PINYIN_PIECE, "p:")))
    if _ALNUM.fullmatch(word):
        ways.append(tuple(pieces(word, CODE_PIECE, "c:")))
    start = f"^{word[:START_MAX]}"
    return Token(word, tuple(ways), (start, f"i:{start}", f"c:{start}"))


def tokens(query: str) -> list[Token]:
    """The words of a query; all of them must match. At most five are looked at."""
    joined = re.sub(r"(?<=[0-9A-Za-z])-(?=[0-9A-Za-z])", "", query[:80])
    words = (plain(word) for word in unicodedata.normalize("NFKC", joined).split())
    return [token(word) for word in list(dict.fromkeys(filter(None, words)))[:5]]
