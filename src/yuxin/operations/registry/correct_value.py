"""Correct or continue what the registry says of a subject."""

from collections.abc import Mapping
from datetime import date

from yuxin.assessment import services as assessment
from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.kernel.canonical import Json
from yuxin.kernel.refusal import BadInput
from yuxin.operations.operation import operation
from yuxin.operations.registry.register_subject import values_body
from yuxin.registry import queries, services
from yuxin.registry.permissions import require_may_correct
from yuxin.registry.services.changes import CORRECTABLE


class NotCorrectable(BadInput):
    """An aspect that has an act of its own."""

    code = "not_correctable"
    zh = "“{aspect}”不能在此更改，请使用该事项自己的办理入口。"
    en = "“{aspect}” is not changed here; use the act made for it."


class ReasonMissing(BadInput):
    """A correction without a reason."""

    code = "reason_missing"
    zh = "请写明更改理由和依据，例如“许可证 2026-03-01 换发”。"
    en = "Please give the reason and what it rests on, e.g. “licence reissued on 2026-03-01”."


@operation("subject.corrected", roles={Role.OFFICER, Role.HEAD, Role.WINDOW_CLERK, Role.CLOCK})
def correct_value(
    act: Act,
    *,
    code: str,
    aspect: str,
    valid_from: date,
    values: Mapping[str, Json | date],
    reason: str,
    key: Mapping[str, int | str] | None = None,
    ended: bool = False,
    based_on: int | None = None,
) -> Receipt:
    """Let a value hold from a day on; what was recorded before stays readable.

    The same start again corrects that value; another start continues the course. `key` names
    the licence, site, room or controller; `based_on` is the last row the writer had seen.

    Raises: NotFound, Forbidden, NotCorrectable, ReasonMissing, ValueChanged, BadValue,
        UnknownField, NotAUscc, UsccTaken.
    """
    entry_of = queries.identify(act.actor, code)
    require_may_correct(act.actor, entry_of.pk)
    if aspect not in CORRECTABLE:
        raise NotCorrectable(field="aspect", aspect=aspect)
    if not reason.strip():
        raise ReasonMissing(field="reason")
    services.append_value(
        act,
        subject_id=entry_of.pk,
        aspect_name=aspect,
        valid_from=valid_from,
        values=values,
        key=key,
        ended=ended,
        reason=reason.strip(),
        based_on=based_on,
    )
    entry = evidence.append(
        act,
        chain=f"subject:{entry_of.code}",
        subject=entry_of.code,
        body={
            "aspect": aspect,
            "valid_from": valid_from.isoformat(),
            "ended": ended,
            "reason": reason.strip(),
            "values": values_body(values),
        },
    )
    assessment.mark(entry_of.pk)
    return Receipt(entry.id, {"code": entry_of.code, "aspect": aspect})
