"""Natural persons and their posts."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from yuxin.access import sealed
from yuxin.kernel.act import Act, require_act
from yuxin.kernel.codes import new_subject_code
from yuxin.kernel.refusal import NotFound
from yuxin.registry.aspects import ASPECTS, checked
from yuxin.registry.history import add
from yuxin.registry.models import IdKind, Kind, Person, PostRole, PostValue, Subject
from yuxin.registry.projection import project


def _person_with(id_number_index: bytes) -> int | None:
    return (
        Person.objects.filter(id_number_index=id_number_index).values_list("pk", flat=True).first()
    )


def _new_person(act: Act, id_number_index: bytes | None) -> int:
    subject = Subject.objects.create(
        code=new_subject_code(),
        kind=Kind.NATURAL_PERSON.value,
        recorded_by=act.actor.account_id,
    )
    Person.objects.create(subject=subject, id_number_index=id_number_index)
    project([subject.pk], act.day)
    return subject.pk


def register_person(
    act: Act,
    *,
    name: str,
    phone: str = "",
    id_kind: str = IdKind.RESIDENT.value,
    id_number: str = "",
    institution_id: int | None = None,
    valid_from: date | None = None,
    source: str = "",
) -> int:
    """A natural person, found again by identity number or entered anew; the person's id.

    What is said of the person here is kept as said by `institution_id`, and only that
    institution, its supervisors and the person see it.
    """
    require_act()
    number = "".join(id_number.split()).upper()
    index = sealed.blind_index("id_number", f"{id_kind}|{number}") if number else None
    person_id = _person_with(index) if index is not None else None
    if person_id is None:
        person_id = _new_person(act, index)
    fields = {
        "name": name,
        "phone_sealed": sealed.seal("phone", phone) if phone else None,
        "phone_index": sealed.blind_index("phone", phone) if phone else None,
        "phone_masked": sealed.masked_phone(phone) if phone else "",
        "id_kind": id_kind if number else "",
        "id_number_sealed": sealed.seal("id_number", number) if number else None,
        "id_number_masked": sealed.masked_identifier(number) if number else "",
    }
    row = {
        "person_id": person_id,
        "institution_id": institution_id,
        "valid_from": valid_from or act.day,
        "source": source,
    }
    add(act, ASPECTS["person"], [{**row, **checked(ASPECTS["person"], fields)}])
    return person_id


def person_by_phone(phone: str) -> int | None:
    """The person who gave this telephone number last, whoever asks; only the id is told."""
    require_act()
    with connection.cursor() as cursor:
        cursor.execute("SELECT public.person_by_phone(%s)", [sealed.blind_index("phone", phone)])
        found: int | None = cursor.fetchone()[0]
    return found


@dataclass(frozen=True, kw_only=True)
class NewPost:
    """What somebody does for a subject."""

    role: PostRole
    title: str = ""
    full_time: bool = True
    qualification: str = ""
    qualification_number: str = ""
    qualification_until: date | None = None
    checked_on: date | None = None


def record_post(
    act: Act, *, subject_id: int, person_id: int, post: NewPost, valid_from: date
) -> None:
    """Record that a person works for a subject from a day on."""
    require_act()
    fields = {name: value for name, value in vars(post).items() if name != "role"}
    holder = {"subject_id": subject_id, "person_id": person_id, "role": post.role.value}
    row: dict[str, Any] = {**holder, "valid_from": valid_from, **checked(ASPECTS["post"], fields)}
    add(act, ASPECTS["post"], [row])


def code_of_person(person_id: int) -> str:
    """The lifelong code of a person, by which the log names them."""
    require_act()
    return Subject.objects.values_list("code", flat=True).get(pk=person_id)


def end_post(
    act: Act, *, subject_id: int, person_id: int, role: PostRole, ended_on: date, reason: str
) -> None:
    """From `ended_on` the person no longer works there in this role.

    Raises: NotFound.
    """
    require_act()
    post = (
        PostValue.objects.filter(subject_id=subject_id, person_id=person_id, role=role.value)
        .order_by("-valid_from", "-recorded_at")
        .first()
    )
    if post is None:
        raise NotFound
    kept = {name: getattr(post, name) for name in ASPECTS["post"].fields}
    row = {"subject_id": subject_id, "person_id": person_id, "role": role.value}
    add(
        act,
        ASPECTS["post"],
        [{**row, **kept, "valid_from": ended_on, "ended": True, "reason": reason}],
    )
