"""What one cell says, field by field. Reading never guesses: it takes, notes or doubts."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from functools import partial

from stdnum.cn import ric
from stdnum.cn import uscc as stdnum_uscc

from yuxin.kernel.codes import is_uscc, normalise_uscc, uscc_problem
from yuxin.registry.intake.amounts import read_capital
from yuxin.registry.intake.columns import Column
from yuxin.registry.intake.dates import read_day, read_period
from yuxin.registry.intake.fields import Field
from yuxin.registry.intake.names import is_site
from yuxin.registry.intake.verdict import Doubt, Doubtful, Reading, Sure

Read = Callable[[str], Reading]

LENGTHS = {
    Field.NAME: 120,
    Field.BRAND: 80,
    Field.ADDRESS: 240,
    Field.SCOPE: 4000,
    Field.LICENCE_NO: 60,
    Field.AUTHORITY: 80,
    Field.ENTITY_TYPE: 60,
}
_LENGTH = 200
_NAME, _USCC, _ADDRESS = Field.NAME.value, Field.USCC.value, Field.ADDRESS.value
_NAME_LENGTH = LENGTHS[Field.NAME]
_ADDRESS_LENGTH = LENGTHS[Field.ADDRESS]
KEPT = frozenset({Field.IGNORED, Field.PROVENANCE, Field.STATEMENT, Field.SEQ, Field.REF})
"""Columns that stay in the row as printed; nothing is written from them."""
_BLANK_WORDS = (
    "n/a|na|-|--|—|——|/|\\|.|。|、|...|…|null|none|nan|无|暂无|不详|未知|空|未填|待定|未公布|未提供"
)
_BLANK = frozenset(_BLANK_WORDS.split("|"))
_ERRORS = frozenset(["#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#N/A"])
_WIDE = str.maketrans(
    {
        chr(code): chr(code - 0xFEE0)
        for start, end in (("０", "９"), ("Ａ", "Ｚ"), ("ａ", "ｚ"))
        for code in range(ord(start), ord(end) + 1)
    }
    | {"\u3000": " ", "\u00a0": " "}
)
_TO_LOOK_AT = re.compile("[０-９Ａ-Ｚａ-ｚ \t\n\r\u3000\u00a0*＊×\u200b-\u200f\ufeff]")
_LONG_NUMBER = re.compile("[0-9]{6}")
_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff]")
_MOBILE = re.compile(r"(?<!\d)(?:\+?86[- ]?)?[1１][3-9３-９]\d(?:[- ]?\d{4}){2}(?!\d)")
_LANDLINE = re.compile(
    r"(?<![\dA-Za-z])(?:[0０]\d{2,3}[-－ ]\d{7,8}|400[- ]?\d{3}[- ]?\d{4})(?!\d)"
)
_CITIZEN = re.compile(r"(?<![0-9A-Za-z])\d{17}[\dXx](?![0-9A-Za-z])")
# The same without what stands around them: faster, and only ever too cautious.
_SHAPES = tuple(
    re.compile(shape)
    for shape in (
        r"[1１][3-9３-９]\d[- ]?\d{4}[- ]?\d{4}",
        r"[0０]\d{2,3}[-－ ]\d{7}",
        r"400[- ]?\d{3}",
        r"\d{17}",
    )
)
REMOVED = "[已略]"
_MASK = re.compile(r"[*＊×]{2,}")


def remove_personal(text: str) -> str:
    """The text without telephone and identity numbers of persons."""
    text = _MOBILE.sub(REMOVED, text)
    text = _LANDLINE.sub(REMOVED, text)
    return _CITIZEN.sub(lambda m: REMOVED if _is_citizen(m[0]) else m[0], text)


def may_hold_personal(texts: str) -> bool:
    """Whether personal numbers may stand in any of many texts, looked through at once."""
    return any(shape.search(texts) for shape in _SHAPES)


def _is_citizen(text: str) -> bool:
    return bool(ric.is_valid(text.upper()))


def reader(column: Column, *, today: dt.date) -> Read:
    """The function that reads the cells of one column."""
    field = column.field
    if field is Field.PERSONAL:
        return lambda _text: Reading(notes=("personal_removed",))
    special: dict[Field, Read] = {
        Field.USCC: read_code,
        Field.ESTABLISHED: partial(read_day, field=field.value, latest=today),
        Field.CAPITAL: partial(read_capital, field=field.value, unit=column.unit),
        Field.LICENCE_VALIDITY: read_period,
        Field.LICENCE_FROM: partial(read_day, field=field.value, latest=today),
        Field.LICENCE_UNTIL: partial(read_day, field=field.value, latest=None),
        Field.ADDRESS: read_address,
        Field.CATEGORY: read_category,
        Field.NAME: read_name,
    }
    plain = partial(read_text, field=field.value, limit=LENGTHS.get(field, _LENGTH))
    if field in KEPT:
        return _only_kept
    return partial(_guarded, special.get(field, plain), field.value)


def _guarded(read: Read, field: str, text: str) -> Reading:
    """Blanks and formula errors are the same in every column."""
    stripped = text.strip()
    if len(stripped) > 8:  # longer than any word for nothing
        return read(stripped)
    if not stripped:
        return Reading()
    if stripped.lower() in _BLANK:
        return Reading(notes=(f"blank_word:{stripped}",))
    if stripped in _ERRORS:
        facts = {"text": stripped}
        return one(Doubtful(field, Doubt.FORMULA, text, "error_value", facts=facts))
    return read(stripped)


def one(doubt: Doubtful) -> Reading:
    """A reading that is one doubt."""
    return Reading(doubts=(doubt,))


def _only_kept(text: str) -> Reading:
    """Kept in the row as printed, apart from personal numbers; nothing is written from it."""
    if remove_personal(text) != text:
        return Reading(notes=("personal_removed",))
    return Reading()


def tidy_text(text: str) -> tuple[str, tuple[str, ...]]:
    """Half-width digits and letters, single spaces, no numbers of persons; and what was done."""
    if not _TO_LOOK_AT.search(text) and not _LONG_NUMBER.search(text):
        return text, ()
    notes: list[str] = []
    without = _INVISIBLE.sub("", text)
    narrow = without.translate(_WIDE)
    if narrow.replace(" ", "") != without.replace("\u3000", "").replace("\u00a0", "").replace(
        " ", ""
    ):
        notes.append("full_width")
    spaced = re.sub(r"\s+", " ", narrow).strip()
    if spaced != narrow:
        notes.append("spaces")
    public = remove_personal(spaced)
    if public != spaced:
        notes.append("personal_removed")
    return public, tuple(notes)


def read_text(text: str, field: str, *, limit: int = _LENGTH) -> Reading:
    """Read free text."""
    clean, notes = tidy_text(text)
    if len(clean) > limit:
        facts = {"count": str(len(clean)), "limit": str(limit)}
        return one(Doubtful(field, Doubt.LENGTH, text[:limit], "too_long", facts=facts))
    return Reading(((field, clean),), (), notes)


_INNER_SPACE = re.compile("(?<=[\u4e00-\u9fff）)])[ \u3000\n]+(?=[\u4e00-\u9fff（(])")


def read_name(text: str) -> Reading:
    """Read a name cell; what the names in it mean is decided with the whole row in view."""
    looked_at = _TO_LOOK_AT.search(text) or _LONG_NUMBER.search(text)
    if not looked_at and len(text) <= _NAME_LENGTH:
        return Reading(((_NAME, text),))
    return read_text(_INNER_SPACE.sub("", text), _NAME, limit=_NAME_LENGTH)


_LOST_NUMBER = re.compile(r"(?<=[村路街巷道弄里屯])号(?!楼|院|线|\d)")


def read_address(text: str) -> Reading:
    """Read an address; lost or masked parts are doubtful, never filled in."""
    field = _ADDRESS
    clean, notes = tidy_text(text)
    if _MASK.search(clean):
        proposal = {field: clean}
        return one(Doubtful(field, Doubt.MASKED, text, "masked_text", proposal, Sure.MEDIUM))
    lost = "号" in clean and _LOST_NUMBER.search(clean)
    if lost:
        facts = {"part": clean[max(0, lost.start() - 4) : lost.end()]}
        proposal = {field: clean}
        return one(
            Doubtful(field, Doubt.ADDRESS, text, "house_number_lost", proposal, Sure.LOW, facts)
        )
    if is_site(clean):
        proposal = {field: "", "sites": clean}
        return one(Doubtful(field, Doubt.NAMES, text, "address_is_site", proposal, Sure.MEDIUM))
    return read_text(text, field, limit=_ADDRESS_LENGTH) if notes else _plain(clean)


def _plain(clean: str) -> Reading:
    if len(clean) > _ADDRESS_LENGTH:
        return read_text(clean, _ADDRESS, limit=_ADDRESS_LENGTH)
    return Reading(((_ADDRESS, clean),))


_CATEGORIES = {
    "学科类": "SUBJECT",
    "学科": "SUBJECT",
    "学科类培训": "SUBJECT",
    "艺术类": "ARTS",
    "文化艺术类": "ARTS",
    "文化艺术": "ARTS",
    "艺术": "ARTS",
    "体育类": "SPORTS",
    "体育": "SPORTS",
    "科技类": "SCITECH",
    "科技": "SCITECH",
    "科学技术": "SCITECH",
    "科学技术类": "SCITECH",
    "其他": "OTHER",
    "其他类": "OTHER",
}
_CATEGORY_SIGNS = (
    ("ARTS", re.compile(r"艺术|舞|音乐|美术|书法|绘画|钢琴|声乐|书画|画室|乐器|古筝|吉他")),
    (
        "SPORTS",
        re.compile(r"体育|足球|篮球|乒乓|羽毛球|跆拳道|武术|游泳|轮滑|围棋|象棋|击剑|普拉提"),
    ),
    ("SCITECH", re.compile(r"编程|机器人|科技创新|科学实验|航模|创客|人工智能")),
)


def guess_category(text: str) -> str:
    """The category that a name hints at, or nothing; only ever proposed."""
    hits = [category for category, signs in _CATEGORY_SIGNS if signs.search(text)]
    return hits[0] if len(hits) == 1 else ""


def read_category(text: str) -> Reading:
    """Read a category of supervised institution."""
    field = Field.CATEGORY.value
    clean = re.sub(r"\s", "", text)
    if clean.upper() in _CATEGORIES.values():
        return Reading(values=((field, clean.upper()),))
    if clean in _CATEGORIES:
        return Reading(values=((field, _CATEGORIES[clean]),))
    if clean in ("非学科类", "非学科", "学科与非学科"):
        return one(Doubtful(field, Doubt.CATEGORY, text, "category_unspecific"))
    return one(Doubtful(field, Doubt.CATEGORY, text, "category_unknown", {field: ""}, Sure.LOW))


# --- codes ------------------------------------------------------------------------------------

_LOOKALIKES = ("0ODQ", "1IL", "5S", "2Z", "8B", "UV", "6G", "7T", "4A")
_SWAPS = {char: group.replace(char, "") for group in _LOOKALIKES for char in group}
_SWAPS["D"] += "B"
_FORBIDDEN = frozenset("IOSVZ")


def read_code(text: str) -> Reading:
    """Read a unified social credit code; what is none is doubtful, old numbers are kept."""
    field = _USCC
    if is_uscc(text):
        return Reading(((_USCC, text),))
    code = normalise_uscc(text)
    problem = uscc_problem(code)
    if problem is None:
        return Reading(values=((field, code),), notes=_code_notes(text, code))
    if problem == "masked":
        proposal = {"uscc": "", "masked_code": text}
        return one(Doubtful(field, Doubt.MASKED, text, "masked_code", proposal, Sure.HIGH))
    if problem == "registration_number":
        proposal = {"uscc": "", "old_number": code}
        return one(Doubtful(field, Doubt.OLD_NUMBER, text, "old_number", proposal, Sure.HIGH))
    if _is_citizen(code):
        return one(
            Doubtful(field, Doubt.PERSONAL, REMOVED, "code_is_personal", {"uscc": ""}, Sure.HIGH)
        )
    return _wrong_code(text, code, problem)


def _code_notes(text: str, code: str) -> tuple[str, ...]:
    if text == code:
        return ()
    folded = text.translate(_WIDE)
    notes = ["full_width"] if folded != text else []
    if folded.upper() != folded:
        notes.append("capitals")
    if len(folded) != len(code):
        notes.append("spaces")
    return tuple(notes)


def _wrong_code(text: str, code: str, problem: str) -> Reading:
    field = _USCC
    if problem == "length":
        if re.fullmatch(r"[0-9A-Z]{8}[0-9X]", code):
            proposal = {"uscc": "", "old_number": code}
            return one(
                Doubtful(field, Doubt.OLD_NUMBER, text, "organisation_code", proposal, Sure.MEDIUM)
            )
        facts = {"count": str(len(code))}
        return one(Doubtful(field, Doubt.CODE, text, "code_length", facts=facts))
    if problem == "character":
        return one(Doubtful(field, Doubt.CODE, text, "code_character"))
    found = corrections(code)
    if len(found) == 1:
        letters = "、".join(sorted(set(code) & _FORBIDDEN))
        proposal = {"uscc": found[0]}
        if letters:
            facts = {"letters": letters}
            reason, sure = "forbidden_letter_mended", Sure.HIGH
        else:
            facts, reason, sure = {}, "one_reading_checks", Sure.MEDIUM
        return one(Doubtful(field, Doubt.CODE, text, reason, proposal, sure, facts))
    if found:
        facts = {"count": str(len(found))}
        return one(Doubtful(field, Doubt.CODE, text, "several_readings_check", facts=facts))
    return _last_character(text, code, problem)


def _last_character(text: str, code: str, problem: str) -> Reading:
    field = _USCC
    if problem == "check_character" and _organisation_part_checks(code[8:17]):
        last = stdnum_uscc.calc_check_digit(code[:17])
        proposal = {"uscc": code[:17] + last}
        facts = {"character": last}
        reason = "last_character_only"
        return one(Doubtful(field, Doubt.CODE, text, reason, proposal, Sure.LOW, facts))
    reason = "code_region" if problem == "region" else "check_character"
    return one(Doubtful(field, Doubt.CODE, text, reason))


def corrections(code: str) -> list[str]:
    """Codes that check and differ by look-alikes or by one swap of neighbours.

    All forbidden letters are exchanged at once, since none of them can be right; otherwise one
    place is changed.
    """
    found: set[str] = set()
    forbidden = [place for place, char in enumerate(code) if char in _FORBIDDEN]
    if forbidden:
        candidates = {code}
        for place in forbidden[:4]:
            candidates = {
                one_code[:place] + swap + one_code[place + 1 :]
                for one_code in candidates
                for swap in _SWAPS.get(code[place], "")
            }
    else:
        candidates = {
            code[:place] + swap + code[place + 1 :]
            for place, char in enumerate(code)
            for swap in _SWAPS.get(char, "")
        } | {
            code[:place] + code[place + 1] + code[place] + code[place + 2 :]
            for place in range(len(code) - 1)
        }
    found = {candidate for candidate in candidates if uscc_problem(candidate) is None}
    return sorted(found - {code})


_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_ORGANISATION_CHARS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def _organisation_part_checks(part: str) -> bool:
    """Whether nine characters are an organisation code with its own check character (GB 11714)."""
    if any(char not in _ORGANISATION_CHARS for char in part):
        return False
    total = sum(
        weight * _ORGANISATION_CHARS.index(char)
        for weight, char in zip(_ORGANISATION_WEIGHTS, part, strict=False)
    )
    return part[-1] == "0123456789X0"[11 - total % 11]
