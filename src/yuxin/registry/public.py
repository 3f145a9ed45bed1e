"""Reads for the public side: views of schema `portal` only, explicit columns, no persons.

`on` is the day that is shown; by default today in Shanghai.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db import connection

from yuxin.kernel.codes import normalise_uscc
from yuxin.kernel.refusal import NotFound
from yuxin.registry import find as finding
from yuxin.registry import search as cutting

_INSTITUTION: Final = """
SELECT i.subject_id, i.code, i.kind, i.name, i.brand, i.uscc, i.status, i.category, i.area_code,
       i.address, i.approving, i.supervising, i.connected, i.licence_until,
       d.registration_kind, d.established_on, d.legal_representative
  FROM portal.institution i LEFT JOIN portal.identity d ON d.subject_id = i.subject_id
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
    """What anybody may know of an institution."""

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
