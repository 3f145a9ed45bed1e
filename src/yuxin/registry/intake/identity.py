"""Whom a row speaks of: its name cell with the whole row in view, then the register."""

from __future__ import annotations

import re
from dataclasses import replace

from yuxin.registry.intake.cells import guess_category
from yuxin.registry.intake.fields import FIELD_WORDS, KEPT_IN_REGISTER, Field
from yuxin.registry.intake.matching import Directory, Known
from yuxin.registry.intake.names import Parts, key, split
from yuxin.registry.intake.verdict import Doubt, Doubtful, Row, Sure, Verdict

_WORD = re.compile(r"[\u3400-\u9fffA-Za-z]")
_PERSON = re.compile(r"(自然人|[\u4e00-\u9fff]某{1,2}|[\u4e00-\u9fff][*×xX＊]{1,2})")
_MASKED = re.compile(r"[*＊×]{2,}|某某|×××")
_MASK_MARK = re.compile("[*＊×某]")
_IDENTITY = ("uscc", "old_number", "masked_code")


def name_row(row: Row, name_column: int) -> Parts | None:
    """Decide what the name cell holds; None when the row is rejected."""
    name = row.values.get("name", "")
    doubtful_name = not name and any(doubt.field == "name" for doubt in row.doubts)
    if not name and not doubtful_name:
        coded = any(row.values.get(field) for field in _IDENTITY)
        if not coded and not any(doubt.field == Field.USCC for doubt in row.doubts):
            row.rejected = "no_name"
            return None
        return Parts("", registered=False)
    if doubtful_name:
        return Parts("", registered=False)
    if not _WORD.search(name):
        row.rejected = "name_no_words"
        return None
    if len(name) < 5 and _PERSON.fullmatch(name):
        row.rejected = "name_is_person"
        return None
    if _MASK_MARK.search(name) and _MASKED.search(name):
        row.doubts.append(Doubtful("name", Doubt.MASKED, name, "name_masked", column=name_column))
        del row.values["name"]
        return Parts(name, registered=False)
    return _split(row, name, name_column)


def _split(row: Row, name: str, name_column: int) -> Parts:
    parts = split(name)
    if not parts.several:
        return parts
    if row.values.get("uscc") and parts.sites and not parts.brand and not parts.unsplit:
        # It has a code of its own: the campus is registered under this whole name.
        return parts._replace(name=name, sites=(), branch_of=parts.name)
    del row.values["name"]
    if parts.unsplit:
        doubt = Doubtful("name", Doubt.NAMES, name, "names_unsplit", column=name_column)
    else:
        proposal = {"name": parts.name}
        if parts.brand:
            proposal["brand"] = parts.brand
        if parts.former:
            proposal["former_name"] = parts.former
        if parts.sites:
            proposal["sites"] = "；".join(parts.sites)
        reason = "names_split" if parts.registered else "names_brand_site"
        sure = Sure.LOW if not parts.registered else Sure.MEDIUM if parts.sites else Sure.HIGH
        doubt = Doubtful("name", Doubt.NAMES, name, reason, proposal, sure, column=name_column)
    row.doubts.append(doubt)
    return parts


def settle(row: Row, parts: Parts, directory: Directory, name_column: int) -> None:
    """Match the row, add the doubts that follow, and take it into the directory."""
    if row.doubts:
        _propose_category(row, parts)
    code = row.values.get("uscc", "")
    if code:
        _by_code(row, parts, code, directory, name_column)
    else:
        _by_name(row, parts, directory, name_column)
    if len(row.doubts) > 1:
        row.doubts.sort(key=lambda doubt: doubt.column)  # as a person reads the row
    row.settle()
    if not row.matched:
        brand = row.values.get("brand", "") or parts.brand
        old = row.values.get("old_number", "")
        others = tuple(text for text in (brand, old) if text) if brand or old else ()
        directory.add(Known(f"row:{row.sheet}:{row.number}", parts.name, code, others, row.values))


def _propose_category(row: Row, parts: Parts) -> None:
    for place, doubt in enumerate(row.doubts):
        if doubt.reason == "category_unspecific":
            guess = guess_category(parts.name) or guess_category(
                row.values.get("business_scope", "")[:60]
            )
            proposal = {"category": guess}
            row.doubts[place] = replace(doubt, proposal=proposal, sure=Sure.LOW)


def _by_code(row: Row, parts: Parts, code: str, directory: Directory, column: int) -> None:
    known = directory.by_uscc.get(code)
    if known is not None:
        _same_code(row, parts, known, column)
        return
    for other in directory.named(parts.name) if parts.name else ():
        if other.uscc:
            facts = {"name": other.name, "other": other.uscc}
            proposal, sure, reason = {"same_as": ""}, Sure.MEDIUM, "same_name_other_code"
        else:
            facts = {"name": other.name}
            proposal, sure, reason = {"same_as": other.code}, Sure.HIGH, "same_name_no_code"
        _ask(row, column, Doubt.NAMESAKE, reason, proposal, sure, facts)
        return
    if parts.branch_of:
        parents = directory.named(parts.branch_of)
        if len(parents) == 1:
            proposal = {"parent": parents[0].code}
            facts = {"name": parents[0].name}
            _ask(row, column, Doubt.BRANCH, "branch_of", proposal, Sure.MEDIUM, facts)
        else:
            row.notes.append("branch")


def _same_code(row: Row, parts: Parts, known: Known, column: int) -> None:
    names = {key(known.name), *(key(other) for other in known.others)}
    if parts.name and known.name and key(parts.name) not in names:
        proposal = {"same_as": known.code}
        facts = {"name": known.name}
        _ask(row, column, Doubt.SAME_CODE, "same_code_other_name", proposal, Sure.MEDIUM, facts)
        return
    _same(row, known, column)


def _same(row: Row, known: Known, column: int) -> None:
    """The row speaks of a known subject: unchanged, a change, or at odds with an earlier row."""
    earlier = known.code.startswith("row:")
    differs = [
        field
        for field, value in row.values.items()
        if value
        and field != "name"
        and (earlier or field in KEPT_IN_REGISTER)
        and known.values.get(field, "") != value
    ]
    if "name" in row.values and key(row.values["name"]) != key(known.name):
        differs.append("name")
    if earlier:
        number = known.code.rpartition(":")[2]
        if not differs and not row.doubts:
            row.verdict = Verdict.UNCHANGED
            row.notes.append(f"earlier_row:{number}")
            row.matched = known.code
        else:
            what = "、".join(FIELD_WORDS.get(field, (field, ""))[0] for field in differs) or "–"
            facts = {"row": number, "what": what}
            proposal = {"same_as": known.code}
            reason = "earlier_row_differs" if differs else "earlier_row"
            kind = Doubt.SAME_CODE if row.values.get("uscc") else Doubt.NAMESAKE
            _ask(row, column, kind, reason, proposal, Sure.MEDIUM, facts)
        return
    row.matched = known.code
    if not differs and not row.doubts:
        row.verdict = Verdict.UNCHANGED


def _by_name(row: Row, parts: Parts, directory: Directory, column: int) -> None:
    if not parts.name or any(doubt.reason == "name_masked" for doubt in row.doubts):
        return
    split_doubt = any(doubt.kind is Doubt.NAMES and doubt.field == "name" for doubt in row.doubts)
    same = directory.named(parts.name)
    if len(same) == 1:
        if split_doubt:
            _extend(row, {"same_as": same[0].code})
        else:
            _same(row, same[0], column)
        return
    called = directory.called(row.values.get("old_number", "") or parts.name)
    if same or called:
        candidate = (same or called)[0]
        facts = {"name": candidate.name}
        proposal = {"same_as": candidate.code}
        _ask(row, column, Doubt.NAMESAKE, "brand_of", proposal, Sure.MEDIUM, facts)
        return
    like = directory.like(parts.name)
    if like is not None:
        facts = {
            "name": like.known.name,
            "score": str(like.score),
            "core": like.core,
            "other": like.other,
        }
        proposal = {"same_as": like.known.code}
        sure = Sure.MEDIUM if like.score >= 95 else Sure.LOW
        _ask(row, column, Doubt.NAMESAKE, "like", proposal, sure, facts)
    elif not split_doubt and not _code_in_doubt(row):
        reason = "no_code_new" if parts.registered else "no_code_brand"
        sure = Sure.MEDIUM if parts.registered else Sure.LOW
        _ask(row, column, Doubt.NO_CODE, reason, {"uscc": ""}, sure, {})


def _code_in_doubt(row: Row) -> bool:
    return any(doubt.field == Field.USCC for doubt in row.doubts)


def _extend(row: Row, more: dict[str, str]) -> None:
    for place, doubt in enumerate(row.doubts):
        if doubt.kind is Doubt.NAMES and doubt.proposal is not None:
            row.doubts[place] = replace(doubt, proposal={**doubt.proposal, **more})


def _ask(
    row: Row,
    column: int,
    kind: Doubt,
    reason: str,
    proposal: dict[str, str],
    sure: Sure,
    facts: dict[str, str],
) -> None:
    source = row.values.get("name") or row.values.get("uscc", "")
    row.doubts.append(
        Doubtful(
            "same_as" if "same_as" in proposal else kind_field(kind),
            kind,
            source,
            reason,
            proposal,
            sure,
            facts,
            column,
        )
    )


def kind_field(kind: Doubt) -> str:
    """The field that an identity doubt is about."""
    return {Doubt.BRANCH: "parent", Doubt.NO_CODE: "uscc"}.get(kind, "same_as")
