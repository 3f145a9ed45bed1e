"""Enter one subject into the registry."""

from collections.abc import Mapping
from typing import Any

from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.kernel.canonical import Json
from yuxin.operations.operation import operation
from yuxin.operations.payload import plain
from yuxin.registry import services
from yuxin.registry.permissions import require_may_register
from yuxin.registry.services import NewSubject

# What entries of the log never say in clear fields of a subject.
_PERSONAL = frozenset({"legal_representative", "phone", "name_of_person"})


def subject_body(subject: NewSubject) -> dict[str, Json]:
    """The body of an entry on a subject just entered: what is known and not empty."""
    told: dict[str, Json] = {}
    for field, value in vars(subject).items():
        if field not in _PERSONAL and value not in ("", None, ()):
            told[field] = plain(value)
    return told


def values_body(values: Mapping[str, Any]) -> dict[str, Json]:
    """The values of an aspect as an entry tells them."""
    return {field: plain(value) for field, value in values.items() if field not in _PERSONAL}


@operation("subject.registered", roles={Role.OFFICER, Role.HEAD, Role.WINDOW_CLERK, Role.CLOCK})
def register_subject(act: Act, *, subject: NewSubject, alias: str = "") -> Receipt:
    """Enter a subject, which gets its code for life; `alias` only in a demo.

    Raises: Forbidden, UsccTaken, NotAUscc, BadValue, AliasOnlyInDemo.
    """
    require_may_register(act.actor, subject.area_code)
    new = services.register_subjects(act, [subject])[0]
    if alias:
        services.give_alias(act, subject_id=new.subject_id, alias=alias)
    entry = evidence.append(
        act, chain=f"subject:{new.code}", subject=new.code, body=subject_body(subject)
    )
    return Receipt(entry.id, {"code": new.code, "subject_id": new.subject_id})
