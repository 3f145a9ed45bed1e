"""From grants to reach: which roles, institutions, persons and areas an account acts with.

A grant is role x area node x line x subject x period. No grant, nothing. Roles whose reach
differs are never mixed: somebody who is an officer in one town and heads a school in another
acts as one of the two at a time, else one role would lend its power to the other's rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db import connection

from yuxin.access.models import Account, Grant
from yuxin.access.queries import grants_on
from yuxin.kernel.actor import Actor, Language, Role

# Who reaches every institution of an area and line. A bank reaches those whose custody account
# it keeps, one that was replaced until it is closed (the database's `kept_until_closed`);
# everybody else reaches single subjects or none.
BY_AREA: Final = frozenset(
    {
        Role.OFFICER,
        Role.HEAD,
        Role.WINDOW_CLERK,
        Role.GRID_WORKER,
        Role.DEPARTMENT,
        Role.ASSOCIATION,
        Role.SUPERVISOR,
        Role.LEVEL_ABOVE,
        Role.AUDITOR,
        Role.BANK,
    }
)
NO_INSTITUTIONS: Final = frozenset({Role.GUARDIAN, Role.TEACHER, Role.ADMINISTRATOR})
NEVER_GRANTED: Final = frozenset({Role.PUBLIC, Role.CLOCK})

_REACH: Final = """
WITH RECURSIVE granted AS (
    SELECT * FROM unnest(%(roles)s::text[], %(areas)s::text[], %(lines)s::text[],
                         %(subjects)s::bigint[])
        WITH ORDINALITY AS g(role, area_code, line, subject_id, nth)
), node AS (
    SELECT code, parent_code FROM (
        SELECT DISTINCT ON (code) code, parent_code, ended FROM access_area
         WHERE valid_from <= %(day)s
         ORDER BY code, valid_from DESC, recorded_at DESC, id DESC) a WHERE NOT ended
), reach(nth, code) AS (
    SELECT g.nth, n.code FROM granted g JOIN node n ON n.code = g.area_code
    UNION
    SELECT r.nth, n.code FROM reach r JOIN node n ON n.parent_code = r.code
)
SELECT g.nth,
    ARRAY(SELECT r.code FROM reach r WHERE r.nth = g.nth ORDER BY r.code),
    CASE WHEN g.subject_id IS NOT NULL THEN ARRAY(
        SELECT e.subject_id FROM registry_entry e
         WHERE e.kind <> 'NATURAL_PERSON' AND (
               e.subject_id = g.subject_id OR e.merged_into_id = g.subject_id
            OR e.subject_id = (SELECT merged_into_id FROM registry_entry
                                WHERE subject_id = g.subject_id))
         ORDER BY e.subject_id)
    WHEN g.role = ANY (%(by_area)s) THEN ARRAY(
        SELECT e.subject_id FROM registry_entry e
          JOIN reach r ON r.nth = g.nth AND r.code = e.area_code
         WHERE e.kind <> 'NATURAL_PERSON'
           AND (g.line = 'ALL' OR e.category = g.line
                OR (g.line = 'SCHOOL'
                    AND e.kind IN ('PRIVATE_SCHOOL', 'PUBLIC_SCHOOL', 'KINDERGARTEN')))
           AND (g.role <> 'bank' OR e.bank_code = %(bank)s AND e.bank_code <> ''
                OR e.subject_id IN (SELECT public.kept_until_closed(%(bank)s)))
         ORDER BY e.subject_id)
    ELSE '{}' END
  FROM granted g ORDER BY g.nth
"""


@dataclass(frozen=True)
class Reach:
    """What one role of an account reaches."""

    institution_ids: frozenset[int]
    area_codes: frozenset[str]
    person_ids: frozenset[int]


def _in_force(grants: Sequence[Grant], day: date) -> list[Grant]:
    return [
        grant
        for grant in grants
        if grant.valid_from <= day
        and (grant.valid_to is None or day <= grant.valid_to)
        and Role(grant.role) not in NEVER_GRANTED
    ]


def reaches(account: Account, grants: Sequence[Grant], day: date) -> dict[Role, Reach]:
    """What each role of an account reaches on a day; one query, whatever the grants."""
    held = _in_force(grants, day)
    if not account.active or not held:
        return {}
    rows = _rows(held, day, account.organisation)
    persons = frozenset([account.person_id] if account.person_id is not None else [])
    told: dict[Role, Reach] = {}
    for grant, (_, areas, institutions) in zip(held, rows, strict=True):
        role = Role(grant.role)
        before = told.get(role, Reach(frozenset(), frozenset(), frozenset()))
        more = frozenset() if role in NO_INSTITUTIONS else frozenset(institutions)
        told[role] = Reach(
            before.institution_ids | more, before.area_codes | frozenset(areas), persons
        )
    return told


def accounts_reaching(role: Role, day: date) -> dict[int, frozenset[int]]:
    """The institutions that each active account with a role reaches on a day; two queries."""
    assert role in BY_AREA and role is not Role.BANK
    grants = list(
        Grant.objects.filter(role=role.value, ended_at=None, account__active=True).order_by("pk")
    )
    held = _in_force(grants, day)
    told: dict[int, frozenset[int]] = {}
    for grant, (_, _, institutions) in zip(held, _rows(held, day, ""), strict=True):
        told[grant.account_id] = told.get(grant.account_id, frozenset()) | frozenset(institutions)
    return told


def _rows(held: Sequence[Grant], day: date, bank: str) -> list[tuple[int, list[str], list[int]]]:
    with connection.cursor() as cursor:
        cursor.execute(
            _REACH,
            {
                "roles": [grant.role for grant in held],
                "areas": [grant.area_code for grant in held],
                "lines": [grant.line for grant in held],
                "subjects": [grant.subject_id for grant in held],
                "day": day,
                "by_area": [role.value for role in BY_AREA],
                "bank": bank,
            },
        )
        rows: list[tuple[int, list[str], list[int]]] = cursor.fetchall()
        return rows


def reach_of_account(account_id: int, day: date) -> dict[Role, Reach]:
    """What each role of an account reaches on a day; nothing for one that is unknown or shut."""
    account = Account.objects.filter(pk=account_id).first()
    return {} if account is None else reaches(account, grants_on(account, day), day)


def resolve(
    account: Account, grants: Sequence[Grant], day: date, role: Role | None = None
) -> Actor:
    """The actor that an account is on a day, acting as `role` (by default its first).

    Roles with the very same reach come along. Without a grant in force the actor has no role
    and reaches nothing. Runs inside a reading or an operation; one query.
    """
    told = reaches(account, grants, day)
    language: Language = "en" if account.language.startswith("en") else "zh"
    if not told or (role is not None and role not in told):
        return Actor(account.pk, account.display_name, frozenset(), language=language)
    chosen = role if role is not None else next(each for each in Role if each in told)
    reach = told[chosen]
    roles = frozenset(each for each, other in told.items() if other == reach)
    return Actor(
        account.pk,
        account.display_name,
        roles,
        tuple(sorted(reach.institution_ids)),
        tuple(sorted(reach.person_ids)),
        tuple(sorted(reach.area_codes)),
        language,
        bank_code=account.organisation if Role.BANK in roles else "",
    )
