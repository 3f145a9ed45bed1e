"""Files of facts that happened on another platform: read whole and strictly, or refused.

The layout stands in docs/mirror-files.md: a head, a row of column names, a fact a row, a trailer
with count and sum; the signature (RSA-PSS over all bytes) travels beside the file.
"""

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields
from datetime import date, datetime
from typing import Final

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from yuxin.formats.party_keys import is_signed
from yuxin.kernel.clock import SHANGHAI
from yuxin.kernel.money import MAX_FEN
from yuxin.kernel.refusal import Refusal

HEAD: Final = "#yuxin-mirror-1"
END: Final = "#end"
ROWS_MAX: Final = 100_000
# What each kind of fact must carry besides its number, its contract and its instant.
KINDS: Final[dict[str, tuple[str, ...]]] = {
    "contract": ("amount_fen", "centiunits", "deemed_days", "course", "phone", "learner"),
    "payment": ("amount_fen",),
    "arrival": ("amount_fen",),
    "lesson": ("centiunits",),
    "confirmed": ("lesson",),
    "disputed": ("lesson",),
    "settled": ("lesson", "amount_fen"),
    "release": ("amount_fen",),
    "refund_agreed": ("amount_fen",),
    "refunded": ("amount_fen",),
}
_REF: Final = re.compile(r"[0-9A-Za-z_.:/-]{1,64}", re.ASCII)


class MirrorForged(Refusal):
    """The signature does not fit the bytes."""

    code = "mirror_forged"
    status = 403
    zh = "签名对不上，文件没有收。请向来源核对文件和公钥。"
    en = "The signature does not fit the file, so nothing was kept. Check file and key with them."


class MirrorUnreadable(Refusal):
    """A line that is not as the layout says."""

    code = "mirror_unreadable"
    status = 422
    zh = "第 {line} 行不合格式（{what}），整份没有收。"
    en = "Line {line} is not as the layout says ({what}); nothing of the file was kept."


@dataclass(frozen=True)
class MirrorHead:
    """Whose facts these are: the source, where it happened, at which institution."""

    source: str
    origin: str
    institution: str
    made_at: datetime


@dataclass(frozen=True)
class MirrorLine:
    """One fact. Units in hundredths; money in fen; of `settled` the amount is what was kept."""

    kind: str
    ref: str
    contract: str
    at: datetime
    lesson: str = ""
    amount_fen: int | None = None
    centiunits: int | None = None
    told_on: date | None = None
    deemed_days: int | None = None
    course: str = ""
    phone: str = ""
    learner: str = ""


COLUMNS: Final = tuple(each.name for each in fields(MirrorLine))


def write(head: MirrorHead, lines: Iterable[MirrorLine]) -> bytes:
    """The bytes of a file, to be signed by its source."""
    rows = list(lines)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([HEAD, head.source, head.origin, head.institution, head.made_at.isoformat()])
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow(["" if each is None else _text(each) for each in astuple(row)])
    writer.writerow([END, len(rows), sum(row.amount_fen or 0 for row in rows)])
    return out.getvalue().encode()


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, (date, datetime)) else str(value)


def read_head(data: bytes) -> MirrorHead:
    """Who says that they made this file; to find the key. Raises: MirrorUnreadable."""
    return _head(_rows(data))


def read(
    data: bytes, signature: bytes, *, key: RSAPublicKey
) -> tuple[MirrorHead, list[MirrorLine]]:
    """Read a file that its source signed. Raises: MirrorForged, MirrorUnreadable."""
    if not is_signed(data, signature, key):
        raise MirrorForged
    rows = _rows(data)
    head = _head(rows)
    if len(rows) < 3 or tuple(rows[1]) != COLUMNS:
        raise MirrorUnreadable(line=2, what="columns")
    lines = [_line(number, row) for number, row in enumerate(rows[2:-1], start=3)]
    wanted = [END, str(len(lines)), str(sum(each.amount_fen or 0 for each in lines))]
    if rows[-1] != wanted:
        raise MirrorUnreadable(line=len(rows), what="trailer")
    seen: set[tuple[str, str]] = set()
    for number, each in enumerate(lines, start=3):
        if (each.kind, each.ref) in seen:
            raise MirrorUnreadable(line=number, what="ref twice")
        seen.add((each.kind, each.ref))
    return head, lines


def _rows(data: bytes) -> list[list[str]]:
    try:
        rows = list(csv.reader(io.StringIO(data.decode("utf-8"), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error):
        raise MirrorUnreadable(line=1, what="UTF-8 CSV") from None
    if len(rows) > ROWS_MAX + 3:
        raise MirrorUnreadable(line=len(rows), what=f"at most {ROWS_MAX} facts")
    return rows


def _head(rows: list[list[str]]) -> MirrorHead:
    if not rows or len(rows[0]) != 5 or rows[0][0] != HEAD:
        raise MirrorUnreadable(line=1, what=HEAD)
    _, source, origin, institution, made_at = rows[0]
    if origin not in ("national", "bank"):
        raise MirrorUnreadable(line=1, what="origin")
    return MirrorHead(source, origin, institution, _instant(1, made_at))


def _line(number: int, row: list[str]) -> MirrorLine:
    if len(row) != len(COLUMNS):
        raise MirrorUnreadable(line=number, what="columns")
    cells = dict(zip(COLUMNS, row, strict=True))
    kind = cells["kind"]
    if kind not in KINDS:
        raise MirrorUnreadable(line=number, what="kind")
    for name in ("ref", "contract", *KINDS[kind]):
        if not cells[name]:
            raise MirrorUnreadable(line=number, what=name)
    for name in ("ref", "contract", "lesson"):
        if cells[name] and not _REF.fullmatch(cells[name]):
            raise MirrorUnreadable(line=number, what=name)
    units = _whole(number, "centiunits", cells)
    if kind in ("contract", "lesson") and not units:
        raise MirrorUnreadable(line=number, what="centiunits")
    return MirrorLine(
        kind=kind,
        ref=cells["ref"],
        contract=cells["contract"],
        at=_instant(number, cells["at"]),
        lesson=cells["lesson"],
        amount_fen=_whole(number, "amount_fen", cells),
        centiunits=units,
        told_on=_day(number, cells["told_on"]),
        deemed_days=_whole(number, "deemed_days", cells),
        course=cells["course"][:60],
        phone=cells["phone"][:20],
        learner=cells["learner"][:40],
    )


def _whole(number: int, name: str, cells: dict[str, str]) -> int | None:
    text = cells[name]
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 16 and int(text) <= MAX_FEN):
        raise MirrorUnreadable(line=number, what=name)
    return int(text)


def _instant(number: int, text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise MirrorUnreadable(line=number, what="at") from None
    return found if found.tzinfo else found.replace(tzinfo=SHANGHAI)


def _day(number: int, text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise MirrorUnreadable(line=number, what="told_on") from None
