"""Between the values of an imported row and the registry: what is known, what to write."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from django.db.models import Q

from yuxin.access.models import Area
from yuxin.registry.aspects import ASPECTS
from yuxin.registry.history import held, in_force
from yuxin.registry.intake.matching import Known
from yuxin.registry.models import Entry, Kind, RegistrationKind, Status
from yuxin.registry.services import NewLicence, NewSite, NewSubject

SITE_MARK: Final = "；"
_REGISTERED_AS: Final = {
    "91": RegistrationKind.ENTERPRISE,
    "92": RegistrationKind.INDIVIDUAL,
    "52": RegistrationKind.PRIVATE_NON_ENTERPRISE,
    "51": RegistrationKind.ASSOCIATION,
    "12": RegistrationKind.PUBLIC_INSTITUTION,
    "11": RegistrationKind.ORGAN,
}


def subtree(area_code: str, day: date) -> set[str]:
    """An area and every area below it on a day."""
    below = defaultdict(list)
    rows = Area.objects.filter(valid_from__lte=day, ended=False)
    for code, parent in rows.values_list("code", "parent_code"):
        below[parent].append(code)
    found, waiting = set(), [area_code]
    while waiting:
        code = waiting.pop()
        if code not in found:
            found.add(code)
            waiting += below[code]
    return found


def known_subjects(
    *, area_codes: Collection[str], usccs: Collection[str], day: date
) -> list[Known]:
    """The subjects of the areas and those that carry one of the codes, with their values."""
    wanted = Q(area_code__in=list(area_codes)) | Q(uscc__in=list(usccs)) & ~Q(uscc="")
    entries = Entry.objects.filter(wanted, merged_into=None).exclude(kind=Kind.NATURAL_PERSON)
    names = {pk: (code, name) for pk, code, name in entries.values_list("pk", "code", "name")}
    values = _values(list(names), day)
    known = []
    for pk, (code, _) in names.items():
        own = values[pk]
        others = tuple(text for text in (own.get("brand"), own.get("old_number")) if text)
        known.append(Known(code, own.get("name", ""), own.get("uscc", ""), others, own))
    return known


def _rows(aspect_name: str, subject_ids: Sequence[int], day: date) -> Iterable[tuple[int, Any]]:
    """The rows of an aspect in force, with their subject."""
    aspect = ASPECTS[aspect_name]
    holders: dict[str, Any] = {f"{aspect.subject_path}__in": subject_ids}
    rows = held(aspect, day=day, **holders)
    thing = aspect.subject_path.partition("__")[0]
    if "__" in aspect.subject_path:
        return (
            (getattr(row, thing).subject_id, row) for row in in_force(rows.select_related(thing))
        )
    return ((row.subject_id, row) for row in in_force(rows))


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else "" if value is None else str(value)


def _values(subject_ids: Sequence[int], day: date) -> dict[int, dict[str, str]]:
    """The values of subjects in the words of an import."""
    found: dict[int, dict[str, str]] = {pk: {} for pk in subject_ids}
    for pk, row in _rows("name", subject_ids, day):
        found[pk] |= {"name": row.registered_name, "brand": row.brand}
    for pk, row in _rows("identity", subject_ids, day):
        found[pk] |= {
            "uscc": row.uscc,
            "old_number": row.old_numbers[0] if row.old_numbers else "",
            "established_on": _text(row.established_on),
            "capital_fen": _text(row.capital_fen),
            "business_scope": row.business_scope,
        }
    for pk, row in _rows("category", subject_ids, day):
        found[pk]["category"] = row.category
    for pk, row in _rows("place", subject_ids, day):
        found[pk]["address"] = row.address
    for pk, row in _rows("authority", subject_ids, day):
        found[pk]["authority"] = row.approving
    for pk, row in _rows("licence", subject_ids, day):
        found[pk] |= {"licence_no": row.number, "licence_until": _text(row.valid_until)}
        found[pk]["licence_from"] = _text(row.valid_from)
    sites = defaultdict(list)
    for pk, row in _rows("site", subject_ids, day):
        sites[pk].append(row.name or row.address)
    for pk, names in sites.items():
        found[pk]["sites"] = SITE_MARK.join(sorted(names))
    return found


# --- writing ----------------------------------------------------------------------------------


def kind_of(name: str) -> Kind:
    """What a name says a subject is; an officer corrects it."""
    if "幼儿园" in name:
        return Kind.KINDERGARTEN
    return Kind.CARE_CENTRE if "托管" in name else Kind.TRAINING_INSTITUTION


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def licence_of(values: Mapping[str, str]) -> NewLicence | None:
    """The licence that a row speaks of, if it does."""
    if not any(values.get(name) for name in ("licence_no", "licence_from", "licence_until")):
        return None
    return NewLicence(
        number=values.get("licence_no", ""),
        issuer=values.get("authority", ""),
        valid_until=_day(values.get("licence_until", "")),
    )


def sites_of(values: Mapping[str, str]) -> list[NewSite]:
    """The teaching points that a row names; their address is what the source calls them."""
    names = [name.strip() for name in values.get("sites", "").split(SITE_MARK)]
    return [NewSite(name=name[:80], address=name) for name in names if name]


def new_subject(values: Mapping[str, str], *, area_code: str, day: date, source: str) -> NewSubject:
    """The subject to be entered for a row. Whether it is at work the source does not say."""
    licence = licence_of(values) if not values.get("licence_from") else None
    return NewSubject(
        kind=kind_of(values.get("name", "")),
        valid_from=day,
        name=values.get("name", ""),
        brand=values.get("brand", ""),
        status=Status.UNKNOWN.value,
        category_basis=source if values.get("category") else "",
        category=values.get("category", ""),
        area_code=area_code,
        address=values.get("address", ""),
        approving=values.get("authority", ""),
        licences=(licence,) if licence else (),
        sites=tuple(sites_of(values)),
        source=source,
        **identity_of(values),
    )


def identity_of(values: Mapping[str, str]) -> dict[str, Any]:
    """The registration of a row in the columns of the registry."""
    uscc = values.get("uscc", "")
    kind = _REGISTERED_AS.get(uscc[:2])
    return {
        "uscc": uscc,
        "old_numbers": (values["old_number"],) if values.get("old_number") else (),
        "registration_kind": kind.value if kind else "",
        "established_on": _day(values.get("established_on", "")),
        "capital_fen": int(values["capital_fen"]) if values.get("capital_fen") else None,
        "business_scope": values.get("business_scope", ""),
    }


_SIMPLE: Final = {
    "name": {"registered_name": "name", "brand": "brand"},
    "category": {"category": "category"},
    "place": {"address": "address"},
    "authority": {"approving": "authority"},
}
_IDENTITY: Final = ("uscc", "old_number", "established_on", "capital_fen", "business_scope")


def changes(
    old: Mapping[str, str], values: Mapping[str, str], *, area_code: str
) -> list[tuple[str, dict[str, Any]]]:
    """Aspect and values of everything that a row says anew of a known subject.

    What the row leaves blank stays as it is.
    """
    merged = {**old, **{field: value for field, value in values.items() if value}}
    found: list[tuple[str, dict[str, Any]]] = []
    for aspect, fields in _SIMPLE.items():
        if any(merged.get(field, "") != old.get(field, "") for field in fields.values()):
            row: dict[str, Any] = {c: merged.get(field, "") for c, field in fields.items()}
            if aspect == "place":
                row["area_code"] = area_code
            found.append((aspect, row))
    if any(merged.get(field, "") != old.get(field, "") for field in _IDENTITY):
        found.append(("identity", identity_of(merged)))
    return found
