"""Changing what is said of a subject: always a new row, never another in its place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import F

from yuxin.access import sealed
from yuxin.kernel.act import Act, require_act
from yuxin.kernel.refusal import BadInput, Conflict, NotFound
from yuxin.registry.aspects import ASPECTS, Aspect, checked
from yuxin.registry.history import add
from yuxin.registry.models import CustodyState, Entry
from yuxin.registry.projection import PAGE, project
from yuxin.registry.services.registering import lock_entries, project_once, refuse_taken


class ValueChanged(Conflict):
    """Somebody recorded another value after the form was opened."""

    code = "value_changed"


class NotAnAccountNumber(BadInput):
    """A bank account number of the wrong form."""

    code = "not_an_account_number"
    zh = "账号应为 8 至 30 位数字，请对照开户许可或协议逐位核对。"
    en = "An account number has 8 to 30 digits; please compare it with the agreement."


CORRECTABLE: Final = frozenset(
    {
        *("name", "identity", "status", "category", "place", "authority"),
        *("licence", "site", "room", "controller"),
    }
)


def append_value(
    act: Act,
    *,
    subject_id: int,
    aspect_name: str,
    valid_from: date,
    values: Mapping[str, Any],
    key: Mapping[str, Any] | None = None,
    ended: bool = False,
    reason: str = "",
    source: str = "",
    based_on: int | None = None,
) -> None:
    """Add a value that holds from `valid_from`; the same start again is a correction.

    `key` names the thing of the subject (a licence, a site) where the aspect has several.
    `based_on` is the last row that the writer had seen (0: none); a later one is a conflict.

    Raises: ValueChanged, BadValue, UnknownField, NotAUscc, UsccTaken, NotFound.
    """
    require_act()
    aspect = ASPECTS[aspect_name]
    if subject_id not in lock_entries(subject_id):
        raise NotFound
    holder = _holder(aspect, subject_id, key or {})
    if based_on is not None and based_on != last_row(aspect, holder):
        raise ValueChanged
    row = checked(aspect, values)
    if row.get("uscc"):
        refuse_taken([row["uscc"]], but=subject_id)
    common = {"valid_from": valid_from, "ended": ended, "reason": reason, "source": source}
    add(act, aspect, [{**holder, **row, **common}])
    project_once(act, [subject_id])


def _holder(aspect: Aspect, subject_id: int, key: Mapping[str, Any]) -> dict[str, Any]:
    """The columns that name the course of values, checked to belong to the subject.

    Raises: NotFound.
    """
    if "subject_id" in aspect.key:
        return {"subject_id": subject_id, **key}
    owned = aspect.model._default_manager.filter(**{aspect.subject_path: subject_id}, **key)
    if set(key) != set(aspect.key) or not owned.exists():
        raise NotFound
    return dict(key)


def last_row(aspect: Aspect, holder: Mapping[str, Any]) -> int:
    """The id of the row recorded last in a course of values; 0 when there is none."""
    rows = aspect.model._default_manager.filter(**holder)
    last: int | None = rows.order_by("-pk").values_list("pk", flat=True).first()
    return last or 0


@dataclass(frozen=True, kw_only=True)
class NewCustody:
    """A special custody account; the number in clear, as it was given.

    `settlement_number` is the institution's own account, where earned money goes; without it
    nothing can be released.
    """

    bank_code: str
    bank_name: str
    account_title: str
    number: str
    agreement_number: str = ""
    settlement_number: str = ""


def record_custody(
    act: Act,
    *,
    subject_id: int,
    valid_from: date,
    account: NewCustody,
    state: CustodyState,
    reason: str = "",
) -> None:
    """Record the special custody account; the number is sealed, its last four stay readable.

    Raises: NotAnAccountNumber, BadValue, NotFound.
    """
    require_act()
    number = _account_number(account.number, "number")
    own = account.settlement_number and _account_number(
        account.settlement_number, "settlement_number"
    )
    append_value(
        act,
        subject_id=subject_id,
        aspect_name="custody",
        valid_from=valid_from,
        values={
            "bank_code": account.bank_code,
            "bank_name": account.bank_name,
            "account_title": account.account_title,
            "number_sealed": sealed.seal("custody_number", number),
            "number_index": sealed.blind_index("custody_number", number),
            "number_last4": number[-4:],
            "settlement_sealed": sealed.seal("settlement_number", own) if own else None,
            "settlement_index": sealed.blind_index("settlement_number", own) if own else None,
            "settlement_last4": own[-4:],
            "agreement_number": account.agreement_number,
            "state": state.value,
        },
        reason=reason,
    )


def _account_number(given: str, field: str) -> str:
    """The digits of an account number. Raises: NotAnAccountNumber."""
    number = "".join(given.split())
    if not (number.isascii() and number.isdecimal() and 8 <= len(number) <= 30):
        raise NotAnAccountNumber(field=field)
    return number


def connect(
    act: Act,
    *,
    subject_id: int,
    valid_from: date,
    licence_number: str,
    feeds: Sequence[str],
    reason: str = "",
    based_on: int | None = None,
) -> None:
    """An officer confirmed the licence and the first feeds: the subject is connected.

    Raises: ValueChanged, BadValue, NotFound.
    """
    append_value(
        act,
        subject_id=subject_id,
        aspect_name="connection",
        valid_from=valid_from,
        values={"connected": True, "licence_number": licence_number, "feeds": list(feeds)},
        reason=reason,
        based_on=based_on,
    )


def last_connection(subject_id: int) -> int:
    """The row recorded last on the connection of a subject; 0 when there is none."""
    return last_row(ASPECTS["connection"], {"subject_id": subject_id})


def set_colours(colours: Mapping[int, str | None]) -> None:
    """Show the internal colour of subjects in lists; only connected ones have one."""
    require_act()
    by_colour: dict[str | None, list[int]] = {}
    for subject_id, colour in sorted(colours.items()):
        by_colour.setdefault(colour, []).append(subject_id)
    for colour, ids in by_colour.items():
        Entry.objects.filter(pk__in=ids, connected=True).update(colour=colour)


def public_page_changed(subject_id: int) -> None:
    """Something that the public page shows has changed: pages kept of the subject are old."""
    require_act()
    Entry.objects.filter(pk=subject_id).update(version=F("version") + 1)


def refresh_entries(act: Act, subject_ids: Sequence[int]) -> int:
    """Renew the projection of subjects as they are on the day of the act."""
    return project(subject_ids, act.day)


def refresh_due(act: Act, *, limit: int = PAGE) -> int:
    """Renew the entries on which a value recorded ahead has taken over; how many."""
    require_act()
    due = Entry.objects.filter(next_on__lte=act.day).order_by("next_on", "pk")
    return project(list(due.values_list("pk", flat=True)[:limit]), act.day)


def rebuild_page(act: Act, *, after: int = 0, limit: int = PAGE) -> int:
    """Compute the next entries anew from history; the last subject done, 0 when none is left."""
    require_act()
    from_history = Entry.objects.filter(pk__gt=after).order_by("pk")
    ids = list(from_history.values_list("pk", flat=True)[:limit])
    project(ids, act.day)
    return ids[-1] if ids else 0
