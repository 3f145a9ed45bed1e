"""Writes of alerts, inside an operation: what detection found, and what people decide."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Final

from django.db import connection
from django.db.models import Q

from yuxin.assessment.alerts.detecting import Found
from yuxin.assessment.alerts.kind import ALERT
from yuxin.assessment.alerts.models import (
    Alert,
    AlertMark,
    AlertNote,
    CreditFact,
    NoteKind,
    Outcome,
    Preset,
    PublicWarning,
    Signal,
    WarningEnd,
)
from yuxin.assessment.alerts.rules import LEVELS, AlertRules
from yuxin.cases import services as cases
from yuxin.kernel.act import Act, require_act
from yuxin.kernel.actor import Role
from yuxin.kernel.codes import new_subject_code
from yuxin.kernel.refusal import BadInput, Forbidden, NotFound, Refusal
from yuxin.registry.scope import accounts_reaching

LOCK_CLASS: Final = 0x595741  # "YWA": alerts
WORDS_MAX: Final = 400
_TAKE = """
DELETE FROM alerts_alertmark WHERE id IN (
    SELECT id FROM alerts_alertmark
     WHERE institution_id = ANY (%s) AND marked_at <= %s
     ORDER BY id FOR UPDATE SKIP LOCKED)
RETURNING institution_id
"""


class WordsNeeded(BadInput):
    """What was found or decided must be said."""

    code = "alert_words_needed"
    zh = "请写明情况和理由（不超过 400 字）。"
    en = "Say what was found and why, in at most 400 characters."


class PeopleNeeded(BadInput):
    """A judgement is that of named people."""

    code = "alert_people_needed"
    zh = "请填写参加研判的人员姓名（不超过 200 字）。"
    en = "Name the people who judged, in at most 200 characters."


class WarningNotAllowed(Refusal):
    """Not verified, not right, said before, or of a rule that policy keeps from the public."""

    code = "alert_not_verified"
    zh = (
        "须先研判并作出处置（不是“未发现问题”），才能计入信用档案或向公众提示；"
        "每项只办一次，且该规则须允许公示。"
    )
    en = (
        "It must be judged and decided on first, and found to be an issue; each is done once, and "
        "policy must let the rule be public."
    )


class NoWarningStands(Refusal):
    """There is no public warning of this alert, or it is over."""

    code = "no_warning_stands"
    zh = "这条预警现在没有向公众的提示，或者提示已经结束。"
    en = "No public warning of this alert stands, or it is over already."


class PresetNotUsable(BadInput):
    """A preset without a number, or without anything set."""

    code = "preset_not_usable"
    zh = "请填写文号（不超过 60 字），并至少填写最低余额或单笔划转上限之一，金额大于零。"
    en = "Give the document's number and at least one of lowest balance and largest movement."


def mark_many(institution_ids: Iterable[int]) -> None:
    """Say that alerts of institutions may have changed; whoever judged their colour does."""
    require_act()
    AlertMark.objects.bulk_create(
        [AlertMark(institution_id=each) for each in sorted(set(institution_ids))]
    )


def take_marks(institution_ids: Sequence[int], known_at: datetime) -> set[int]:
    """Take the marks that were made up to an instant away; whose they were."""
    require_act()
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [list(institution_ids), known_at])
        return {row[0] for row in cursor.fetchall()}


def lock(institution_ids: Sequence[int]) -> None:
    """Wait until nobody else looks for alerts of these institutions."""
    require_act()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(%s, given) FROM unnest(%s::integer[]) AS given",
            [LOCK_CLASS, sorted({each & 0x7FFFFFFF for each in institution_ids})],
        )


def keep(
    act: Act,
    rules: AlertRules,
    institution_ids: Sequence[int],
    found: Sequence[Found],
    known_at: datetime,
) -> tuple[list[Alert], int]:
    """Bring the alerts of institutions to what was found; those opened, and how many changed.

    A condition found again is the alert it was; one found no more is noted; one that got louder
    after people had closed it is a new alert.
    """
    require_act()
    rows = Alert.objects.filter(institution_id__in=list(institution_ids))
    live = {
        (row.institution_id, row.rule, row.what): row
        for row in rows.filter(Q(closed_at=None) | Q(gone_at=None)).order_by("pk")
    }
    holding = {each.key: each for each in found}
    notes: list[AlertNote] = []
    new = [each for key, each in holding.items() if key not in live]
    for key, row in live.items():
        now = holding.get(key)
        if now is None and row.rule in rules.tables and row.gone_at is None:
            row.gone_at = act.at
            row.save(update_fields=["gone_at"])
            notes.append(_note(act, row, NoteKind.GONE))
        elif now is not None and _follow(act, row, now, rules, known_at, notes):
            new.append(now)
    opened = _open(act, rules, new, known_at)
    AlertNote.objects.bulk_create(notes)
    return opened, len(notes)


def _follow(
    act: Act,
    row: Alert,
    now: Found,
    rules: AlertRules,
    known_at: datetime,
    notes: list[AlertNote],
) -> bool:
    """Let an alert follow its condition; True when the condition needs a new alert."""
    louder = LEVELS.index(now.level) > LEVELS.index(row.level)
    if row.closed_at is not None:
        if louder:
            row.gone_at = act.at
            row.save(update_fields=["gone_at"])
            notes.append(_note(act, row, NoteKind.RAISED, now.level))
        return louder
    if row.gone_at is not None:
        notes.append(_note(act, row, NoteKind.BACK))
    elif row.level != now.level:
        notes.append(_note(act, row, NoteKind.RAISED, now.level))
    if row.gone_at is not None or row.row != now.row or row.inputs != now.inputs:
        row.gone_at = None
        _say(row, now, rules, known_at)
        row.save()
    return False


def _say(row: Alert, now: Found, rules: AlertRules, known_at: datetime) -> None:
    row.level, row.row = now.level, now.row
    row.inputs, row.conditions = dict(now.inputs), [list(each) for each in now.conditions]
    row.zh, row.en = now.zh[:400], now.en[:400]
    row.pack_sha256, row.known_at = rules.pack.sha256, known_at


def _open(act: Act, rules: AlertRules, new: Sequence[Found], known_at: datetime) -> list[Alert]:
    if not new:
        return []
    owners = _owners({rules.handled(each.rule).owner for each in new}, act.day)
    loads = _loads()
    opened = []
    for each in new:
        handling = rules.handled(each.rule)
        owner = _owner(each.institution_id, owners[handling.owner], loads)
        hours, code = handling.hours, new_subject_code()
        proceeding = cases.open_proceeding(
            act,
            ALERT,
            institution_id=each.institution_id,
            reference=code,
            owner_id=owner,
            days=None if hours is None else -(-hours // 24),
        )
        row = Alert(
            code=code,
            proceeding=proceeding,
            institution_id=each.institution_id,
            rule=each.rule,
            what=each.what,
            confidential=not handling.shown,
            owner_role=handling.owner,
            opened_at=act.at,
            opened_on=act.day,
            due_at=None if hours is None else act.at + timedelta(hours=hours),
        )
        _say(row, each, rules, known_at)
        opened.append(row)
    return Alert.objects.bulk_create(opened)


def _owners(roles: set[str], day: date) -> dict[str, dict[int, frozenset[int]]]:
    return {role: accounts_reaching(Role(role), day) for role in roles}


def _loads() -> dict[int, int]:
    """How many open alerts each account has in hand, among those that can be seen here."""
    rows = Alert.objects.filter(closed_at=None, proceeding__owner_id__isnull=False)
    loads: dict[int, int] = {}
    for owner in rows.values_list("proceeding__owner_id", flat=True):
        loads[owner or 0] = loads.get(owner or 0, 0) + 1
    return loads


def _owner(
    institution_id: int, reach: Mapping[int, frozenset[int]], loads: dict[int, int]
) -> int | None:
    """Of those whose grants reach it the one with the narrowest reach, then the fewest alerts.

    Nobody: it waits in every inbox that reaches the institution.
    """
    able = [account for account, reached in reach.items() if institution_id in reached]
    if not able:
        return None
    chosen = min(able, key=lambda one: (len(reach[one]), loads.get(one, 0), one))
    loads[chosen] = loads.get(chosen, 0) + 1
    return chosen


def _note(act: Act, row: Alert, kind: NoteKind, words: str = "") -> AlertNote:
    return AlertNote(
        alert=row,
        institution_id=row.institution_id,
        kind=kind,
        at=act.at,
        by_account=act.actor.account_id,
        by_name=act.actor.name,
        words=words,
        shown=not row.confidential,
    )


def alert_for_update(code: str) -> Alert:
    """An alert with its proceeding, both locked until the operation ends.

    Raises: NotFound.
    """
    require_act()
    row = (
        Alert.objects.filter(code=code)
        .select_related("proceeding")
        .order_by("pk")
        .select_for_update(no_key=True)
        .first()
    )
    if row is None:
        raise NotFound
    return row


def note(
    act: Act, row: Alert, kind: NoteKind, words: str, *, people: str = "", shown: bool = False
) -> AlertNote:
    """Write what was said of an alert.

    Raises: WordsNeeded, PeopleNeeded.
    """
    require_act()
    words, people = words.strip(), people.strip()
    if not 0 < len(words) <= WORDS_MAX:
        raise WordsNeeded(field="words")
    if kind is NoteKind.JUDGED and not 0 < len(people) <= 200:
        raise PeopleNeeded(field="people")
    one = _note(act, row, kind, words)
    one.people, one.shown = people, shown and not row.confidential
    one.save()
    return one


def decide(row: Alert, outcome: Outcome) -> None:
    """Write what was decided."""
    require_act()
    row.outcome = outcome
    row.save(update_fields=["outcome"])


def close(act: Act, row: Alert, signal: Signal) -> None:
    """Write that an alert is over, and whether its rule was right."""
    require_act()
    row.signal, row.closed_at = signal, act.at
    row.save(update_fields=["outcome", "signal", "closed_at"])


def confirm(act: Act, row: Alert, *, document_number: str, words: str) -> CreditFact:
    """Write an alert into what the credit file takes.

    Raises: WarningNotAllowed, WordsNeeded.
    """
    require_act()
    number, said = document_number.strip(), words.strip()
    if not 0 < len(number) <= 60:
        raise WordsNeeded(field="document_number")
    if not 0 < len(said) <= WORDS_MAX:
        raise WordsNeeded(field="words")
    if not _is_verified(row) or CreditFact.objects.filter(alert=row).exists():
        raise WarningNotAllowed
    assert act.actor.account_id is not None
    return CreditFact.objects.create(
        alert=row,
        institution_id=row.institution_id,
        document_number=number,
        words=said,
        confirmed_on=act.day,
        confirmed_by=act.actor.account_id,
    )


def warn(act: Act, row: Alert, *, words: str, days: int) -> PublicWarning:
    """Write what the public is told, by another person than the one who judged.

    Raises: WarningNotAllowed, WordsNeeded, Forbidden.
    """
    require_act()
    said = words.strip()
    if not 0 < len(said) <= WORDS_MAX or not 0 < days <= 365:
        raise WordsNeeded(field="words")
    if not _is_verified(row) or PublicWarning.objects.filter(alert=row).exists():
        raise WarningNotAllowed
    assert act.actor.account_id is not None
    judged_by = AlertNote.objects.filter(alert=row, kind=NoteKind.JUDGED)
    if judged_by.filter(by_account=act.actor.account_id).exists():
        raise Forbidden
    return PublicWarning.objects.create(
        alert=row,
        institution_id=row.institution_id,
        words=said,
        from_on=act.day,
        until_on=act.day + timedelta(days=days),
        verified_by=act.actor.account_id,
    )


def end_warning(act: Act, row: Alert, *, words: str) -> WarningEnd:
    """End the public warning of an alert from today on; it stays on record.

    Raises: NoWarningStands, WordsNeeded.
    """
    require_act()
    said = words.strip()
    if not 0 < len(said) <= WORDS_MAX:
        raise WordsNeeded(field="words")
    warning = PublicWarning.objects.filter(alert=row, end=None, until_on__gte=act.day).first()
    if warning is None:
        raise NoWarningStands
    assert act.actor.account_id is not None
    return WarningEnd.objects.create(
        warning=warning,
        institution_id=row.institution_id,
        words=said,
        ended_on=act.day,
        ended_by=act.actor.account_id,
    )


def _is_verified(row: Alert) -> bool:
    return row.outcome not in ("", Outcome.NO_ISSUE) and row.signal != Signal.WRONG


def set_preset(
    act: Act,
    *,
    institution_id: int,
    balance_min_fen: int | None,
    movement_max_fen: int | None,
    document_number: str,
) -> Preset:
    """Set lowest balance and largest movement of one institution from today on.

    Raises: PresetNotUsable.
    """
    require_act()
    number = document_number.strip()
    lines = [each for each in (balance_min_fen, movement_max_fen) if each is not None]
    if not 0 < len(number) <= 60:
        raise PresetNotUsable(field="document_number")
    if not lines or min(lines) <= 0:
        raise PresetNotUsable(field="balance_min_fen")
    return Preset.objects.create(
        institution_id=institution_id,
        balance_min_fen=balance_min_fen,
        movement_max_fen=movement_max_fen,
        document_number=number,
        valid_from=act.day,
        recorded_by=act.actor.account_id,
    )
