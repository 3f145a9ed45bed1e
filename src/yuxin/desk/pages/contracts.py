"""Contracts: the table, and one contract's life in the books with its receipts."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yuxin.access.reading import reading
from yuxin.access.sealed import masked_name, unseal
from yuxin.desk.tuition_access import SEES_BOOKS
from yuxin.kernel.actor import Actor, Role
from yuxin.kernel.money import Fen
from yuxin.ledger import queries as ledger
from yuxin.ledger.buckets import Bucket
from yuxin.ledger.models import ContractBalance
from yuxin.ledger.queries import Line
from yuxin.look.contract_receipts import receipt_of_step
from yuxin.look.page import actor_of, page
from yuxin.look.tables import Column, Filter, QuerySource, Row, Table
from yuxin.look.tuition_words import CONTRACT_STATES, STEPS, units
from yuxin.look.values import Empty
from yuxin.tuition.models import Contract
from yuxin.tuition.queries import contracts as queries
from yuxin.tuition.queries.contracts import Step, Sums

ORDER = {
    "signed": ("signed_at",),
    "total": ("total_fen",),
    "custody": ("custody",),
    "code": ("code",),
}
SHOWN = (
    Bucket.CUSTODY,
    Bucket.IN_TRANSIT,
    Bucket.UNEARNED,
    Bucket.PENDING,
    Bucket.FROZEN,
    Bucket.PAYABLE,
    Bucket.REFUND_PAYABLE,
)


def _table(*, many: bool) -> Table:
    institution = (Column("institution", gettext_lazy("机构"), cut=True),) if many else ()
    return Table(
        name="contracts",
        caption=gettext_lazy("合同台账"),
        columns=(
            Column("code", gettext_lazy("合同"), "code", fixed=True, link=True, sortable=True),
            *institution,
            Column("learner", gettext_lazy("学员")),
            Column("course", gettext_lazy("课程"), cut=True),
            Column("state", gettext_lazy("状态")),
            Column("total", gettext_lazy("总价"), "money", sortable=True),
            Column("custody", gettext_lazy("专户里"), "money", sortable=True),
            Column("payable", gettext_lazy("应划"), "money"),
            Column("frozen", gettext_lazy("冻结"), "money"),
            Column("signed", gettext_lazy("签约"), "date", sortable=True),
        ),
        filters=(
            Filter("q", gettext_lazy("合同编号"), kind="text"),
            Filter("state", gettext_lazy("状态"), list(CONTRACT_STATES.items())),
        ),
        default_sort="-signed",
        empty=Empty(gettext_lazy("还没有合同"), gettext_lazy("家长签了合同，就排在这里。")),
    )


@page(roles=SEES_BOOKS)
def contracts(request: HttpRequest) -> HttpResponseBase:
    """The contracts that the reader's grants reach."""
    actor = actor_of(request)
    inside = actor.has(Role.INSTITUTION_HEAD, Role.INSTITUTION_FINANCE)
    with reading(actor):
        names = queries.names_of(actor.institution_ids)
        source = QuerySource(
            _base(actor),
            row=lambda one: _row(one, names, inside=inside),
            order=ORDER,
            narrow=_narrow,
        )
        context = {"title": _("合同台账")}
        table = _table(many=not inside)
        return table.answer(request, source, "desk/tuition_list.html", context)


def _base(actor: Actor) -> QuerySet[Contract]:
    balance = ContractBalance.objects.filter(
        institution_id=OuterRef("institution_id"), contract_id=OuterRef("pk")
    )
    return (
        Contract.objects.filter(institution_id__in=actor.institution_ids)
        .exclude(state=Contract.State.CANCELLED)
        .select_related("course")
        .annotate(
            custody=Subquery(balance.values("custody_fen")[:1]),
            payable=Subquery(balance.values("payable_fen")[:1]),
            frozen=Subquery(balance.values("frozen_fen")[:1]),
        )
    )


def _narrow(rows: QuerySet[Contract], filters: Mapping[str, str]) -> QuerySet[Contract]:
    if state := filters.get("state"):
        rows = rows.filter(state=state)
    if text := filters.get("q"):
        rows = rows.filter(code__startswith="".join(text.split()).replace("-", "").upper())
    return rows


def _row(contract: Contract, names: Mapping[int, object], *, inside: bool) -> Row:
    name = unseal("learner", contract.learner_name_sealed)
    return Row(
        {
            "code": contract.code,
            "institution": str(names.get(contract.institution_id, "")),
            "learner": name if inside else masked_name(name),
            "course": contract.course.name,
            "state": CONTRACT_STATES[contract.state],
            "total": Fen(contract.total_fen),
            "custody": getattr(contract, "custody", None),
            "payable": getattr(contract, "payable", None),
            "frozen": getattr(contract, "frozen", None),
            "signed": contract.signed_at,
        },
        url=reverse("desk:contract", args=[contract.code]),
    )


@dataclass
class Entry:
    """One line of the statement: a posting, or a step that moved nothing."""

    number: int
    when: datetime | None
    on: object
    words: str
    way: str = ""
    amount_fen: Fen | None = None
    cells: list[tuple[Fen, bool]] = field(default_factory=list)
    bar: list[tuple[str, str, str]] = field(default_factory=list)
    entry_id: str = ""
    url: str = ""


@page(roles=SEES_BOOKS)
def contract(request: HttpRequest, code: str) -> HttpResponse:
    """A contract's life: where the money went, the postings with their buckets, the receipts."""
    actor = actor_of(request)
    with reading(actor):
        found = queries.find(actor, code)
        institution = queries.names_of([found.institution_id])[found.institution_id]
        sums = queries.sums_of([found]).get(found.pk, Sums())
        lines = ledger.statement(actor, found.institution_id, found.pk)
        steps = queries.steps_of(found)
    name = unseal("learner", found.learner_name_sealed)
    inside = actor.has(Role.INSTITUTION_HEAD, Role.INSTITUTION_FINANCE)
    entries = _entries(found, lines, steps, actor.language)
    chosen = request.GET.get("line", "")
    context = {
        "contract": found,
        "state": CONTRACT_STATES[found.state],
        "may_supplement": actor.has(Role.INSTITUTION_HEAD)
        and found.state in (Contract.State.ACTIVE, Contract.State.CLOSED),
        "institution": institution,
        "learner": name if inside else masked_name(name),
        "units": units(found.total_centiunits),
        "sums": sums,
        "entries": entries,
        "heads": [each.zh if actor.language == "zh" else each.en for each in SHOWN],
        "buckets": [(int(each), each.zh if actor.language == "zh" else each.en) for each in SHOWN],
        "invariants": _invariants(sums, lines),
        "chosen": next((one for one in entries if str(one.number) == chosen), None),
        "moved": len(lines),
        "steps": [
            (STEPS.get(each.kind, each.kind), each, _receipt_url(found.code, each))
            for each in steps
        ],
    }
    return render(request, "desk/contract.html", context)


@page(roles=SEES_BOOKS)
def contract_receipt(request: HttpRequest, code: str, entry_id: str) -> HttpResponse:
    """receipt.json of one step."""
    with reading(actor_of(request)):
        return receipt_of_step(request, code, entry_id)


def _receipt_url(code: str, step: Step) -> str:
    url = reverse("desk:contract-receipt", args=[code, step.entry_id])
    return f"{url}?item={step.item_key}" if step.item_key else url


_B = Bucket
_TOLD_BY = {
    (_B.IN_TRANSIT, _B.UNEARNED): ("paid",),
    (_B.CUSTODY, _B.IN_TRANSIT): ("arrived",),
    (_B.UNEARNED, _B.PENDING): ("taught", "redeemed"),
    (_B.PENDING, _B.PAYABLE): ("confirmed", "deemed", "redeemed"),
    (_B.PENDING, _B.FROZEN): ("disputed",),
    (_B.FROZEN, _B.PAYABLE): ("settled",),
    (_B.FROZEN, _B.UNEARNED): ("settled",),
    (_B.PAYABLE, _B.CUSTODY): ("release_done", "release_returned"),
    (_B.ADVANCE, _B.CUSTODY): ("release_done", "release_returned"),
    (_B.PAYABLE, _B.ADVANCE): ("advance_recovered",),
    (_B.CUSTODY, _B.ADVANCE): ("debt_arrived",),
    (_B.ADVANCE, _B.UNEARNED): ("paid",),
    (_B.REFUND_PAYABLE, _B.ADVANCE): ("debt_paid",),
    (_B.UNEARNED, _B.REFUND_PAYABLE): (
        "refund_agreed",
        "refund_deemed",
        "refund_granted",
        "settled",
    ),
    (_B.REFUND_PAYABLE, _B.CUSTODY): ("refund_paid", "refund_returned"),
}
_ALONE = ("refund_requested", "refund_contested", "refund_denied", "release_failed")


def _entries(
    contract: Contract, lines: Sequence[Line], steps: Sequence[Step], language: str
) -> list[Entry]:
    """Postings with the step that proves each, and the steps that moved no money, in order."""
    left: dict[str, list[Step]] = defaultdict(list)
    for step in steps:
        left[step.kind].append(step)
    rows = [(_step_of(line, left), line) for line in lines]
    entries: list[Entry] = []
    before: dict[Bucket, Fen] = dict.fromkeys(Bucket, Fen(0))
    gone = {"released": 0, "refunded": 0}
    alone = [step for step in steps if step.kind in _ALONE]
    for told, line in rows:
        at = told.at if told else None
        while alone and at is not None and alone[0].at <= at:
            entries.append(_alone(contract, alone.pop(0), before, gone, len(entries) + 1))
        _count_gone(gone, line)
        words = _words(told, line, language)
        entries.append(
            Entry(
                number=len(entries) + 1,
                when=at,
                on=line.effective_on,
                words=words,
                way=f"{int(line.debit)} → {int(line.credit)}",
                amount_fen=line.amount_fen,
                cells=[(line.after[each], line.after[each] != before[each]) for each in SHOWN],
                bar=_bar(line.after, gone, contract.total_fen),
                entry_id=told.entry_id if told else "",
                url=_receipt_url(contract.code, told) if told else "",
            )
        )
        before = line.after
    entries += [
        _alone(contract, step, before, gone, len(entries) + 1 + n) for n, step in enumerate(alone)
    ]
    return entries


def _alone(
    contract: Contract, step: Step, before: dict[Bucket, Fen], gone: dict[str, int], number: int
) -> Entry:
    return Entry(
        number=number,
        when=step.at,
        on=None,
        words=str(STEPS.get(step.kind, step.kind)),
        cells=[(before[each], False) for each in SHOWN],
        bar=_bar(before, gone, contract.total_fen),
        entry_id=step.entry_id,
        url=_receipt_url(contract.code, step),
    )


def _step_of(line: Line, left: dict[str, list[Step]]) -> Step | None:
    """The step that tells of a posting: by its reference, else the next of its kind."""
    way = (line.credit, line.debit) if line.reverses else (line.debit, line.credit)
    kinds = _TOLD_BY.get(way, ())
    for kind in kinds:
        for step in left[kind]:
            if step.reference == line.fact_ref:
                if kind != "settled":  # one decision makes two postings
                    left[kind].remove(step)
                return step
    for kind in kinds:
        if kind in ("paid", "arrived", "release_done", "refund_paid") and left[kind]:
            return left[kind].pop(0)
    return None


def _words(step: Step | None, line: Line, language: str) -> str:
    told = line.words(language)
    return (
        _("%(step)s（%(move)s）") % {"step": STEPS.get(step.kind, step.kind), "move": told}
        if (step)
        else told
    )


def _count_gone(gone: dict[str, int], line: Line) -> None:
    sign = -1 if line.reverses else 1
    ways = {(line.debit, line.credit), (line.credit, line.debit)}
    if (_B.PAYABLE, _B.CUSTODY) in ways:
        gone["released"] += sign * line.amount_fen
    elif (_B.REFUND_PAYABLE, _B.CUSTODY) in ways:
        gone["refunded"] += sign * line.amount_fen


def _bar(
    after: Mapping[Bucket, Fen], gone: Mapping[str, int], total: int
) -> list[tuple[str, str, str]]:
    """The parts of the contract's sum as x, width, pattern; they always add up to its whole."""
    parts = [
        ("a", after[_B.UNEARNED]),
        ("d", after[_B.PENDING]),
        ("b", after[_B.FROZEN]),
        ("e", after[_B.PAYABLE]),
        ("c", after[_B.REFUND_PAYABLE]),
        ("g", gone["released"]),
        ("h", gone["refunded"]),
    ]
    shown, at = [], 0
    for pattern, amount in parts:
        if amount:
            shown.append((_percent(at, total), _percent(amount, total), pattern))
            at += amount
    return shown


def _percent(part: int, whole: int) -> str:
    hundredths = part * 10_000 // whole if whole else 0
    return f"{hundredths // 100}.{hundredths % 100:02}%"


def _invariants(sums: Sums, lines: Sequence[Line]) -> list[tuple[str, str, bool]]:
    """K1 to K7 of the books, worked out from what is shown."""
    owed = sums.unearned + sums.pending + sums.frozen + sums.payable + sums.refund_payable
    keys = [line.key for line in lines]
    undone = [line.reverses for line in lines if line.reverses]
    return [
        ("K1", _("专户 + 在途 = 各分户之和"), sums.is_there == owed),
        ("K2", _("去向合计 = 已付"), owed + sums.released + sums.refunded == sums.paid),
        ("K3", _("分户不为负"), all(fen >= 0 for line in lines for fen in line.after.values())),
        ("K5", _("只增不改，更正用冲销"), set(undone) <= set(keys)),
        ("K6", _("一笔事实只记一次"), len(keys) == len(set(keys))),
    ]
