"""Two subjects that are one, and one that is two. Both can be taken back; codes never die."""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection

from yuxin.kernel.act import Act, require_act
from yuxin.kernel.refusal import BadInput, NotFound, Refusal
from yuxin.registry.aspects import ASPECTS
from yuxin.registry.history import add, held, in_force
from yuxin.registry.models import Entry, Merge, Split
from yuxin.registry.projection import project
from yuxin.registry.services.places import NewSite, add_sites
from yuxin.registry.services.registering import lock_entries


class AlreadyMerged(Refusal):
    """One of the two was merged before."""

    code = "already_merged"
    zh = "主体 {code} 已并入另一主体。请先撤销原来的合并，或直接办理并入后的主体。"
    en = "The subject {code} was merged before. Undo that merge first, or use the kept subject."


class NotMerged(Refusal):
    """There is no merge to undo."""

    code = "not_merged"
    zh = "主体 {code} 没有生效中的合并或拆分，无需撤销。"
    en = "The subject {code} has no merge or split in force, so there is nothing to undo."


class SameSubject(BadInput):
    """A subject cannot be merged with itself."""

    code = "same_subject"
    zh = "两个编号是同一主体，无需合并。"
    en = "Both codes name the same subject; there is nothing to merge."


def _led_to(kept_id: int) -> list[int]:
    """Every subject whose merge leads, over any number of steps, to `kept_id`."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH RECURSIVE led(id) AS (SELECT %s::bigint UNION"
            " SELECT m.merged_id FROM led JOIN registry_merge m ON m.kept_id = led.id"
            " AND m.undone_at IS NULL) SELECT id FROM led",
            [kept_id],
        )
        return [row[0] for row in cursor.fetchall()]


def merge(act: Act, *, kept_id: int, merged_id: int, reason: str) -> Merge:
    """Let the code of one subject lead to another; its history stays its own.

    Raises: SameSubject, AlreadyMerged, NotFound.
    """
    require_act()
    if kept_id == merged_id:
        raise SameSubject
    entries = lock_entries(kept_id, merged_id)
    if len(entries) < 2:
        raise NotFound
    for entry in entries.values():
        if entry.merged_into_id is not None:
            raise AlreadyMerged(code=entry.code)
    row = Merge.objects.create(
        kept_id=kept_id,
        merged_id=merged_id,
        merged_on=act.day,
        reason=reason,
        recorded_by=act.actor.account_id,
    )
    Entry.objects.filter(pk=merged_id, colour__isnull=False).update(colour=None)
    project(_led_to(merged_id), act.day)
    project([kept_id], act.day)
    return row


def undo_merge(act: Act, *, merged_id: int, reason: str) -> Merge:
    """Take a merge back: both are subjects of their own again.

    Raises: NotMerged.
    """
    require_act()
    row = (
        Merge.objects.filter(merged_id=merged_id, undone_at=None)
        .order_by("pk")
        .select_for_update(no_key=True)
        .first()
    )
    if row is None:
        entry = Entry.objects.get(pk=merged_id)
        raise NotMerged(code=entry.code)
    lock_entries(row.kept_id, row.merged_id)
    _undo(row, at=act.at, reason=reason)
    project(_led_to(merged_id), act.day)
    project([row.kept_id], act.day)
    return row


def _undo(row: Merge | Split, *, at: datetime, reason: str) -> None:
    row.undone_at = at
    row.undone_reason = reason
    row.save(update_fields=["undone_at", "undone_reason"])


def split_sites(
    act: Act, *, origin_id: int, new_id: int, site_codes: Sequence[str], reason: str
) -> Split:
    """Let sites of one subject end today and go on with another that was entered for them.

    Raises: NotFound, when a site is not the origin's.
    """
    require_act()
    lock_entries(origin_id, new_id)
    new_codes = _hand_over(act, site_codes, origin_id, new_id, reason)
    row = Split.objects.create(
        origin_id=origin_id,
        new_id=new_id,
        site_codes=list(site_codes),
        new_site_codes=new_codes,
        split_on=act.day,
        reason=reason,
        recorded_by=act.actor.account_id,
    )
    project([origin_id, new_id], act.day)
    return row


def undo_split(act: Act, *, new_id: int, reason: str) -> Split:
    """Take a split back: the sites go on where they came from.

    Raises: NotMerged, NotFound.
    """
    require_act()
    row = (
        Split.objects.filter(new_id=new_id, undone_at=None)
        .order_by("pk")
        .select_for_update(no_key=True)
        .first()
    )
    if row is None:
        raise NotMerged(code=Entry.objects.get(pk=new_id).code)
    lock_entries(row.origin_id, row.new_id)
    _undo(row, at=act.at, reason=reason)
    _hand_over(act, row.new_site_codes, row.new_id, row.origin_id, reason)
    project([row.origin_id, row.new_id], act.day)
    return row


def _hand_over(
    act: Act, site_codes: Sequence[str], from_id: int, to_id: int, reason: str
) -> list[str]:
    """End sites of one subject and open them with another; the new codes."""
    site = ASPECTS["site"]
    rows = in_force(
        held(site, day=act.day, site__code__in=list(site_codes), site__subject_id=from_id)
    )
    if len(rows) != len(set(site_codes)):
        raise NotFound
    said = [{name: getattr(row, name) for name in site.fields} for row in rows]
    ends = [
        {"site_id": row.site_id, "valid_from": act.day, "ended": True, "reason": reason, **values}
        for row, values in zip(rows, said, strict=True)
    ]
    add(act, site, ends)
    return add_sites(act, [(to_id, act.day, "", NewSite(**values)) for values in said])
