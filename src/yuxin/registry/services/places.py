"""Licences, sites and rooms of a subject."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from yuxin.kernel.act import Act, require_act
from yuxin.kernel.codes import new_subject_code
from yuxin.registry.aspects import ASPECTS, checked
from yuxin.registry.history import add, insert_rows
from yuxin.registry.models import Brand, Licence, LicenceKind, Room, Site
from yuxin.registry.projection import project


@dataclass(frozen=True, kw_only=True)
class NewLicence:
    """What a licence says when it is first recorded."""

    number: str = ""
    kind: str = LicenceKind.OPERATING.value
    issuer: str = ""
    categories: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    modes: tuple[str, ...] = ()
    site_codes: tuple[str, ...] = ()
    valid_until: date | None = None


@dataclass(frozen=True, kw_only=True)
class NewSite:
    """A teaching site when it is first recorded. Units: area in square decimetres."""

    address: str
    name: str = ""
    area_code: str = ""
    area_dm2: int | None = None
    photo_sha256: str = ""
    lease_until: date | None = None


def _add_things(
    act: Act,
    name: str,
    model: type[Site | Licence],
    things: Sequence[tuple[int, date, str, Mapping[str, Any]]],
) -> list[str]:
    """Add sites or licences with their first value; (subject, start, source, fields) each."""
    aspect = ASPECTS[name]
    codes = [new_subject_code() for _ in things]
    insert_rows(
        model._meta.db_table,
        ("code", "subject_id"),
        ((code, thing[0]) for code, thing in zip(codes, things, strict=True)),
    )
    ids = dict(model._default_manager.filter(code__in=codes).values_list("code", "id"))
    add(
        act,
        aspect,
        [
            {
                aspect.key[0]: ids[code],
                "valid_from": start,
                "source": source,
                **checked(aspect, fields),
            }
            for code, (_, start, source, fields) in zip(codes, things, strict=True)
        ],
    )
    return codes


def add_licences(act: Act, rows: Iterable[tuple[int, date, str, NewLicence]]) -> list[str]:
    """Add licences, without renewing the projection; (subject, start, source, licence) each."""
    things = [(subject, start, source, dict(vars(new))) for subject, start, source, new in rows]
    return _add_things(act, "licence", Licence, things)


def add_sites(act: Act, rows: Iterable[tuple[int, date, str, NewSite]]) -> list[str]:
    """Add sites, without renewing the projection; (subject, start, source, site) each."""
    things = [(subject, start, source, dict(vars(new))) for subject, start, source, new in rows]
    return _add_things(act, "site", Site, things)


def add_licence(
    act: Act, *, subject_id: int, valid_from: date, licence: NewLicence, source: str = ""
) -> str:
    """Record a licence of a subject; its code."""
    require_act()
    code = add_licences(act, [(subject_id, valid_from, source, licence)])[0]
    project([subject_id], act.day)
    return code


def add_site(
    act: Act, *, subject_id: int, valid_from: date, site: NewSite, source: str = ""
) -> str:
    """Record a teaching site of a subject; its code."""
    require_act()
    code = add_sites(act, [(subject_id, valid_from, source, site)])[0]
    project([subject_id], act.day)
    return code


def add_room(
    act: Act,
    *,
    site_code: str,
    valid_from: date,
    name: str,
    capacity: int,
    area_dm2: int | None = None,
) -> str:
    """Record a room of a site; its code. Units: area in square decimetres."""
    require_act()
    room = Room.objects.create(
        code=new_subject_code(),
        site_id=Site.objects.values_list("pk", flat=True).get(code=site_code),
    )
    fields = {"name": name, "capacity": capacity, "area_dm2": area_dm2}
    row = {"room_id": room.pk, "valid_from": valid_from, **checked(ASPECTS["room"], fields)}
    add(act, ASPECTS["room"], [row])
    return room.code


def use_brand(
    act: Act, *, subject_id: int, brand: str, valid_from: date, ended: bool = False
) -> None:
    """Record that a subject works under a brand, or from a day no longer does."""
    require_act()
    Brand.objects.bulk_create([Brand(name=brand)], ignore_conflicts=True)
    brand_id = Brand.objects.values_list("pk", flat=True).get(name=brand)
    row = {"subject_id": subject_id, "brand_id": brand_id, "valid_from": valid_from}
    add(act, ASPECTS["brand"], [{**row, "ended": ended}])
