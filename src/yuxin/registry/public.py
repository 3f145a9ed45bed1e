"""Reads for the public side: views of schema `portal` only, explicit columns.

Of persons only the name of the legal representative, as the licence publishes it.

`on` is the day that is shown; by default today in Shanghai.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db import connection
from psycopg import sql

from yuxin.kernel.codes import normalise_uscc
from yuxin.kernel.refusal import NotFound
from yuxin.registry import find as finding
from yuxin.registry import search as cutting

_INSTITUTION: Final = """
SELECT i.subject_id, i.code, i.kind, i.name, i.brand, i.uscc, i.status, i.category, i.area_code,
       i.address, i.approving, i.supervising, i.connected, i.licence_until,
       d.registration_kind, d.established_on, d.legal_representative,
       t.entered_on, t.status_on, t.edition
  FROM portal.institution i JOIN portal.told t ON t.subject_id = i.subject_id
  LEFT JOIN portal.identity d ON d.subject_id = i.subject_id
 WHERE i.code = %s
"""
_LICENCES: Final = """
SELECT code, kind, number, issuer, categories, stages, modes, site_codes, valid_from, valid_until
  FROM portal.licence WHERE subject_id = %s ORDER BY kind, valid_until DESC NULLS LAST, code
"""
_SITES: Final = """
SELECT code, name, address, area_code, area_dm2, photo_sha256
  FROM portal.site WHERE subject_id = %s ORDER BY code
"""
_CUSTODY: Final = """
SELECT bank_name, account_title, number_last4, state
  FROM portal.custody_account WHERE subject_id = %s
"""


@dataclass(frozen=True)
class PublicInstitution:
    """What anybody may know of an institution.

    `entered_on` is the day it came into the registry, `status_on` the day its status holds from,
    `edition` how often what its notice prints (name, sites, account) has been settled anew.
    """

    subject_id: int
    code: str
    kind: str
    name: str
    brand: str
    uscc: str
    status: str
    category: str
    area_code: str
    address: str
    approving: str
    supervising: str
    connected: bool
    licence_until: date | None
    registration_kind: str | None
    established_on: date | None
    legal_representative: str | None
    entered_on: date
    status_on: date | None
    edition: int


@dataclass(frozen=True)
class PublicLicence:
    """A licence as it is published."""

    code: str
    kind: str
    number: str
    issuer: str
    categories: list[str]
    stages: list[str]
    modes: list[str]
    site_codes: list[str]
    valid_from: date
    valid_until: date | None


@dataclass(frozen=True)
class PublicSite:
    """A teaching site as it is published. Units: area in square decimetres."""

    code: str
    name: str
    address: str
    area_code: str
    area_dm2: int | None
    photo_sha256: str


@dataclass(frozen=True)
class PublicCustody:
    """The custody account by its title, bank and last four digits."""

    bank_name: str
    account_title: str
    number_last4: str
    state: str


@dataclass(frozen=True)
class PublicHit:
    """A search result."""

    subject_id: int
    code: str
    kind: str
    name: str
    brand: str
    uscc: str
    status: str
    category: str
    area_code: str
    address: str
    connected: bool


def _rows(statement: str, *parameters: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def show(on: date) -> None:
    """Let the views show another day, until the reading ends."""
    _rows("SELECT set_config('yuxin.day', %s, true)", on.isoformat())


def code_of(text: str) -> str:
    """The code that a typed code, credit code, alias or merged code leads to.

    Raises: NotFound.
    """
    wanted = normalise_uscc(text)
    forms = {wanted, wanted.translate(str.maketrans("OIL", "011")), text.strip()}
    rows = _rows("SELECT code FROM portal.code WHERE given = ANY (%s) LIMIT 1", sorted(forms))
    if not rows:
        raise NotFound
    code: str = rows[0][0]
    return code


def institution(code: str) -> PublicInstitution:
    """An institution by its own code.

    Raises: NotFound.
    """
    rows = _rows(_INSTITUTION, code)
    if not rows:
        raise NotFound
    return PublicInstitution(*rows[0])


def licences(subject_id: int) -> list[PublicLicence]:
    """The licences of an institution."""
    return [PublicLicence(*row) for row in _rows(_LICENCES, subject_id)]


def sites(subject_id: int) -> list[PublicSite]:
    """The teaching sites of an institution."""
    return [PublicSite(*row) for row in _rows(_SITES, subject_id)]


def custody_account(subject_id: int) -> PublicCustody | None:
    """The custody account of an institution, if one is recorded."""
    rows = _rows(_CUSTODY, subject_id)
    return PublicCustody(*rows[0]) if rows else None


def search(text: str, *, limit: int = 20) -> list[PublicHit]:
    """Institutions by name, brand, code, address, pinyin or initials, best first."""
    words = cutting.tokens(text)
    if not words:
        return []
    asked, parameters = finding.statement(finding.PUBLIC_ENTRIES, words, limit=limit)
    with connection.cursor() as cursor:
        cursor.execute(asked, parameters)
        return [PublicHit(*row[:-2]) for row in cursor.fetchall()]


@dataclass(frozen=True)
class PublicChoice:
    """What a list is narrowed to. Empty: not narrowed. `area` takes the areas below it in."""

    kind: str = ""
    category: str = ""
    area: str = ""
    status: str = ""
    connected: bool | None = None


@dataclass(frozen=True)
class PublicCounts:
    """How many institutions a list holds, and how many of them stand where."""

    all: int
    connected: int
    closed: int
    unlicensed: int

    @property
    def not_connected(self) -> int:
        """Those of which nothing but the registration is known, and that are not closed."""
        return self.all - self.connected - self.closed - self.unlicensed


_LISTED: Final = sql.SQL(
    "SELECT subject_id, code, kind, name, brand, uscc, status, category, area_code, address,"
    " connected FROM portal.institution WHERE {chosen}"
    " ORDER BY {order} LIMIT {limit} OFFSET {offset}"
)
_COUNTED: Final = sql.SQL(
    "SELECT count(*),"
    " count(*) FILTER (WHERE connected AND status NOT IN ('CLOSED', 'UNLICENSED', 'REVOKED')),"
    " count(*) FILTER (WHERE status = 'CLOSED'),"
    " count(*) FILTER (WHERE status IN ('UNLICENSED', 'REVOKED'))"
    " FROM portal.institution WHERE {chosen}"
)
_ORDERS: Final = {"name": sql.SQL("name_key"), "code": sql.SQL("code")}


def _chosen(choice: PublicChoice) -> sql.Composed:
    wanted = [
        sql.SQL("{} = {}").format(sql.Identifier(column), sql.Literal(value))
        for column, value in (
            ("kind", choice.kind),
            ("category", choice.category),
            ("status", choice.status),
        )
        if value
    ]
    if choice.area:
        below = sql.SQL(
            "area_code IN (WITH RECURSIVE within(code) AS (SELECT {area}::text UNION"
            " SELECT a.code::text FROM portal.area a JOIN within w ON a.parent_code = w.code)"
            " SELECT code FROM within)"
        )
        wanted.append(below.format(area=sql.Literal(choice.area)))
    if choice.connected is not None:
        wanted.append(sql.SQL("connected = {}").format(sql.Literal(choice.connected)))
    return sql.SQL(" AND ").join(wanted) if wanted else sql.Composed([sql.SQL("true")])


def listed(
    choice: PublicChoice,
    *,
    order: str = "name",
    descending: bool = False,
    offset: int = 0,
    limit: int | None = 50,
) -> list[PublicHit]:
    """The institutions of a list, a page or (without limit) the whole."""
    direction = sql.SQL(" DESC, subject_id") if descending else sql.SQL(", subject_id")
    with connection.cursor() as cursor:
        cursor.execute(
            _LISTED.format(
                chosen=_chosen(choice),
                order=_ORDERS[order] + direction,
                limit=sql.Literal(limit),
                offset=sql.Literal(offset),
            )
        )
        return [PublicHit(*row) for row in cursor.fetchall()]


def counted(choice: PublicChoice) -> PublicCounts:
    """How many institutions a list holds."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNTED.format(chosen=_chosen(choice)))
        return PublicCounts(*cursor.fetchone())


def areas() -> dict[str, str]:
    """The names of the areas in which institutions are, and of those above them, by code."""
    return dict(_rows("SELECT code, name FROM portal.area ORDER BY code"))
