"""Connect a subject: an officer has confirmed its licence and first feeds."""

from yuxin.assessment import services as assessment
from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.kernel.refusal import BadInput, Refusal
from yuxin.operations.operation import operation
from yuxin.registry import queries, services
from yuxin.registry.models import FEEDS, LicenceKind
from yuxin.registry.permissions import require_may_connect


class AlreadyConnected(Refusal):
    """The subject is connected already."""

    code = "already_connected"
    zh = "该主体已经接入，无需重复确认。"
    en = "This subject is connected already; there is nothing to confirm."


class LicenceNotHeld(Refusal):
    """The licence to be confirmed is not recorded, or past its last day."""

    code = "licence_not_held"
    zh = "没有编号为“{number}”且在有效期内的许可证照。请先补录或更正证照，再确认接入。"
    en = (
        "No licence numbered “{number}” is recorded and valid today. Record or correct the "
        "licence first, then confirm."
    )


class FeedUnknown(BadInput):
    """A feed that does not exist, or none at all."""

    code = "feed_unknown"
    zh = "请至少勾选一项已核对的数据来源。"
    en = "Please tick at least one feed that you have checked."


@operation("subject.connected", roles={Role.OFFICER, Role.HEAD, Role.CLOCK})
def confirm_connection(
    act: Act, *, code: str, licence_number: str, feeds: tuple[str, ...], reason: str = ""
) -> Receipt:
    """Connect a subject from today on: colour and alarms may now speak of it.

    Raises: NotFound, Forbidden, AlreadyConnected, LicenceNotHeld, FeedUnknown.
    """
    entry_of = queries.identify(act.actor, code)
    require_may_connect(act.actor, entry_of.pk)
    if entry_of.connected:
        raise AlreadyConnected
    if not feeds or not set(feeds) <= set(FEEDS):
        raise FeedUnknown(field="feeds")
    held = {
        licence.number
        for licence in queries.licences(act.actor, entry_of.pk, act.day)
        if licence.kind in (LicenceKind.OPERATING, LicenceKind.REGISTRATION)
        and (licence.valid_until is None or act.day <= licence.valid_until)
    }
    if not licence_number or licence_number not in held:
        raise LicenceNotHeld(field="licence_number", number=licence_number)
    services.connect(
        act,
        subject_id=entry_of.pk,
        valid_from=act.day,
        licence_number=licence_number,
        feeds=feeds,
        reason=reason,
        based_on=services.last_connection(entry_of.pk),
    )
    entry = evidence.append(
        act,
        chain=f"subject:{entry_of.code}",
        subject=entry_of.code,
        body={"connected": True, "licence_number": licence_number, "feeds": list(feeds)},
    )
    assessment.mark(entry_of.pk)
    return Receipt(entry.id, {"code": entry_of.code})
