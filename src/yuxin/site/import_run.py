"""The part of `./yuxin import` that speaks with the database; imported once Django is set up."""

from pathlib import Path
from typing import Any
from uuid import uuid4

from yuxin.access.reading import reading
from yuxin.files import store
from yuxin.kernel.act import Call
from yuxin.kernel.actor import Actor, Role
from yuxin.kernel.clock import day_of, now
from yuxin.operations.importing.confirm_import import write_all
from yuxin.operations.importing.receive_import import receive_import
from yuxin.registry.importing import queries
from yuxin.registry.importing.models import ImportBatch
from yuxin.registry.importing.reading import layouts_as_json, read_bytes, telling
from yuxin.registry.intake.check import Outcome
from yuxin.registry.intake.verdict import Verdict
from yuxin.site.import_report import DoubtLine, doubts_of, report_of
from yuxin.site.progress import Bar, Progress


class ReadingBar:
    """Moves a bar on as the reader tells how far it is."""

    def __init__(self, bar: Bar) -> None:
        self.bar = bar
        self.done = 0

    def __call__(self, rows: int, _lines: int) -> None:
        """Rows read so far."""
        self.bar.advance(rows - self.done)
        self.done = rows

    def finish(self, lines: int) -> None:
        """The reader tells of whole hundreds only; all of it is read."""
        self(max(lines, self.done), lines)


def actor(area: str) -> Actor:
    """The person at the command line of this machine, for one area."""
    return Actor(None, "命令行", frozenset({Role.CLOCK}), area_codes=(area,))


def outcome_report(outcome: Outcome, language: str, **more: Any) -> dict[str, Any]:
    """The report of a file that was only read."""
    columns = [column for sheet in layouts_as_json(outcome) for column in sheet["columns"]]
    return report_of(
        counts=outcome.counts(),
        doubts=doubts_of(outcome),
        rejected=[
            (row.sheet, row.number, row.rejected)
            for row in outcome.rows
            if row.verdict is Verdict.REJECTED
        ],
        others=[(line.sheet, line.number, line.kind.value, line.text) for line in outcome.lines],
        notices=outcome.notices,
        columns=columns,
        language=language,
        unread=[{"sheet": i + 1, "name": name, "lines": n} for i, name, n in outcome.unread],
        **more,
    )


def dry_run(data: bytes, *, area: str, language: str, progress: Progress) -> dict[str, Any]:
    """Read, compare with the register, write nothing."""
    day = day_of(now())
    lines = data.count(b"\n")
    with (
        progress.bar(lines, "核对", "checking") as bar,
        telling(follow := ReadingBar(bar)),
        reading(actor(area)),
    ):
        outcome = read_bytes(data, area=area, day=day)
        follow.finish(lines)
    return outcome_report(outcome, language, dry_run=True, written=0)


def import_file(
    data: bytes, file: Path, *, area: str, language: str, progress: Progress
) -> dict[str, Any]:
    """Receive, write what is not doubtful, report. The same file again changes nothing."""
    who = actor(area)
    sha256 = store.put(data)
    lines = data.count(b"\n")
    with (
        progress.bar(lines, "核对", "checking") as bar,
        telling(follow := ReadingBar(bar)),
    ):
        receipt = receive_import(
            Call(who, now(), uuid4()),
            file_sha256=sha256,
            file_name=file.name,
            size=len(data),
            area_code=area,
        )
        follow.finish(lines)
    code = str(receipt["batch"])
    with reading(who):
        batch = queries.batch(who, code)
        before = _counts(who, batch)
        waiting = queries.sums(who, batch).to_write
    with progress.bar(waiting, "入库", "writing") as bar:
        follow = ReadingBar(bar)
        written = write_all(who, code, now=now, progress=follow)
    with reading(who):
        return _batch_report(who, batch, before, language, written=written)


def _counts(who: Actor, batch: ImportBatch) -> dict[str, int]:
    """The verdicts as they are for this run: what was written before is unchanged now."""
    counts = queries.sums(who, batch).report()
    for verdict in ("accepted", "doubtful"):
        there = batch.rows.filter(verdict=verdict).exclude(written="").count()
        counts[verdict] -= there
        counts["unchanged"] += there
    return counts


def _batch_report(
    who: Actor, batch: ImportBatch, counts: dict[str, int], language: str, *, written: int
) -> dict[str, Any]:
    rejected = batch.rows.filter(verdict="rejected").order_by("sheet", "number")
    return report_of(
        counts=counts,
        doubts=[
            DoubtLine(
                doubt.row.sheet, doubt.row.number, doubt.column, doubt.field, doubt.kind,
                doubt.source, doubt.reason, doubt.facts, doubt.proposal, doubt.sure,
            )
            for doubt in queries.all_doubts(who, batch, queries.DoubtFilter(state="waiting"))
        ],
        rejected=rejected.values_list("sheet", "number", "rejected"),
        others=batch.lines.order_by("sheet", "number").values_list(
            "sheet", "number", "kind", "text"
        ),
        notices=[(key, facts) for key, facts in batch.notices],
        columns=[column for sheet in batch.columns for column in sheet["columns"]],
        language=language,
        unread=[{"sheet": i + 1, "name": name, "lines": n} for i, name, n in batch.unread],
        batch=batch.code,
        page=f"/desk/imports/{batch.code}",
        written=written,
    )  # fmt: skip
