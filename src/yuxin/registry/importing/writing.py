"""Writing decided rows into the registry, at most a thousand in one transaction."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from django.db.models import QuerySet

from yuxin.kernel.act import Act, require_act
from yuxin.registry.importing.models import ImportBatch, ImportDoubt, ImportRow
from yuxin.registry.importing.subjects import (
    changes,
    known_subjects,
    licence_of,
    new_subject,
    sites_of,
)
from yuxin.registry.intake.matching import Known
from yuxin.registry.models import ControllerRole, Entry, Licence
from yuxin.registry.services import append_value, refresh_entries, register_subjects
from yuxin.registry.services.places import add_licences, add_sites

ROWS_MAX: Final = 1000


@dataclass(frozen=True)
class Written:
    """A row that was written, and to which subject."""

    row: ImportRow
    code: str
    created: bool
    values: Mapping[str, str]


@dataclass
class _Wave:
    """Rows that can be written now, since nothing they refer to waits."""

    new: list[tuple[ImportRow, dict[str, str]]] = field(default_factory=list)
    known: list[tuple[ImportRow, dict[str, str], str]] = field(default_factory=list)
    later: list[tuple[ImportRow, dict[str, str]]] = field(default_factory=list)


def to_write(batch: ImportBatch) -> "QuerySet[ImportRow]":
    """The rows of a batch that are decided and not written yet."""
    rows = batch.rows.filter(written="", open_doubts=0, refused=False)
    return rows.filter(verdict__in=("accepted", "doubtful")).order_by("pk")


def write_rows(act: Act, batch: ImportBatch, *, limit: int = ROWS_MAX) -> list[Written]:
    """Write the next rows of a locked batch.

    A row that refers to another waits for that one. What a row leaves blank stays as it is.
    """
    require_act()
    written: list[Written] = []
    after = 0
    while len(written) < limit:
        rows = list(to_write(batch).filter(pk__gt=after)[: limit - len(written)])
        if not rows:
            break
        after = rows[-1].pk
        waiting = [(row, values) for row, values in _with_values(rows)]
        while waiting:
            wave = _sort(batch, waiting)
            if not wave.new and not wave.known:
                break
            written += _write(act, batch, wave)
            waiting = wave.later
    return written


def _with_values(rows: Sequence[ImportRow]) -> Iterable[tuple[ImportRow, dict[str, str]]]:
    """The values of rows with what persons decided laid over them."""
    decided: dict[int, dict[str, str]] = {}
    doubts = ImportDoubt.objects.filter(row__in=rows).order_by("place")
    for row_id, values in doubts.values_list("row_id", "decided"):
        decided.setdefault(row_id, {}).update(values or {})
    return ((row, {**row.values, **decided.get(row.pk, {})}) for row in rows)


def _references(values: Mapping[str, str]) -> list[str]:
    return [values.get(name, "") for name in ("same_as", "parent")]


def _sort(batch: ImportBatch, rows: Sequence[tuple[ImportRow, dict[str, str]]]) -> _Wave:
    """Which rows are new subjects, which are known ones, and which must wait."""
    wave = _Wave()
    codes = _codes_of_rows(batch, [ref for _, values in rows for ref in _references(values)])
    usccs = [values["uscc"] for _, values in rows if values.get("uscc")]
    taken = dict(Entry.objects.filter(uscc__in=usccs, merged_into=None).values_list("uscc", "code"))
    entering: set[str] = set()
    for row, values in rows:
        resolved = {**values, **{name: codes.get(values.get(name, ""), values.get(name, ""))
                                 for name in ("same_as", "parent")}}  # fmt: skip
        target = resolved["same_as"] or row.matched or taken.get(values.get("uscc", ""), "")
        if any(reference.startswith("row:") for reference in _references(resolved)):
            wave.later.append((row, values))
        elif target:
            wave.known.append((row, resolved, target))
        elif values.get("uscc") and values["uscc"] in entering:
            wave.later.append((row, values))
        else:
            entering.add(values.get("uscc", ""))
            wave.new.append((row, resolved))
    return wave


def _codes_of_rows(batch: ImportBatch, references: Iterable[str]) -> dict[str, str]:
    """`row:<sheet>:<number>` -> the code of the subject that this row was written to."""
    wanted = {reference for reference in references if reference.startswith("row:")}
    if not wanted:
        return {}
    numbers = [int(reference.rpartition(":")[2]) for reference in wanted]
    rows = batch.rows.filter(number__in=numbers).exclude(written="")
    found = rows.values_list("sheet", "number", "written")
    return {f"row:{sheet}:{number}": code for sheet, number, code in found}


def _write(act: Act, batch: ImportBatch, wave: _Wave) -> list[Written]:
    source = f"导入 {batch.file_name}"[:120]
    written = _enter(act, batch, wave.new, source) if wave.new else []
    if wave.known:
        written += _change(act, wave.known, source)
    for one in written:
        one.row.written, one.row.written_at = one.code, act.at
    ImportRow.objects.bulk_update([one.row for one in written], ["written", "written_at"])
    return written


def _enter(
    act: Act, batch: ImportBatch, rows: Sequence[tuple[ImportRow, dict[str, str]]], source: str
) -> list[Written]:
    news = [
        new_subject(values, area_code=batch.area_code, day=act.day, source=source)
        for _, values in rows
    ]
    registered = register_subjects(act, news)
    licences = []
    for new, (_, values) in zip(registered, rows, strict=True):
        licence = licence_of(values)
        if licence is not None and values.get("licence_from"):
            start = date.fromisoformat(values["licence_from"])
            licences.append((new.subject_id, start, source, licence))
        _record_parent(act, new.subject_id, values)
    if licences:
        add_licences(act, licences)
        refresh_entries(act, [subject_id for subject_id, *_ in licences])
    return [
        Written(row, new.code, True, values)
        for new, (row, values) in zip(registered, rows, strict=True)
    ]


def _record_parent(act: Act, subject_id: int, values: Mapping[str, str]) -> None:
    parent = Entry.objects.filter(code=values.get("parent") or "-").first()
    if parent is None or parent.pk == subject_id:
        return
    append_value(
        act,
        subject_id=subject_id,
        aspect_name="controller",
        key={"controller_id": parent.pk, "role": ControllerRole.ORGANISER.value},
        valid_from=act.day,
        values={"share_bps": None},
        reason="分支机构的上级",
    )


def _change(
    act: Act, rows: Sequence[tuple[ImportRow, dict[str, str], str]], source: str
) -> list[Written]:
    entries = {
        entry.code: entry for entry in Entry.objects.filter(code__in={code for *_, code in rows})
    }
    written = []
    for row, values, code in rows:
        entry = entries.get(code)
        if entry is None:
            continue  # the code that a person typed leads nowhere: the row goes on waiting
        _change_one(act, entry, values, source)
        written.append(Written(row, code, False, values))
    return written


def _old_values(act: Act, entry: Entry) -> Known:
    usccs = [entry.uscc] if entry.uscc else []
    areas = [] if entry.uscc else [entry.area_code]
    known = known_subjects(area_codes=areas, usccs=usccs, day=act.day)
    return next((one for one in known if one.code == entry.code), Known(entry.code, entry.name))


def _change_one(act: Act, entry: Entry, values: Mapping[str, str], source: str) -> None:
    """Record what the row says anew; another name of a known subject is only its brand."""
    old = _old_values(act, entry)
    said: dict[str, str] = dict(values)
    if old.name and said.get("same_as") and said.get("uscc", "") in ("", old.uscc):
        said.pop("name", None)
    for aspect, row in changes(old.values, said, area_code=entry.area_code):
        common: dict[str, Any] = {"valid_from": act.day, "source": source}
        append_value(act, subject_id=entry.pk, aspect_name=aspect, values=row, **common)
    _change_things(act, entry, old.values, said, source)
    _record_parent(act, entry.pk, values)


def _change_things(
    act: Act, entry: Entry, old: Mapping[str, str], values: Mapping[str, str], source: str
) -> None:
    """Sites that are not there yet, and the licence."""
    there = set(old.get("sites", "").split("；"))
    sites = [site for site in sites_of(values) if site.name not in there]
    if sites:
        add_sites(act, [(entry.pk, act.day, source, site) for site in sites])
    licence = licence_of(values)
    names = ("licence_no", "licence_from", "licence_until")
    if licence is None or all(values.get(n, "") in ("", old.get(n, "")) for n in names):
        return
    start = date.fromisoformat(values["licence_from"]) if values.get("licence_from") else act.day
    same = Licence.objects.filter(subject_id=entry.pk).order_by("-pk").first()
    if same is None:
        add_licences(act, [(entry.pk, start, source, licence)])
        refresh_entries(act, [entry.pk])
        return
    kept = same.values.order_by("-valid_from", "-recorded_at").first()
    row = {
        name: getattr(kept, name)
        for name in ("kind", "number", "issuer", "categories", "stages", "modes", "site_codes")
    }
    row |= {"number": licence.number or row["number"], "valid_until": licence.valid_until}
    append_value(
        act,
        subject_id=entry.pk,
        aspect_name="licence",
        key={"licence_id": same.pk},
        valid_from=start,
        values=row,
        source=source,
    )
