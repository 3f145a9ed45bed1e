"""Writes of selections, inside an operation."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import Sum

from yuxin.access.models import Account
from yuxin.cases import services as cases
from yuxin.kernel.act import Act, require_act
from yuxin.kernel.codes import new_subject_code
from yuxin.kernel.refusal import BadInput, NotFound, Refusal
from yuxin.tuition.selection.kind import BANK_SELECTION
from yuxin.tuition.selection.models import Application, Criterion, Points, Seat, Selection
from yuxin.tuition.selection.ranking import Ranked, Scored, ranked


class WeightsNotWhole(BadInput):
    """The weights of a call add up to 100."""

    code = "weights_not_whole"
    zh = "各项权重相加是 {sum}，须正好是 100。请改权重。"
    en = "The weights add up to {sum}; they must add up to exactly 100."


class CallNotUsable(BadInput):
    """A call names its criteria, documents, closing day, places and term."""

    code = "call_not_usable"
    zh = (
        "请写明名称、申请材料、至少两项互不相同的评分项、今天或以后的截止日、"
        "名额（1 至 20）和服务期（1 至 120 个月）。"
    )
    en = (
        "Give a title, the documents, at least two different criteria, a closing day from today "
        "on, 1 to 20 places and a term of 1 to 120 months."
    )


class ApplicationsClosed(Refusal):
    """Applications are taken until the closing day of a call."""

    code = "applications_closed"
    zh = "申请截止日是 {day}，已不再接收申请。"
    en = "Applications closed on {day}; no more are taken."


class AppliedBefore(Refusal):
    """A bank applies once."""

    code = "applied_before"
    zh = "这家银行已经申请过这一次遴选。"
    en = "This bank has applied for this selection already."


class NotClosedYet(Refusal):
    """Scoring begins after the closing day."""

    code = "call_not_closed_yet"
    zh = "申请截止日是 {day}，过了这一天才能开始评分。"
    en = "Applications are taken until {day}; scoring begins after it."


class NobodyApplied(Refusal):
    """Without applications there is nothing to score."""

    code = "nobody_applied"
    zh = "没有银行申请，不能评分。请宣布流标，另行征集。"
    en = "No bank applied, so there is nothing to score. Declare the call failed."


class TooFewDepartments(BadInput):
    """Several departments score, each by its own sheet."""

    code = "too_few_departments"
    zh = "评分人须来自至少两个部门，账号须在用、不重复，单位要写在账号里。请核对“{field}”。"
    en = "Scorers come from at least two departments, each an active account; check “{field}”."


class SheetNotWhole(BadInput):
    """A sheet gives every bank points for every criterion."""

    code = "sheet_not_whole"
    zh = "每家银行的每一项都要评，0 到 100 的整数。"
    en = "Score every bank on every criterion, in whole points from 0 to 100."


class SheetHandedIn(Refusal):
    """A sheet is handed in once and stays as it is."""

    code = "sheet_handed_in"
    zh = "您的评分表已经交了，不能再改。"
    en = "Your sheet is handed in already and stays as it is."


class ScoringOver(Refusal):
    """Sheets are taken until the last day of scoring."""

    code = "scoring_over"
    zh = "评分截止日是 {day}，已不再收评分表。"
    en = "Sheets were taken until {day}."


class SheetsSealed(Refusal):
    """Nobody reads another's sheet before all are in or the day is over."""

    code = "sheets_sealed"
    zh = "还差 {missing} 份评分表，{day} 以前不能开启。"
    en = "{missing} sheets are missing; they stay sealed until {day} is over."


class NoSheets(Refusal):
    """Without a single sheet there is no ranking."""

    code = "no_sheets"
    zh = "没有人交评分表，排不出名次。请宣布流标，另行征集。"
    en = "Nobody handed a sheet in, so there is no ranking. Declare the call failed."


class TieAtTheCut(Refusal):
    """Banks equal in everything stand at the last place: the lot decides, in public."""

    code = "tie_at_the_cut"
    zh = (
        "最后 {places} 个名额有 {tied} 家银行各项得分全同。"
        "请公开抽签，把抽中的银行选上，并写明经过。"
    )
    en = "{tied} banks are equal in everything for the last {places} places: draw lots and say how."


class ObjectionsOpen(Refusal):
    """A result is confirmed after the days for objections."""

    code = "objections_open"
    zh = "公示到 {day}，期满才能确认。"
    en = "Objections are open until {day}; confirm after it."


class NotServing(Refusal):
    """Only a bank that was chosen and serves can leave."""

    code = "bank_not_serving"
    zh = "这家银行不在服务期里，或者已经退出。"
    en = "This bank does not serve under this selection, or has left already."


@dataclass(frozen=True, kw_only=True)
class NewCall:
    """A call as it is published. `criteria`: titles and weights."""

    title: str
    documents: str
    closing_on: date
    places: int
    term_months: int
    criteria: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Given:
    """One number of a sheet."""

    bank_code: str
    ordinal: int
    points: int


def call(act: Act, new: NewCall) -> Selection:
    """Publish a call. Raises: CallNotUsable, WeightsNotWhole."""
    titles = [title.strip() for title, _ in new.criteria]
    texts = (new.title.strip(), new.documents.strip(), *titles)
    usable = (
        all(texts)
        and 2 <= len(titles) == len(set(titles)) <= 20
        and all(len(title) <= 80 for title in titles)
        and len(new.title) <= 120
        and len(new.documents) <= 1000
        and new.closing_on >= act.day
        and 1 <= new.places <= 20
        and 1 <= new.term_months <= 120
    )
    if not usable:
        raise CallNotUsable(field="criteria")
    weights = [weight for _, weight in new.criteria]
    if sum(weights) != 100 or min(weights) < 1:
        raise WeightsNotWhole(field="criteria", sum=sum(weights))
    code = new_subject_code()
    proceeding = cases.open_proceeding(
        act, BANK_SELECTION, "called", institution_id=0, reference=code
    )
    row = Selection.objects.create(
        code=code,
        proceeding=proceeding,
        title=new.title.strip(),
        documents=new.documents.strip(),
        called_on=act.day,
        closing_on=new.closing_on,
        places=new.places,
        term_months=new.term_months,
    )
    Criterion.objects.bulk_create(
        Criterion(selection=row, ordinal=n, title=title, weight=weight)
        for n, (title, weight) in enumerate(zip(titles, weights, strict=True), start=1)
    )
    return row


def selection_for_update(code: str) -> Selection:
    """A selection with its proceeding, both locked. Raises: NotFound."""
    require_act()
    row = Selection.objects.filter(code=code).order_by("pk").select_for_update(no_key=True).first()
    if row is None:
        raise NotFound
    found = cases.of_reference_for_update(BANK_SELECTION, code)
    if found is not None:
        row.proceeding = found
    return row


@dataclass(frozen=True, kw_only=True)
class NewApplication:
    """What a bank hands in; `document`: SHA-256 of stored bytes."""

    bank_code: str
    bank_name: str
    words: str
    document: str = ""


def apply(act: Act, row: Selection, new: NewApplication) -> Application:
    """Take a bank's application. Raises: ApplicationsClosed, AppliedBefore, BadInput."""
    if row.proceeding.state != "called" or act.day > row.closing_on:
        raise ApplicationsClosed(day=row.closing_on.isoformat())
    code = new.bank_code.strip()
    if not (code.isascii() and code.isalnum() and code.upper() == code and 2 <= len(code) <= 14):
        raise BadInput(field="bank_code")
    for field, most in (("bank_name", 60), ("words", 1000)):
        if not 0 < len(getattr(new, field).strip()) <= most:
            raise BadInput(field=field)
    if Application.objects.filter(selection=row, bank_code=code).exists():
        raise AppliedBefore
    assert act.actor.account_id is not None
    return Application.objects.create(
        selection=row,
        bank_code=code,
        bank_name=new.bank_name.strip(),
        words=new.words.strip(),
        document_sha256=new.document,
        entered_by=act.actor.account_id,
        entered_at=act.at,
    )


def seat(act: Act, row: Selection, *, logins: Sequence[str], until: date) -> list[Seat]:
    """Name who scores, until when.

    Raises: NotClosedYet, NobodyApplied, TooFewDepartments, BadInput.
    """
    if act.day <= row.closing_on:
        raise NotClosedYet(day=row.closing_on.isoformat())
    if not Application.objects.filter(selection=row).exists():
        raise NobodyApplied
    if until < act.day:
        raise BadInput(field="until")
    wanted = [login.strip() for login in logins if login.strip()]
    people = list(Account.objects.filter(login__in=wanted, active=True).order_by("pk"))
    departments = {one.organisation for one in people}
    if len(people) != len(wanted) or "" in departments or len(departments) < 2:
        raise TooFewDepartments(field="scorers")
    Selection.objects.filter(pk=row.pk).update(scoring_until=until)
    row.scoring_until = until
    return Seat.objects.bulk_create(
        Seat(selection=row, account_id=one.pk, name=one.display_name, department=one.organisation)
        for one in people
    )


def hand_in(act: Act, row: Selection, given: Sequence[Given]) -> Seat:
    """Take the sheet of whoever acts, whole and once.

    Raises: NotFound without a seat, SheetHandedIn, ScoringOver, SheetNotWhole.
    """
    found = (
        Seat.objects.filter(selection=row, account_id=act.actor.account_id or 0)
        .order_by("pk")
        .select_for_update(no_key=True)
        .first()
    )
    if found is None:
        raise NotFound
    if found.handed_in_at is not None:
        raise SheetHandedIn
    assert row.scoring_until is not None, "scoring has a last day"
    if row.proceeding.state != "scoring" or act.day > row.scoring_until:
        raise ScoringOver(day=row.scoring_until.isoformat())
    banks = {one.bank_code: one for one in row.applications.all()}
    criteria = {one.ordinal: one for one in row.criteria.all()}
    told = {(one.bank_code, one.ordinal): one.points for one in given}
    whole = {(bank, ordinal) for bank in banks for ordinal in criteria}
    if told.keys() != whole or len(given) != len(whole):
        raise SheetNotWhole(field="points")
    if not all(0 <= points <= 100 for points in told.values()):
        raise SheetNotWhole(field="points")
    Points.objects.bulk_create(
        Points(
            selection=row,
            account_id=found.account_id,
            application=banks[bank],
            criterion=criteria[ordinal],
            points=points,
        )
        for (bank, ordinal), points in sorted(told.items())
    )
    Seat.objects.filter(pk=found.pk).update(handed_in_at=act.at)
    found.handed_in_at = act.at
    return found


def open_and_rank(act: Act, row: Selection) -> list[Ranked]:
    """Open every sheet at once and write the ranks. Raises: SheetsSealed, NoSheets.

    The database opens them, and refuses before all are in or the day is over.
    """
    seats = list(Seat.objects.filter(selection=row))
    missing = sum(one.handed_in_at is None for one in seats)
    assert row.scoring_until is not None, "scoring has a last day"
    if missing and act.day <= row.scoring_until:
        raise SheetsSealed(missing=missing, day=row.scoring_until.isoformat())
    if missing == len(seats):
        raise NoSheets
    with connection.cursor() as cursor:
        cursor.execute("SELECT public.selection_open_sheets(%s, %s)", [row.pk, act.day])
    criteria = list(row.criteria.order_by("ordinal"))
    sums = {
        (application, criterion): total
        for application, criterion, total in Points.objects.filter(selection=row)
        .values_list("application_id", "criterion_id")
        .annotate(total=Sum("points"))
    }
    scored = [
        Scored(one.pk, tuple(sums[one.pk, each.pk] for each in criteria))
        for one in row.applications.all()
    ]
    order = ranked([(one.title, one.weight) for one in criteria], scored)
    for one in order:
        Application.objects.filter(pk=one.key).update(
            rank=one.rank, total=one.total, tied=one.tied, decided_by=one.decided_by
        )
    Selection.objects.filter(pk=row.pk).update(sheet_count=len(seats) - missing)
    return order


def choose(act: Act, row: Selection, *, drawn: Sequence[str], words: str) -> list[Application]:
    """Take the first banks for the places; where equals share the last ones, those drawn.

    Raises: TieAtTheCut, BadInput for a bank that the lot was not about.
    """
    require_act()
    standing = list(row.applications.order_by("rank", "pk"))
    chosen = [
        one for one in standing if _better(one, standing) + _equal(one, standing) <= row.places
    ]
    cut = [one for one in standing if one not in chosen and _better(one, standing) < row.places]
    left, lot = row.places - len(chosen), sorted(set(drawn))
    if {one.bank_code for one in cut} < set(lot) or (lot and not cut):
        raise BadInput(field="drawn")
    if cut and (len(lot) != left or not set(lot) <= {one.bank_code for one in cut}):
        raise TieAtTheCut(field="drawn", places=left, tied=len(cut))
    winners = [one.pk for one in cut if one.bank_code in lot]
    Application.objects.filter(pk__in=[one.pk for one in chosen]).update(chosen=True)
    Application.objects.filter(pk__in=winners).update(chosen=True, drawn=True)
    Selection.objects.filter(pk=row.pk).update(
        noticed_on=act.day, notice_words=words.strip()[:500], objection_days=row.proceeding.days
    )
    return list(row.applications.filter(chosen=True).order_by("rank", "pk"))


def _better(one: Application, standing: Sequence[Application]) -> int:
    return sum((other.rank or 0) < (one.rank or 0) for other in standing)


def _equal(one: Application, standing: Sequence[Application]) -> int:
    return sum(other.rank == one.rank for other in standing)


def serve(act: Act, row: Selection) -> None:
    """The term begins on the day of the act."""
    require_act()
    until = months_after(act.day, row.term_months)
    Selection.objects.filter(pk=row.pk).update(serves_from=act.day, serves_until=until)
    row.serves_from, row.serves_until = act.day, until


def months_after(day: date, months: int) -> date:
    """The same day so many months later; the last of the month where there is none."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for number in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, number)
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


def leave(act: Act, row: Selection, *, bank_code: str, on: date, words: str) -> Application:
    """A bank leaves: no new account goes to it. Raises: NotServing, BadInput."""
    require_act()
    found = row.applications.filter(bank_code=bank_code, chosen=True, left_on=None).first()
    if found is None:
        raise NotServing
    if not words.strip():
        raise BadInput(field="words")
    if on < act.day:
        raise BadInput(field="on")
    Application.objects.filter(pk=found.pk).update(left_on=on, left_words=words.strip()[:400])
    found.left_on = on
    return found


def is_leaving(bank_code: str) -> bool:
    """Whether a bank was chosen and left, and was not chosen again since."""
    require_act()
    last = (
        Application.objects.filter(
            bank_code=bank_code, chosen=True, selection__serves_from__isnull=False
        )
        .order_by("-selection__serves_from", "-pk")
        .first()
    )
    return last is not None and last.left_on is not None
