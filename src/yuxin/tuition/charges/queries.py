"""Hits on charges, as alerts take them: each names its contract, its rule, its value and line."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.db import connection
from django.db.models import Max

from yuxin.kernel.actor import Actor
from yuxin.kernel.calendar import add_months
from yuxin.kernel.clock import day_of
from yuxin.rules.pack import Pack
from yuxin.rules.table import fired_rows
from yuxin.tuition.charges.early import (
    LESSON_MONTHS,
    PERIOD_MONTHS,
)
from yuxin.tuition.models import Contract, Course

GUIDE: Final = "charges.guide_prices"
# circle, what is counted, the rule that has the line; both tests of a circle are hits of their own
TESTS: Final = (
    ("chain", "units", "charges.sum_chain_lessons"),
    ("chain", "money", "charges.sum_chain_fen"),
    ("household", "money", "charges.sum_household_fen"),
    ("controller", "units", "charges.sum_controller_lessons"),
    ("controller", "money", "charges.sum_controller_fen"),
)


@dataclass(frozen=True)
class Hit:
    """Something over a line. `value` and `limit` in hundredths of lessons, fen, or days."""

    alert: str  # W04, W05, W08
    test: str  # chain_units, chain_money, household_money, …, span, units, money, early, guide
    institution_id: int
    happened_on: date
    contract_code: str  # of a course for `guide`
    value: int
    limit: int
    rule: str
    count: int = 1


def sum_hits(_actor: Actor, institution_ids: Sequence[int], pack: Pack) -> list[Hit]:
    """Contracts whose signature lifted a sum over its line (W05); two statements.

    Where the bureau set no line there is no hit.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM public.charges_sums(%s)", [list(institution_ids)])
        rows = cursor.fetchall()
    contracts = {each.pk: each for each in Contract.objects.filter(pk__in=[row[1] for row in rows])}
    found = []
    for circle, number, count, units, fen in rows:
        contract = contracts.get(number)
        if contract is not None:
            found += list(_over(circle, contract, int(count), int(units), int(fen), pack))
    return sorted(found, key=lambda hit: (hit.happened_on, hit.contract_code, hit.test))


def _over(
    circle: str, contract: Contract, count: int, units: int, fen: int, pack: Pack
) -> Iterator[Hit]:
    assert contract.signed_at is not None, "sums are of signed contracts"
    day = day_of(contract.signed_at)
    for of_circle, what, rule in TESTS:
        if of_circle != circle or not pack.has(rule, day):
            continue
        line = pack.on(rule, day).integer
        value, limit = (units, line * 100) if what == "units" else (fen, line)
        if value > limit:
            yield Hit(
                "W05",
                f"{circle}_{what}",
                contract.institution_id,
                day,
                contract.code,
                value,
                limit,
                rule,
                count,
            )


def single_hits(
    _actor: Actor, institution_ids: Sequence[int], pack: Pack, *, since: date
) -> list[Hit]:
    """Single charges over a cap, or too early (W04): what came from elsewhere; one statement.

    A charge of this platform is refused before; one of the national platform, a bank or an import
    was made there and is seen here.
    """
    rows = (
        Contract.objects.filter(institution_id__in=institution_ids, signed_at__isnull=False)
        .exclude(state=Contract.State.CANCELLED)
        .filter(signed_at__date__gte=since)
        .select_related("course")
        .order_by("pk")
    )
    return [hit for row in rows for hit in _single(row, pack)]


def _single(contract: Contract, pack: Pack) -> Iterator[Hit]:
    assert contract.signed_at is not None, "only signed contracts are charges"
    day, told = day_of(contract.signed_at), contract.terms.get("service", {})
    first = date.fromisoformat(told["from"]) if "from" in told else contract.course.first_on
    last = date.fromisoformat(told["to"]) if "to" in told else contract.course.last_on
    end = add_months(first, pack.on("prepay.months_max", day).integer) - timedelta(days=1)
    units = pack.on("prepay.lessons_max", day).integer * 100
    tests = [
        ("span", "prepay.months_max", (last - first).days, (end - first).days),
        ("units", "prepay.lessons_max", contract.total_centiunits, units),
    ]
    category = {"category": contract.course.category}
    if fired_rows(pack.on("prepay.amount_max_binds", day).rows, category):
        most = pack.on("prepay.amount_max_fen", day).integer
        tests.append(("money", "prepay.amount_max_fen", contract.total_fen, most))
    billing = contract.terms.get("price_more", {}).get("billing", "LESSON")
    rule = PERIOD_MONTHS if billing == "PERIOD" else LESSON_MONTHS
    if contract.paid_at is not None and contract.origin != "own" and pack.has(rule, day):
        from_on = add_months(first, -pack.on(rule, day).integer)
        before = (first - day_of(contract.paid_at)).days
        tests.append(("early", rule, before, (first - from_on).days))
    for test, key, value, limit in tests:
        if value > limit:
            yield Hit("W04", test, contract.institution_id, day, contract.code, value, limit, key)


def guide_hits(_actor: Actor, institution_ids: Sequence[int], pack: Pack, day: date) -> list[Hit]:
    """Offered academic courses above the guide price of the day (W08); one statement.

    Prices are compared per minute, by multiplication: no fraction of a fen is lost.
    """
    if not pack.has(GUIDE, day):
        return []
    table = pack.on(GUIDE, day).rows
    rows = (
        Course.objects.filter(
            institution_id__in=institution_ids, category="SUBJECT", withdrawn_at=None
        )
        .annotate(size=Max("classes__capacity"))
        .order_by("pk")
    )
    found = []
    for course in rows:
        facts = {
            "category": course.category,
            "stage": course.stage,
            "mode": course.mode,
            "class_size": course.size or 1,
        }
        for fired in fired_rows(table, facts):
            fen, minutes = fired.row.then["unit_fen"], fired.row.then["minutes"]
            assert isinstance(fen, int) and isinstance(minutes, int), "a guide price is whole fen"
            if course.unit_price_fen * minutes > fen * course.lesson_minutes:
                most = fen * course.lesson_minutes // minutes
                found.append(
                    Hit(
                        "W08",
                        "guide",
                        course.institution_id,
                        day_of(course.published_at),
                        course.code,
                        course.unit_price_fen,
                        most,
                        fired.row.code,
                    )
                )
    return found
