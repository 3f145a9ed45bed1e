"""Entering subjects into the registry, one or a thousand at a time."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db import IntegrityError, connection

from yuxin.access.models import Installation
from yuxin.kernel.act import Act, require_act
from yuxin.kernel.codes import new_subject_code
from yuxin.kernel.refusal import Refusal
from yuxin.registry.aspects import ASPECTS, checked
from yuxin.registry.history import add, insert_rows
from yuxin.registry.models import Alias, Entry, Kind, Status, Subject
from yuxin.registry.projection import project
from yuxin.registry.services.places import NewLicence, NewSite, add_licences, add_sites


class UsccTaken(Refusal):
    """Another subject already carries the unified social credit code."""

    code = "uscc_taken"
    zh = "统一社会信用代码 {uscc} 已登记在另一主体名下。请先查询该代码；确属同一主体的，办理合并。"
    en = (
        "The unified social credit code {uscc} already belongs to another subject. Look the code "
        "up first; if both are the same, merge them."
    )


class AliasOnlyInDemo(Refusal):
    """Short aliases are for the documents and tests of a demo."""

    code = "alias_only_in_demo"
    zh = "固定短代码只在演示环境使用，正式环境一律使用 13 位主体码。"
    en = "Fixed short aliases exist in a demo only; elsewhere the 13-character code is used."


@dataclass(frozen=True, kw_only=True)
class NewSubject:
    """Everything that may be known of a subject when it is first entered.

    Units: `capital_fen` in fen. An empty text is unknown; `source` names where it was read.
    """

    kind: Kind
    valid_from: date
    name: str = ""
    brand: str = ""
    uscc: str = ""
    old_numbers: tuple[str, ...] = ()
    registration_kind: str = ""
    established_on: date | None = None
    capital_fen: int | None = None
    legal_representative: str = ""
    business_scope: str = ""
    status: str = Status.ACTIVE.value
    category: str = ""
    category_basis: str = ""
    area_code: str = ""
    address: str = ""
    approving: str = ""
    supervising: str = ""
    licences: tuple[NewLicence, ...] = ()
    sites: tuple[NewSite, ...] = ()
    source: str = ""


@dataclass(frozen=True)
class Registered:
    """A subject just entered."""

    subject_id: int
    code: str


_PARTS: Final = {
    "name": {"registered_name": "name", "brand": "brand"},
    "identity": {
        field: field
        for field in (
            "uscc",
            "old_numbers",
            "registration_kind",
            "established_on",
            "capital_fen",
            "legal_representative",
            "business_scope",
        )
    },
    "status": {"status": "status"},
    "category": {"category": "category", "basis": "category_basis"},
    "place": {"area_code": "area_code", "address": "address"},
    "authority": {"approving": "approving", "supervising": "supervising"},
}


def _values(aspect: str, new: NewSubject) -> dict[str, Any]:
    return {field: getattr(new, name) for field, name in _PARTS[aspect].items()}


def _known(aspect: str, news: Sequence[tuple[int, NewSubject]]) -> Iterator[dict[str, Any]]:
    """The first value of an aspect for every subject of which anything is known."""
    for subject_id, new in news:
        values = _values(aspect, new)
        if any(value not in ("", None, ()) for value in values.values()):
            yield {
                "subject_id": subject_id,
                "valid_from": new.valid_from,
                "source": new.source,
                **checked(ASPECTS[aspect], values),
            }


def _new_subjects(act: Act, rows: Sequence[NewSubject]) -> list[Registered]:
    codes = [new_subject_code() for _ in rows]
    insert_rows(
        "registry_subject",
        ("code", "kind", "recorded_by"),
        (
            (code, row.kind.value, act.actor.account_id)
            for code, row in zip(codes, rows, strict=True)
        ),
    )
    ids = dict(Subject.objects.filter(code__in=codes).values_list("code", "id"))
    return [Registered(ids[code], code) for code in codes]


def register_subjects(act: Act, rows: Sequence[NewSubject]) -> list[Registered]:
    """Enter subjects, each with a new code for life; the result is in the order of the rows.

    Raises: UsccTaken, NotAUscc, BadValue. At most some thousands of rows at a time.
    """
    require_act()
    refuse_taken([row.uscc for row in rows])
    registered = _new_subjects(act, rows)
    news = [(new.subject_id, row) for new, row in zip(registered, rows, strict=True)]
    for aspect in _PARTS:
        add(act, ASPECTS[aspect], list(_known(aspect, news)))
    add_licences(
        act, [(i, new.valid_from, new.source, one) for i, new in news for one in new.licences]
    )
    add_sites(act, [(i, new.valid_from, new.source, one) for i, new in news for one in new.sites])
    project_once(act, [new.subject_id for new in registered])
    return registered


def refuse_taken(usccs: Sequence[str], *, but: int | None = None) -> None:
    """Refuse codes that another subject carries, or that come twice.

    Raises: UsccTaken.
    """
    asked = [uscc for uscc in usccs if uscc]
    taken = Entry.objects.filter(uscc__in=asked, merged_into=None).exclude(subject_id=but or 0)
    uscc = taken.values_list("uscc", flat=True).first()
    if uscc is None:
        uscc = next((each for each, times in Counter(asked).items() if times > 1), None)
    if uscc is not None:
        raise UsccTaken(field="uscc", uscc=uscc)


def project_once(act: Act, subject_ids: Sequence[int]) -> None:
    """Renew the projection; of two who enter one code at the same time the second is refused.

    Raises: UsccTaken.
    """
    try:
        project(subject_ids, act.day)
    except IntegrityError as problem:
        if "entry_uscc_once" not in str(problem):
            raise
        known = str(problem).partition("(uscc)=(")[2].partition(")")[0]
        raise UsccTaken(field="uscc", uscc=known) from problem


def give_alias(act: Act, *, subject_id: int, alias: str) -> None:
    """Give a subject of a demo a short fixed name.

    Raises: AliasOnlyInDemo.
    """
    require_act()
    if not Installation.objects.filter(mode="demo").exists():
        raise AliasOnlyInDemo
    Alias.objects.create(subject_id=subject_id, alias=alias)
    project([subject_id], act.day)


def lock_entries(*subject_ids: int) -> dict[int, Entry]:
    """The entries of these subjects, locked until the operation ends, in a fixed order."""
    require_act()
    rows = Entry.objects.filter(pk__in=subject_ids).order_by("pk").select_for_update(no_key=True)
    assert connection.in_atomic_block
    return {entry.pk: entry for entry in rows}
