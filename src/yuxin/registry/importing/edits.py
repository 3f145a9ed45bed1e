"""What a person types in place of a doubtful value: read by the same rules as the sheet."""

import datetime as dt
from collections.abc import Mapping

from yuxin.kernel.refusal import BadInput
from yuxin.registry.intake.cells import reader
from yuxin.registry.intake.columns import Column, Why
from yuxin.registry.intake.fields import FIELD_WORDS, Field
from yuxin.registry.intake.verdict import REASONS, say

_FREE = {"sites": 400, "former_name": 120, "old_number": 30, "masked_code": 30}
_REFERENCES = frozenset({"same_as", "parent"})
_LATEST = dt.date(2200, 1, 1)


class EditNotReadable(BadInput):
    """A typed value cannot be read either."""

    code = "edit_not_readable"
    zh = "第 {row} 行的“{name_zh}”填写为“{text}”：{why_zh}。请改正后再提交。"
    en = "Row {row}, {name_en}: “{text}” cannot be read ({why_en}). Mend it and submit again."


def read_edit(values: Mapping[str, str], *, row: int) -> dict[str, str]:
    """The typed values in their stored form; an empty text leaves a field blank.

    Raises: EditNotReadable.
    """
    read: dict[str, str] = {}
    for field, text in values.items():
        clean = text.strip()
        if not clean:
            read[field] = ""
        elif field in _REFERENCES or (field in _FREE and len(clean) <= _FREE[field]):
            read[field] = clean
        elif field in Field.__members__.values() and field not in _FREE:
            read |= _by_rule(field, clean, row)
        else:
            raise _not_readable(row, field, clean, "这一栏不能这样填", "this cannot stand here")
    return read


def _by_rule(field: str, text: str, row: int) -> dict[str, str]:
    column = Column(0, "", Field(field), Why.CHOSEN, unit="元")
    reading = reader(column, today=_LATEST)(text)
    if reading.doubts:
        doubt = reading.doubts[0]
        if field == Field.CAPITAL and doubt.reason == "unit_from_heading":
            return dict(doubt.proposal or {})
        zh, en = (say(REASONS, doubt.reason, language, **doubt.facts) for language in ("zh", "en"))
        raise _not_readable(row, field, text, zh, en)
    if not reading.values:
        return {field: ""}
    return dict(reading.values)


def _not_readable(row: int, field: str, text: str, zh: str, en: str) -> EditNotReadable:
    name_zh, name_en = FIELD_WORDS.get(field, (field, field))
    return EditNotReadable(
        field=field, row=row, name_zh=name_zh, name_en=name_en, text=text[:60], why_zh=zh, why_en=en
    )
