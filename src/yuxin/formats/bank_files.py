"""Files between a custody bank and the platform: write one, read one strictly.

A file is JSON lines, UTF-8, each line written in exactly one way: header, details, trailer. JSON
lines rather than CSV because integers stay integers, quoting has no dialects, and no office
program silently turns an account number into 6.22E+18 or a cell into a formula. Beside the file
lies its detached signature (`.sig`, see `party_keys`). Several parts a day are allowed; the last
one says so.
"""

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

from yuxin.formats.bank_fields import from_json, to_json
from yuxin.formats.bank_lines import (
    ID_FIELD,
    LINE_OF,
    FileKind,
    Header,
    InLine,
    Line,
    ReqLine,
    Trailer,
    absent_field,
    sum_of,
)
from yuxin.formats.bank_refusals import (
    BadAmount,
    DuplicateLine,
    FilePartial,
    FileTooLarge,
    MissingField,
    NotCanonical,
    SignatureInvalid,
    TrailerMismatch,
    UnknownField,
    WrongBank,
    WrongDate,
    WrongFile,
)
from yuxin.formats.party_keys import is_signed, sign

FORMAT = "yuxin-bank-1"
BYTES_MAX = 64 * 2**20
LINES_MAX = 100_000
LINE_BYTES_MAX = 4096
SIGNATURE_BYTES_MAX = 1024
SIGNATURE_SUFFIX = ".sig"

_NAME = re.compile(r"(IN|OUT|REF|BAL|ACC|REQ)-([A-Z0-9]{2,20})-(\d{8})-(\d{4})\.jsonl", re.ASCII)
LineT = TypeVar("LineT", bound=Line)


@dataclass(frozen=True, slots=True)
class FileName:
    """What the name of a file says: kind, bank, accounting date, part."""

    kind: FileKind
    bank: str
    acct_date: date
    part: int

    def __str__(self) -> str:
        return f"{self.kind}-{self.bank}-{self.acct_date:%Y%m%d}-{self.part:04d}.jsonl"


@dataclass(frozen=True, slots=True)
class BankFile:
    """One file that was read, or is to be written."""

    header: Header
    lines: tuple[Line, ...]

    @property
    def name(self) -> FileName:
        """The only name this file may lie under."""
        head = self.header
        return FileName(head.file, head.bank, head.acct_date, head.part)

    def rows(self, kind: type[LineT]) -> tuple[LineT, ...]:
        """The lines as the class that the caller expects; another kind of file is our error."""
        rows = tuple(line for line in self.lines if isinstance(line, kind))
        assert len(rows) == len(self.lines), f"{self.name} holds no {kind.__name__}"
        return rows


@dataclass(frozen=True, slots=True)
class SealedFile:
    """The bytes of a file and of its signature, under its name."""

    name: str
    data: bytes
    signature: bytes


def parse_name(text: str) -> FileName:
    """Read a file name. Raises: WrongFile."""
    match = _NAME.fullmatch(text)
    try:
        day = date.fromisoformat(match[3]) if match else None
    except ValueError:
        day = None
    if match is None or day is None or not int(match[4]):
        raise WrongFile(field="name", found=text)
    return FileName(FileKind(match[1]), match[2], day, int(match[4]))


def new_file(
    kind: FileKind,
    *,
    bank: str,
    acct_date: date,
    part: int,
    made_at: datetime,
    lines: tuple[Line, ...],
    last: bool = False,
) -> BankFile:
    """A file to be written."""
    assert len(lines) <= LINES_MAX, "split a long file into parts"
    assert all(isinstance(line, LINE_OF[kind]) for line in lines)
    header = Header(FORMAT, kind, bank, acct_date, part, last, made_at)
    return BankFile(header, lines)


def seal(file: BankFile, key: RSAPrivateKey) -> SealedFile:
    """Write a file and sign it."""
    data = encode(file)
    return SealedFile(str(file.name), data, sign(data, key))


def encode(file: BankFile) -> bytes:
    """The bytes of a file."""
    body = [_line("header", file.header), *(_line("line", line) for line in file.lines)]
    before = b"".join(body)
    trailer = Trailer(
        count=len(file.lines),
        sum_fen=sum_of(file.header.file, file.lines),
        sha256=hashlib.sha256(before).hexdigest(),
    )
    return before + _line("trailer", trailer)


def unseal(
    sealed: SealedFile, *, key: RSAPublicKey, bank: str, acct_date: date | None = None
) -> BankFile:
    """Read a file that the other party sent; every fault refuses the whole of it.

    `key`: the sender's. `bank`: whose folder it lay in. `acct_date`: where one is expected.
    Raises: a BankFileRefused that names line and field.
    """
    name = parse_name(sealed.name)
    if len(sealed.data) > BYTES_MAX:
        raise FileTooLarge(field="bytes", found=len(sealed.data))
    raw = _whole_lines(sealed.data)
    if len(sealed.signature) > SIGNATURE_BYTES_MAX or not is_signed(
        sealed.data, sealed.signature, key
    ):
        raise SignatureInvalid(field="signature", found=sealed.name)
    header = from_json(Header, _fields(raw[0], 1, "header"), 1)
    _same_as_expected(header, name, bank, acct_date)
    lines = _details(header, raw[1:-1])
    _check_trailer(header, lines, raw)
    return BankFile(header, lines)


def _whole_lines(data: bytes) -> list[bytes]:
    """The lines, known to end with a trailer.

    Looked at before the signature, though nothing is believed yet: a file that is still being
    carried, and one that was forged, need different remedies.
    """
    if data.count(b"\n") > LINES_MAX + 2:
        raise FileTooLarge(field="lines", found=data.count(b"\n"))
    raw = data.split(b"\n")
    ended = raw.pop() == b""
    if not ended or len(raw) < 2 or not raw[-1].startswith(b'{"record":"trailer"'):
        raise FilePartial(line_no=len(raw))
    for number, line in enumerate(raw, start=1):
        if len(line) > LINE_BYTES_MAX:
            raise FileTooLarge(line_no=number, field="line", found=len(line))
    return raw


def _same_as_expected(header: Header, name: FileName, bank: str, acct_date: date | None) -> None:
    if header.bank != bank or name.bank != bank:
        raise WrongBank(line_no=1, field="bank", found=header.bank)
    if header.file is not name.kind:
        raise WrongFile(line_no=1, field="file", found=header.file.value)
    if header.part != name.part:
        raise WrongFile(line_no=1, field="part", found=header.part)
    if header.acct_date != name.acct_date or acct_date not in (None, header.acct_date):
        raise WrongDate(line_no=1, field="acct_date", found=header.acct_date.isoformat())


def _details(header: Header, raw: list[bytes]) -> tuple[Line, ...]:
    kind, id_field = LINE_OF[header.file], ID_FIELD[header.file]
    lines: list[Line] = []
    seen: set[str] = set()
    for number, text in enumerate(raw, start=2):
        line = from_json(kind, _fields(text, number, "line"), number)
        if _line("line", line) != text + b"\n":
            raise NotCanonical(line_no=number)
        _belongs_here(header, line, number)
        key = getattr(line, id_field)
        if key in seen:
            raise DuplicateLine(line_no=number, field=id_field, found=key)
        seen.add(key)
        lines.append(line)
    return tuple(lines)


def _belongs_here(header: Header, line: Line, number: int) -> None:
    if isinstance(line, InLine) and line.acct_date != header.acct_date:
        raise WrongDate(line_no=number, field="acct_date", found=line.acct_date.isoformat())
    if isinstance(line, ReqLine) and line.value_date < header.acct_date:
        raise WrongDate(line_no=number, field="value_date", found=line.value_date.isoformat())
    absent = absent_field(line) if isinstance(line, ReqLine) else None
    if absent is not None:
        raise MissingField(line_no=number, field=absent)


def _check_trailer(header: Header, lines: tuple[Line, ...], raw: list[bytes]) -> None:
    number = len(raw)
    trailer = from_json(Trailer, _fields(raw[-1], number, "trailer"), number)
    if _line("header", header) != raw[0] + b"\n":
        raise NotCanonical(line_no=1)
    if _line("trailer", trailer) != raw[-1] + b"\n":
        raise NotCanonical(line_no=number)
    if trailer.count != len(lines):
        raise TrailerMismatch(line_no=number, field="count", found=trailer.count)
    if trailer.sum_fen != sum_of(header.file, lines):
        raise TrailerMismatch(line_no=number, field="sum_fen", found=trailer.sum_fen)
    digest = hashlib.sha256(b"".join(line + b"\n" for line in raw[:-1])).hexdigest()
    if trailer.sha256 != digest:
        raise TrailerMismatch(line_no=number, field="sha256", found=trailer.sha256)


def _line(record: str, content: object) -> bytes:
    fields = {"record": record, **to_json(content)}
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


class _NotInteger(str):
    """A number with a fraction, an exponent or no value: kept as text for the refusal."""

    __slots__ = ()


def _fields(text: bytes, number: int, record: str) -> dict[str, object]:
    """One line as JSON object of the expected record. Raises: NotCanonical, BadAmount."""
    try:
        value = json.loads(
            text.decode("utf-8", "strict"),
            parse_float=_NotInteger,
            parse_constant=_NotInteger,
            object_pairs_hook=_without_repeats,
        )
    except (ValueError, RecursionError) as problem:
        raise NotCanonical(line_no=number) from problem
    if not isinstance(value, dict) or value.pop("record", None) != record:
        raise NotCanonical(line_no=number)
    for name, item in value.items():
        if isinstance(item, _NotInteger):
            raise BadAmount(line_no=number, field=name[:80], found=str(item))
        if isinstance(item, (dict, list)):
            raise UnknownField(line_no=number, field=name[:80])
    return value


def _without_repeats(pairs: list[tuple[str, object]]) -> dict[str, object]:
    if len({name for name, _ in pairs}) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return dict(pairs)
