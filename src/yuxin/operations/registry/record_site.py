"""Record a teaching site of a subject, with its rooms."""

from dataclasses import dataclass
from datetime import date

from yuxin.assessment import services as assessment
from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.operations.operation import operation
from yuxin.operations.payload import plain
from yuxin.operations.registry.register_subject import values_body
from yuxin.registry import queries, services
from yuxin.registry.permissions import require_may_record_place
from yuxin.registry.services import NewSite

RECORDERS = frozenset(
    {
        Role.OFFICER,
        Role.HEAD,
        Role.WINDOW_CLERK,
        Role.INSTITUTION_HEAD,
        Role.SCHOOL_HEAD,
        Role.CLOCK,
    }
)


@dataclass(frozen=True, kw_only=True)
class NewRoom:
    """A room when it is first recorded. Units: area in square decimetres."""

    name: str
    capacity: int
    area_dm2: int | None = None


@operation("site.recorded", roles=RECORDERS)
def record_site(
    act: Act, *, code: str, valid_from: date, site: NewSite, rooms: tuple[NewRoom, ...] = ()
) -> Receipt:
    """Record a site and its rooms, in use from a day on.

    Raises: NotFound, Forbidden, BadValue.
    """
    entry_of = queries.identify(act.actor, code)
    require_may_record_place(act.actor, entry_of.pk)
    site_code = services.add_site(act, subject_id=entry_of.pk, valid_from=valid_from, site=site)
    room_codes = [
        services.add_room(act, site_code=site_code, valid_from=valid_from, **vars(room))
        for room in rooms
    ]
    entry = evidence.append(
        act,
        chain=f"subject:{entry_of.code}",
        subject=entry_of.code,
        body={
            "site": site_code,
            "valid_from": valid_from.isoformat(),
            **values_body(vars(site)),
            "rooms": plain(rooms),
        },
    )
    values = {"code": entry_of.code, "site_code": site_code, "room_codes": list(room_codes)}
    assessment.mark(entry_of.pk)
    return Receipt(entry.id, values)
