"""From grants to reach: the matrix of role x area x line x subject x period."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.registry.given import (
    CLOCK,
    COUNTY,
    DAY,
    ELSEWHERE,
    OTHER_TOWN,
    TOWN,
    areas,
    call,
    many,
    new,
    officer,
)
from yuxin.access.context import opened
from yuxin.access.models import Account, Area, Grant
from yuxin.access.reading import reading
from yuxin.kernel.actor import Actor, Role
from yuxin.operations.registry.merge_subjects import merge_subjects
from yuxin.operations.registry.record_custody_account import record_custody_account
from yuxin.registry import scope
from yuxin.registry.models import CustodyState, Kind
from yuxin.registry.services import NewCustody

NAMES = ("arts", "sports", "school", "other_town", "county_seat", "elsewhere", "person")


@pytest.fixture
def county(db):
    """Subjects in every corner, by name."""
    areas()
    receipt = many(
        [
            new("甲", category="ARTS", area_code=TOWN),
            new("乙", category="SPORTS", area_code=TOWN),
            new("丙", kind=Kind.PRIVATE_SCHOOL, category="", area_code=TOWN),
            new("丁", category="ARTS", area_code=OTHER_TOWN),
            new("戊", category="ARTS", area_code=COUNTY),
            new("己", category="ARTS", area_code=ELSEWHERE),
            new("某人", kind=Kind.NATURAL_PERSON, category="", area_code=TOWN),
        ]
    )
    county = dict(zip(NAMES, receipt["subject_ids"], strict=True))
    county["codes"] = dict(zip(NAMES, receipt["codes"], strict=True))
    return county


def grant(role: Role, area: str = "", line: str = "ALL", subject: int | None = None, **period):
    """A grant that is not stored: resolving reads what it is given."""
    return Grant(
        role=role.value,
        area_code=area,
        line=line,
        subject_id=subject,
        valid_from=period.get("valid_from", date(2026, 1, 1)),
        valid_to=period.get("valid_to"),
    )


def resolved(*grants: Grant, role: Role | None = None, **account) -> Actor:
    """The actor of an account with these grants."""
    told = {"pk": 5, "login": "x", "display_name": "沈亦舟", "active": True, "language": "zh"}
    with reading(CLOCK):
        return scope.resolve(Account(**{**told, **account}), grants, DAY, role)


def reached(county, actor: Actor) -> set[str]:
    """The names of what an actor reaches."""
    return {name for name in NAMES if county[name] in actor.institution_ids}


def test_no_grant_no_role_nothing(county):
    actor = resolved()
    assert (actor.roles, actor.institution_ids, actor.area_codes) == (frozenset(), (), ())


@pytest.mark.parametrize(
    ("area", "line", "expected"),
    [
        (COUNTY, "ALL", {"arts", "sports", "school", "other_town", "county_seat"}),
        (COUNTY, "ARTS", {"arts", "other_town", "county_seat"}),
        (COUNTY, "SCHOOL", {"school"}),
        (TOWN, "ALL", {"arts", "sports", "school"}),
        (TOWN, "SPORTS", {"sports"}),
        (OTHER_TOWN, "ALL", {"other_town"}),
        (ELSEWHERE, "ALL", {"elsewhere"}),
        ("990999", "ALL", set()),
        ("", "ALL", set()),
    ],
)
def test_an_area_reaches_its_whole_subtree_in_its_line(county, area, line, expected):
    assert reached(county, resolved(grant(Role.OFFICER, area, line))) == expected


@pytest.mark.parametrize("role", sorted(set(Role)))
def test_only_roles_that_look_after_an_area_reach_it(county, role):
    actor = resolved(grant(role, TOWN))
    if role in scope.BY_AREA - {Role.BANK}:
        assert reached(county, actor) == {"arts", "sports", "school"}
        assert actor.area_codes == (TOWN,)
    else:
        assert reached(county, actor) == set()
    assert actor.roles == (frozenset() if role in scope.NEVER_GRANTED else {role})


@pytest.mark.parametrize("role", sorted(set(Role) - scope.NEVER_GRANTED))
def test_a_subject_reaches_itself_alone(county, role):
    actor = resolved(grant(role, subject=county["arts"]))
    nothing = role in scope.NO_INSTITUTIONS
    assert reached(county, actor) == (set() if nothing else {"arts"})


def test_a_bank_reaches_the_institutions_whose_account_it_keeps(county):
    clerk = Actor.clock((county["arts"],))
    record_custody_account(
        call(clerk),
        code=county["codes"]["arts"],
        valid_from=DAY,
        account=NewCustody(
            bank_code="DEMOBANK",
            bank_name="示例农商银行",
            account_title="甲预收费资金托管专户",
            number="6230 0000 0000 6021",
        ),
        state=CustodyState.VERIFIED,
    )
    bank = grant(Role.BANK, COUNTY)
    assert reached(county, resolved(bank, organisation="DEMOBANK")) == {"arts"}
    assert reached(county, resolved(bank, organisation="OTHERBANK")) == set()
    assert reached(county, resolved(bank, organisation="")) == set()


@pytest.mark.parametrize(
    ("start", "end", "holds"),
    [
        (date(2026, 3, 2), None, True),
        (date(2026, 3, 3), None, False),
        (date(2026, 1, 1), date(2026, 3, 2), True),
        (date(2026, 1, 1), date(2026, 3, 1), False),
    ],
)
def test_a_grant_holds_from_its_first_day_to_its_last(county, start, end, holds):
    actor = resolved(grant(Role.OFFICER, TOWN, valid_from=start, valid_to=end))
    assert bool(actor.roles) is holds
    assert bool(actor.institution_ids) is holds


def test_roles_whose_reach_differs_are_never_mixed(county):
    """An officer in one town who heads an institution elsewhere is one of the two at a time."""
    both = (grant(Role.OFFICER, TOWN), grant(Role.INSTITUTION_HEAD, subject=county["elsewhere"]))
    as_officer = resolved(*both)
    assert as_officer.roles == {Role.OFFICER}
    assert reached(county, as_officer) == {"arts", "sports", "school"}
    as_head = resolved(*both, role=Role.INSTITUTION_HEAD)
    assert as_head.roles == {Role.INSTITUTION_HEAD}
    assert reached(county, as_head) == {"elsewhere"}
    assert resolved(*both, role=Role.AUDITOR).roles == frozenset()


def test_roles_with_one_reach_come_together(county):
    subject = county["arts"]
    actor = resolved(
        grant(Role.INSTITUTION_HEAD, subject=subject),
        grant(Role.INSTITUTION_FINANCE, subject=subject),
    )
    assert actor.roles == {Role.INSTITUTION_HEAD, Role.INSTITUTION_FINANCE}


def test_two_grants_of_one_role_add_up(county):
    actor = resolved(grant(Role.OFFICER, OTHER_TOWN), grant(Role.OFFICER, TOWN, "SPORTS"))
    assert reached(county, actor) == {"other_town", "sports"}
    assert actor.area_codes == (TOWN, OTHER_TOWN)


def test_a_guardian_reaches_the_own_person_and_no_institution(county):
    actor = resolved(grant(Role.GUARDIAN), person_id=county["person"])
    assert (actor.person_ids, actor.institution_ids) == ((county["person"],), ())


def test_an_account_that_was_switched_off_reaches_nothing(county):
    assert resolved(grant(Role.OFFICER, COUNTY), active=False).roles == frozenset()


def test_an_area_that_ended_or_moved_reaches_what_it_holds_now(county):
    with opened("operation"):
        Area.objects.create(
            code=OTHER_TOWN, parent_code=ELSEWHERE, name="青山镇", valid_from=date(2026, 2, 1)
        )
        Area.objects.create(
            code=TOWN, parent_code=COUNTY, name="河口镇", valid_from=date(2026, 2, 1), ended=True
        )
    assert reached(county, resolved(grant(Role.OFFICER, COUNTY))) == {"county_seat"}
    assert reached(county, resolved(grant(Role.OFFICER, ELSEWHERE))) == {"elsewhere", "other_town"}


def test_who_heads_the_kept_subject_reaches_the_merged_one_too(county):
    both = officer(county["arts"], county["sports"])
    merge_subjects(
        call(both),
        kept_code=county["codes"]["arts"],
        merged_code=county["codes"]["sports"],
        reason="同一主体两次录入",
    )
    for subject in ("arts", "sports"):
        actor = resolved(grant(Role.INSTITUTION_HEAD, subject=county[subject]))
        assert reached(county, actor) == {"arts", "sports"}


@pytest.mark.parametrize("count", [1, 40])
def test_resolving_takes_one_query_whatever_the_grants(county, count):
    grants = [grant(Role.OFFICER, TOWN if n % 2 else OTHER_TOWN, "ARTS") for n in range(count)]
    account = Account(pk=5, login="x", display_name="x", active=True, language="en")
    with reading(CLOCK), CaptureQueriesContext(connection) as queries:
        assert scope.resolve(account, grants, DAY).language == "en"
    assert len(queries) == 1
