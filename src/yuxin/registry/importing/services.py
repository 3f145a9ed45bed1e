"""Writes of imports, inside an operation."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import connection
from django.db.models import Q
from psycopg import sql
from psycopg.types.json import Jsonb

from yuxin.kernel.act import Act, require_act
from yuxin.kernel.codes import new_subject_code
from yuxin.kernel.refusal import BadInput, Conflict, NotFound, Refusal
from yuxin.registry.importing.edits import read_edit
from yuxin.registry.importing.models import (
    BatchState,
    Decision,
    ImportBatch,
    ImportDoubt,
    ImportLine,
    ImportRow,
)
from yuxin.registry.importing.reading import chosen_fields, layouts_as_json, read_file
from yuxin.registry.intake.check import Outcome
from yuxin.registry.intake.verdict import Verdict


class DoubtChanged(Conflict):
    """Another person decided the same doubt in the meantime."""

    code = "doubt_changed"
    zh = "第 {row} 行刚由{name}定为“{decision}”，您的决定没有保存。请看过后再定。"
    en = "Row {row} was just decided by {name} ({decision}); yours was not saved. Look at it again."


class BatchChanged(Conflict):
    """Somebody changed the batch after the page was opened."""

    code = "batch_changed"


class BatchClosed(Refusal):
    """The batch was withdrawn, or its rows are written."""

    code = "batch_closed"
    zh = "这一批已有行入库或已撤回，不能再改。需要更正的，请在机构档案里办理。"
    en = "Rows of this batch are written, or it was withdrawn. Correct the subject's file instead."


class RowWritten(Refusal):
    """The row is in the register already."""

    code = "row_written"
    zh = "第 {row} 行已经入库，不能再改决定。需要更正的，请在机构档案里办理。"
    en = "Row {row} is written already. To correct it, use the subject's file."


class NothingProposed(Refusal):
    """There is no proposal to accept."""

    code = "nothing_proposed"
    zh = "第 {row} 行没有建议可采纳，请改写或拒绝。"
    en = "There is no proposal for row {row}; edit or refuse it."


class ReasonMissing(BadInput):
    """A refusal without its reason."""

    code = "refusal_reason_missing"
    zh = "拒绝第 {row} 行须写明原因。"
    en = "Refusing row {row} needs a reason."


@dataclass(frozen=True, kw_only=True)
class DoubtDecision:
    """What a person decides on one doubt; `choice` empty takes the decision back."""

    place: int
    choice: str
    version: int
    values: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""


_COPY_ROWS: Final = (
    "batch_id", "sheet", "number", "cells", "values", "notes", "verdict", "rejected", "matched",
    "section", "open_doubts", "refused", "written",
)  # fmt: skip
_COPY_DOUBTS: Final = (
    "row_id", "batch_id", "place", "field", "kind", "column", "source", "reason", "facts",
    "proposal", "sure", "decision", "decided_reason", "decided_name", "version",
)  # fmt: skip


def standing_batch(area_code: str, file_sha256: str) -> ImportBatch | None:
    """The batch of the same file for the same area, unless it was withdrawn."""
    require_act()
    same = ImportBatch.objects.filter(area_code=area_code, file_sha256=file_sha256)
    return same.exclude(state=BatchState.WITHDRAWN).first()


def create_batch(
    act: Act,
    outcome: Outcome,
    *,
    area_code: str,
    file_sha256: str,
    file_name: str,
    chosen: Mapping[str, Mapping[str, str]] | None = None,
) -> ImportBatch:
    """Keep what reading a file ended in."""
    require_act()
    batch = ImportBatch.objects.create(
        code=new_subject_code(),
        area_code=area_code,
        file_sha256=file_sha256,
        file_name=file_name[:200],
        columns=layouts_as_json(outcome),
        notices=[[key, facts] for key, facts in outcome.notices],
        unread=[list(sheet) for sheet in outcome.unread],
        chosen=chosen or {},
        received_at=act.at,
        received_by=act.actor.account_id,
        received_name=act.actor.name[:80],
    )
    _insert(batch, outcome)
    return batch


def _copy(table: str, columns: Sequence[str], rows: Collection[Sequence[Any]]) -> None:
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    target = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), names)
    with connection.cursor() as cursor, cursor.copy(target) as copy:
        for row in rows:
            copy.write_row(row)


def _insert(batch: ImportBatch, outcome: Outcome) -> None:
    """Rows, other lines and doubts, by COPY."""
    _copy(
        ImportRow._meta.db_table,
        _COPY_ROWS,
        [
            [
                batch.pk, row.sheet, row.number, [_stored(cell) for cell in row.cells],
                Jsonb(row.values), row.notes, row.verdict.value, row.rejected, row.matched,
                row.section[:300],
                len(row.doubts) if row.verdict is Verdict.DOUBTFUL else 0, False, "",
            ]
            for row in outcome.rows
        ],
    )  # fmt: skip
    _copy(
        ImportLine._meta.db_table,
        ("batch_id", "sheet", "number", "kind", "text"),
        [[batch.pk, line.sheet, line.number, line.kind.value, line.text] for line in outcome.lines],
    )
    ids = {
        (sheet, number): pk for pk, sheet, number in batch.rows.values_list("pk", "sheet", "number")
    }
    doubts: list[list[Any]] = []
    for row in outcome.rows:
        if row.verdict is not Verdict.DOUBTFUL:
            continue
        for doubt in row.doubts:
            proposal = None if doubt.proposal is None else Jsonb(dict(doubt.proposal))
            doubts.append(
                [
                    ids[row.sheet, row.number], batch.pk, len(doubts) + 1, doubt.field,
                    doubt.kind.value, doubt.column, _stored(doubt.source), doubt.reason,
                    Jsonb(dict(doubt.facts)), proposal, doubt.sure.value, "", "", "", 1,
                ]
            )  # fmt: skip
    _copy(ImportDoubt._meta.db_table, _COPY_DOUBTS, doubts)


def _stored(text: str) -> str:
    """PostgreSQL keeps no NUL."""
    return text.replace("\x00", "")


def batch_for_update(code: str, *, version: int | None = None) -> ImportBatch:
    """The batch, locked until the operation ends.

    Raises: NotFound, BatchChanged.
    """
    require_act()
    rows = ImportBatch.objects.filter(code=code).order_by("pk").select_for_update(no_key=True)
    batch = rows.first()
    if batch is None:
        raise NotFound
    if version is not None and version != batch.version:
        raise BatchChanged
    return batch


def remap(act: Act, batch: ImportBatch, *, chosen: Mapping[str, Mapping[str, str]]) -> ImportBatch:
    """Read the file again with what a person said of its columns, as a batch of its own.

    The old batch is withdrawn with its decisions; nothing of it is deleted.

    Raises: BatchClosed, UnknownColumnField, NoHeadings.
    """
    require_act()
    fields = chosen_fields(chosen)
    withdraw(batch)
    outcome = read_file(batch.file_sha256, area=batch.area_code, day=act.day, chosen=fields)
    return create_batch(
        act,
        outcome,
        area_code=batch.area_code,
        file_sha256=batch.file_sha256,
        file_name=batch.file_name,
        chosen={sheet: dict(columns) for sheet, columns in chosen.items()},
    )


def decide(act: Act, batch: ImportBatch, decisions: Sequence[DoubtDecision]) -> list[ImportDoubt]:
    """Write down decisions on doubts of a locked batch; all or none.

    Raises: NotFound, BatchClosed, DoubtChanged, RowWritten, NothingProposed, ReasonMissing,
        EditNotReadable.
    """
    require_act()
    if batch.state == BatchState.WITHDRAWN:
        raise BatchClosed
    wanted = {decision.place: decision for decision in decisions}
    rows = batch.doubts.filter(place__in=wanted).select_related("row")
    doubts = list(rows.order_by("pk").select_for_update(no_key=True, of=("self",)))
    if len(doubts) != len(decisions):
        raise NotFound
    for doubt in doubts:
        _decide(act, doubt, wanted[doubt.place])
    _renew_rows({doubt.row_id for doubt in doubts})
    batch.version += 1
    batch.save(update_fields=["version"])
    return doubts


def _decide(act: Act, doubt: ImportDoubt, decision: DoubtDecision) -> None:
    number = doubt.row.number
    if doubt.version != decision.version:
        raise DoubtChanged(
            row=number, name=doubt.decided_name or "–", decision=doubt.get_decision_display() or "–"
        )
    if doubt.row.written:
        raise RowWritten(row=number)
    doubt.decided = _decided(doubt, decision)
    doubt.decision = decision.choice
    doubt.decided_reason = decision.reason.strip()[:200]
    doubt.decided_by = act.actor.account_id if decision.choice else None
    doubt.decided_name = act.actor.name[:80] if decision.choice else ""
    doubt.decided_at = act.at if decision.choice else None
    doubt.version += 1
    doubt.save()


def _decided(doubt: ImportDoubt, decision: DoubtDecision) -> dict[str, str] | None:
    """The values that a decision writes."""
    if not decision.choice:
        return None
    choice = Decision(decision.choice)
    if choice is Decision.REFUSED:
        if not decision.reason.strip():
            raise ReasonMissing(field="reason", row=doubt.row.number)
        return None
    if choice is Decision.ACCEPTED:
        if doubt.proposal is None:
            raise NothingProposed(row=doubt.row.number)
        return dict(doubt.proposal)
    return read_edit(decision.values, row=doubt.row.number)


def _renew_rows(row_ids: Collection[int]) -> None:
    """Open doubts and refusal of rows, from their doubts."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE importing_importrow r SET open_doubts = d.waiting, refused = d.refused"
            " FROM (SELECT row_id, count(*) FILTER (WHERE decision = '') AS waiting,"
            " bool_or(decision = 'REFUSED') AS refused FROM importing_importdoubt"
            " WHERE row_id = ANY(%s) GROUP BY row_id) d WHERE r.id = d.row_id",
            [list(row_ids)],
        )


def withdraw(batch: ImportBatch) -> None:
    """Take a batch back of which nothing was written.

    Raises: BatchClosed.
    """
    require_act()
    if batch.state != BatchState.OPEN or batch.rows.exclude(written="").exists():
        raise BatchClosed
    batch.state = BatchState.WITHDRAWN
    batch.version += 1
    batch.save(update_fields=["state", "version"])


def close_when_written(batch: ImportBatch) -> None:
    """Mark a batch done when no row waits: all are written, unchanged, rejected or refused."""
    require_act()
    waiting = batch.rows.filter(
        Q(verdict="accepted", written="") | Q(verdict="doubtful", refused=False, written="")
    )
    if not waiting.exists() and batch.state == BatchState.OPEN:
        batch.state = BatchState.DONE
        batch.save(update_fields=["state"])
