"""Custody banks are selected: criteria of 100, sealed sheets, explained ranks, a dated result."""

from dataclasses import replace
from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction

from tests.given import at, bank, call, institution, rows, rules
from tests.tuition.test_custody_accounts import new_account
from yuxin.access.context import opened, set_actor
from yuxin.access.models import Account
from yuxin.access.reading import reading
from yuxin.cases.refusals import SamePerson
from yuxin.kernel.actor import Actor, Role
from yuxin.kernel.refusal import Forbidden, NotFound
from yuxin.operations.cases.advance_proceeding import advance_proceeding
from yuxin.operations.tuition.begin_scoring import begin_scoring
from yuxin.operations.tuition.call_for_banks import call_for_banks
from yuxin.operations.tuition.confirm_selection import confirm_selection
from yuxin.operations.tuition.enter_bank_application import enter_bank_application
from yuxin.operations.tuition.hand_in_sheet import hand_in_sheet
from yuxin.operations.tuition.open_account import BankLeaving, open_account
from yuxin.operations.tuition.open_sheets import open_sheets
from yuxin.operations.tuition.publish_selection import publish_selection
from yuxin.operations.tuition.record_bank_exit import record_bank_exit
from yuxin.rules.values import RuleMissing
from yuxin.tuition.selection import public, queries, services
from yuxin.tuition.selection.models import Application, Points, Selection
from yuxin.tuition.selection.ranking import Ranked, Scored, ranked
from yuxin.tuition.selection.services import Given, NewApplication, NewCall

pytestmark = pytest.mark.django_db
CRITERIA = (("服务能力", 50), ("资金安全", 30), ("费用", 20))
BANKS = ("ALPHA", "BRAVO", "CHARLIE")


@pytest.fixture(autouse=True)
def _rules(db):
    rules()


def person(number: int, organisation: str, *roles: Role) -> Actor:
    """Somebody with an account of their own."""
    with opened("operation"):
        row, _ = Account.objects.get_or_create(
            login=f"scorer{number}",
            defaults={
                "display_name": f"评分员{number}",
                "organisation": organisation,
                "password": "!",
                "created_at": at("02-01 09:00"),
            },
        )
    bank = organisation if Role.BANK in roles else ""
    return Actor(row.pk, row.display_name, frozenset(roles), bank_code=bank)


def past_the_code(who: Actor, *statements: str) -> None:
    """Statements of somebody who goes round our code, as the application's role."""
    with opened("operation"), transaction.atomic(), connection.cursor() as cursor:
        set_actor(cursor, who)
        for statement in statements:
            cursor.execute(statement)


def officer() -> Actor:
    return person(1, "示教局", Role.OFFICER)


def second() -> Actor:
    return person(2, "示教局", Role.HEAD)


def finance() -> Actor:
    return person(3, "财政局", Role.DEPARTMENT)


def banker(code: str) -> Actor:
    return person({"ALPHA": 11, "BRAVO": 12, "CHARLIE": 13}[code], code, Role.BANK)


def new_call(**changes: object) -> NewCall:
    base = NewCall(
        title="2026 年预收费托管银行遴选",
        documents="资质、系统对接方案、收费标准",
        closing_on=date(2026, 3, 6),
        places=1,
        term_months=36,
        criteria=CRITERIA,
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def called(**changes: object) -> str:
    return str(call_for_banks(call(officer(), "03-02 09:00"), new=new_call(**changes))["selection"])


def applied(code: str, *banks: str, when: str = "03-05 10:00") -> None:
    for name in banks or BANKS:
        enter_bank_application(
            call(banker(name), when),
            selection_code=code,
            new=NewApplication(bank_code=name, bank_name=f"{name} 银行", words="愿意托管"),
        )


def scoring(**changes: object) -> str:
    code = called(**changes)
    applied(code)
    begin_scoring(
        call(officer(), "03-09 09:00"),
        selection_code=code,
        logins=("scorer1", "scorer3") if finance() else (),
        until=date(2026, 3, 11),
    )
    return code


def sheet(*rows_of_points: tuple[int, ...]) -> tuple[Given, ...]:
    """Points by bank, each a row of one number per criterion."""
    return tuple(
        Given(bank_code, ordinal, points)
        for bank_code, row in zip(BANKS, rows_of_points, strict=True)
        for ordinal, points in enumerate(row, start=1)
    )


FIRST = sheet((80, 90, 70), (90, 60, 60), (60, 60, 60))
OTHER = sheet((80, 90, 70), (90, 60, 60), (60, 60, 60))


def ranks(code: str) -> list[tuple[str, int | None, int | None, str]]:
    with reading(officer()):
        return list(
            Application.objects.filter(selection__code=code)
            .order_by("rank", "bank_code")
            .values_list("bank_code", "rank", "total", "decided_by")
        )


def opened_sheets(code: str, *sheets: tuple[Given, ...]) -> None:
    for who, given in zip((officer(), finance()), sheets, strict=True):
        hand_in_sheet(call(who, "03-10 10:00"), selection_code=code, given=given)
    open_sheets(call(officer(), "03-10 15:00"), selection_code=code)


def published(**changes: object) -> str:
    code = scoring(**changes)
    opened_sheets(code, FIRST, OTHER)
    publish_selection(call(second(), "03-11 09:00"), selection_code=code, words="按总分")
    return code


def serving(**changes: object) -> str:
    code = published(**changes)
    confirm_selection(call(officer(), "03-19 09:00"), selection_code=code)
    return code


def test_weights_that_do_not_add_up_to_100_are_refused_twice():
    with pytest.raises(services.WeightsNotWhole) as refused:
        called(criteria=(("服务能力", 50), ("费用", 49)))
    assert refused.value.facts["sum"] == 99
    code = called()
    one_more = (
        "INSERT INTO selection_criterion (selection_id, ordinal, title, weight)"
        f" SELECT id, 9, '另加', 1 FROM selection_selection WHERE code = '{code}'"
    )
    with pytest.raises(DatabaseError, match="selection_weights_whole"):
        past_the_code(officer(), one_more, "SET CONSTRAINTS ALL IMMEDIATE")


def test_a_bank_applies_for_itself_once_and_by_the_closing_day():
    code = called()
    applied(code, "ALPHA", when="03-06 23:00")
    with pytest.raises(services.AppliedBefore):
        applied(code, "ALPHA", when="03-06 23:30")
    with pytest.raises(services.ApplicationsClosed):
        applied(code, "BRAVO", when="03-07 00:01")
    with pytest.raises(Forbidden):
        enter_bank_application(
            call(banker("ALPHA"), "03-05 10:00"),
            selection_code=code,
            new=NewApplication(bank_code="BRAVO", bank_name="B", words="冒名"),
        )


def test_a_bank_reads_nobody_else_s_application_before_the_result():
    code = called()
    applied(code)
    for who, seen in ((banker("ALPHA"), ["ALPHA"]), (officer(), list(BANKS))):
        with reading(who):
            shown = queries.selection_page(who, code)
        assert [one.bank_code for one in shown.applications] == seen


def test_scoring_needs_a_closed_call_and_two_departments():
    code = called()
    applied(code, "ALPHA")
    finance()
    with pytest.raises(services.NotClosedYet):
        begin_scoring(
            call(officer(), "03-06 18:00"),
            selection_code=code,
            logins=("scorer1", "scorer3"),
            until=date(2026, 3, 11),
        )
    second()
    with pytest.raises(services.TooFewDepartments):  # both of the bureau
        begin_scoring(
            call(officer(), "03-09 09:00"),
            selection_code=code,
            logins=("scorer1", "scorer2"),
            until=date(2026, 3, 11),
        )


def test_nobody_reads_another_s_sheet_before_all_are_in():
    code = scoring()
    hand_in_sheet(call(officer(), "03-10 10:00"), selection_code=code, given=FIRST)
    with reading(officer()):
        assert Points.objects.count() == 9
    with reading(finance()):
        assert Points.objects.count() == 0
    with pytest.raises(services.SheetsSealed) as refused:
        open_sheets(call(officer(), "03-11 23:00"), selection_code=code)
    assert refused.value.facts["missing"] == 1
    opening = (
        "SELECT selection_open_sheets(id, '2026-03-11') FROM selection_selection"
        f" WHERE code = '{code}'"
    )
    with pytest.raises(DatabaseError, match="sheets_sealed"):
        past_the_code(officer(), opening)


def test_a_sheet_is_whole_handed_in_once_and_never_changed():
    code = scoring()
    with pytest.raises(services.SheetNotWhole):
        hand_in_sheet(call(officer(), "03-10 10:00"), selection_code=code, given=FIRST[:-1])
    with pytest.raises(services.SheetNotWhole):
        hand_in_sheet(
            call(officer(), "03-10 10:00"),
            selection_code=code,
            given=(*FIRST[:-1], replace(FIRST[-1], points=101)),
        )
    with pytest.raises(NotFound):  # no seat
        hand_in_sheet(call(second(), "03-10 10:00"), selection_code=code, given=FIRST)
    hand_in_sheet(call(officer(), "03-10 10:00"), selection_code=code, given=FIRST)
    with pytest.raises(services.SheetHandedIn):
        hand_in_sheet(call(officer(), "03-10 11:00"), selection_code=code, given=FIRST)
    with pytest.raises(DatabaseError, match="permission denied"):
        past_the_code(officer(), "UPDATE selection_points SET points = 100")


def test_after_the_scoring_day_the_sheets_that_came_in_decide():
    code = scoring()
    hand_in_sheet(call(officer(), "03-11 10:00"), selection_code=code, given=FIRST)
    with pytest.raises(services.ScoringOver):
        hand_in_sheet(call(finance(), "03-12 00:01"), selection_code=code, given=OTHER)
    open_sheets(call(officer(), "03-12 09:00"), selection_code=code)
    assert [row[:2] for row in ranks(code)] == [("ALPHA", 1), ("BRAVO", 2), ("CHARLIE", 3)]
    with reading(officer()):
        assert Selection.objects.get(code=code).sheet_count == 1


def test_equal_totals_are_decided_by_the_heaviest_criterion_and_say_so():
    code = scoring()
    # 50*80+30*60+20*60 = 7,000 against 50*60+30*90+20*65 = 7,000
    given = sheet((60, 90, 65), (80, 60, 60), (10, 10, 10))
    opened_sheets(code, given, given)
    assert ranks(code) == [
        ("BRAVO", 1, 14_000, ""),
        ("ALPHA", 2, 14_000, "服务能力"),
        ("CHARLIE", 3, 2_000, ""),
    ]


def test_banks_equal_in_everything_share_a_rank_and_the_lot_decides_in_words():
    code = scoring()
    given = sheet((80, 80, 80), (80, 80, 80), (10, 10, 10))
    opened_sheets(code, given, given)
    assert [row[:2] for row in ranks(code)] == [("ALPHA", 1), ("BRAVO", 1), ("CHARLIE", 3)]
    with pytest.raises(services.TieAtTheCut) as refused:
        publish_selection(call(second(), "03-11 09:00"), selection_code=code, words="按总分")
    assert (refused.value.facts["places"], refused.value.facts["tied"]) == (1, 2)
    publish_selection(
        call(second(), "03-11 09:00"),
        selection_code=code,
        words="两行同分，公开抽签",
        drawn=("BRAVO",),
    )
    with reading(Actor.public()):
        told = public.banks(code)
    assert [(one.rank, one.chosen, one.drawn) for one in told] == [
        (1, False, False),
        (1, True, True),
        (3, False, False),
    ]


def test_two_places_for_two_equals_need_no_lot():
    code = scoring(places=2)
    given = sheet((80, 80, 80), (80, 80, 80), (10, 10, 10))
    opened_sheets(code, given, given)
    publish_selection(call(second(), "03-11 09:00"), selection_code=code, words="按总分")
    with reading(Actor.public()):
        assert [one.chosen for one in public.banks(code)] == [True, True, False]


def test_who_opened_the_sheets_does_not_publish():
    code = scoring()
    opened_sheets(code, FIRST, OTHER)
    with pytest.raises(SamePerson):
        publish_selection(call(officer(), "03-11 09:00"), selection_code=code, words="按总分")


def test_the_public_reads_the_call_at_once_and_the_banks_with_the_result():
    code = scoring()
    with reading(Actor.public()):
        (shown,) = public.selections()
        assert (shown.state, shown.criteria, shown.weights) == (
            "scoring",
            ["服务能力", "资金安全", "费用"],
            [50, 30, 20],
        )
        assert public.banks(code) == []
    opened_sheets(code, FIRST, OTHER)
    with reading(Actor.public()):
        assert public.banks(code) == []
    publish_selection(call(second(), "03-11 09:00"), selection_code=code, words="按总分")
    with reading(Actor.public()):
        assert public.selections()[0].objections_until == date(2026, 3, 18)
        assert [(one.name, one.score_hundredths, one.chosen) for one in public.banks(code)] == [
            ("ALPHA 银行", 8_100, True),
            ("BRAVO 银行", 7_500, False),
            ("CHARLIE 银行", 6_000, False),
        ]


def test_without_days_for_objections_in_the_rules_no_result_is_published():
    rules(("national",), valid_from=date(2026, 3, 11))
    code = scoring()
    opened_sheets(code, FIRST, OTHER)
    with pytest.raises(RuleMissing):
        publish_selection(call(second(), "03-11 09:00"), selection_code=code, words="按总分")


def test_a_result_is_confirmed_after_the_days_for_objections():
    code = published()
    with pytest.raises(services.ObjectionsOpen) as refused:
        confirm_selection(call(officer(), "03-18 18:00"), selection_code=code)
    assert refused.value.facts["day"] == "2026-03-18"
    receipt = confirm_selection(call(officer(), "03-19 09:00"), selection_code=code)
    assert receipt["until"] == "2029-03-19"


def test_an_objection_stops_the_confirmation_until_another_person_answers():
    code = published()
    with reading(officer()):
        number = Selection.objects.select_related("proceeding").get(code=code).proceeding.code

    def move(who: Actor, name: str, when: str) -> str:
        said = advance_proceeding(call(who, when), proceeding_code=number, move=name, words="说明")
        return str(said["state"])

    assert move(banker("BRAVO"), "objected", "03-12 09:00") == "objected"
    assert move(officer(), "objection_answered", "03-13 09:00") == "answered"
    with pytest.raises(services.ObjectionsOpen):
        confirm_selection(call(officer(), "03-18 09:00"), selection_code=code)
    confirm_selection(call(officer(), "03-19 09:00"), selection_code=code)


def test_a_bank_that_left_takes_no_new_account_and_keeps_those_it_has():
    of = institution()
    bank(of)
    code = called()
    enter_bank_application(
        call(officer(), "03-05 10:00"),
        selection_code=code,
        new=NewApplication(bank_code="DEMOBANK", bank_name="示例银行", words="纸质"),
    )
    finance()
    begin_scoring(
        call(officer(), "03-09 09:00"),
        selection_code=code,
        logins=("scorer1", "scorer3"),
        until=date(2026, 3, 11),
    )
    given = tuple(Given("DEMOBANK", n, 90) for n in (1, 2, 3))
    opened_sheets(code, given, given)
    publish_selection(call(second(), "03-11 09:00"), selection_code=code, words="按总分")
    confirm_selection(call(officer(), "03-19 09:00"), selection_code=code)
    with pytest.raises(services.NotServing):
        record_bank_exit(
            call(officer(), "03-20 09:00"),
            selection_code=code,
            bank_code="ALPHA",
            on=date(2026, 6, 30),
            words="不在名单",
        )
    record_bank_exit(
        call(officer(), "03-20 09:00"),
        selection_code=code,
        bank_code="DEMOBANK",
        on=date(2026, 6, 30),
        words="银行申请退出",
    )
    before = rows("SELECT count(*) FROM custody_custodyaccount", reader=of.officer)
    with pytest.raises(BankLeaving):
        open_account(
            call(of.head, "03-21 09:00"),
            institution_id=of.id,
            account=new_account(of, bank_code="DEMOBANK"),
            reason="换户",
        )
    assert rows("SELECT count(*) FROM custody_custodyaccount", reader=of.officer) == before


def test_ranks_follow_from_points_alone():
    criteria = [("甲", 40), ("乙", 40), ("丙", 20)]
    scored = [Scored(1, (50, 60, 50)), Scored(2, (60, 50, 50)), Scored(3, (60, 50, 50))]
    assert ranked(criteria, scored) == [
        Ranked(2, 1, 5_400, tied=True, decided_by=""),
        Ranked(3, 1, 5_400, tied=True, decided_by=""),
        Ranked(1, 3, 5_400, tied=False, decided_by="甲"),
    ]
    assert ranked(criteria, scored[::-1]) == ranked(criteria, scored)
    assert ranked(criteria, []) == []


@pytest.mark.parametrize(
    ("day", "months", "after"),
    [
        (date(2026, 3, 19), 36, date(2029, 3, 19)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 12, 31), 6, date(2027, 6, 30)),
    ],
)
def test_a_term_ends_on_the_same_day_or_the_last_of_the_month(day, months, after):
    assert services.months_after(day, months) == after
