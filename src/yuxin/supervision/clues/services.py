"""Writes of clues, inside an operation."""

import io
from dataclasses import dataclass
from datetime import date

from django.db import connection
from PIL import Image, ImageOps, UnidentifiedImageError

from yuxin.access.sealed import blind_index
from yuxin.kernel.act import Act, require_act
from yuxin.kernel.codes import new_subject_code
from yuxin.kernel.refusal import BadInput, Conflict, NotFound
from yuxin.registry.models import CustodyValue
from yuxin.supervision.clues.models import (
    ClosureSign,
    Comparison,
    Finding,
    Means,
    OutsideFinding,
    OutsidePayment,
    Reporter,
    SignKind,
)

PHOTO_MAX_SIDE = 2400
PHOTO_MAX_PIXELS = 50_000_000


class PaymentNotUsable(BadInput):
    """A report without payee or sum, or of a day to come."""

    code = "outside_payment_not_usable"
    zh = "请填写收款方名称、大于零的金额和不晚于今天的付款日期；账号只填数字。"
    en = "Give the payee, a sum above zero and a day not after today; an account has digits only."


class PhotoNotUsable(BadInput):
    """Not a picture that can be read."""

    code = "photo_not_usable"
    zh = "这个文件不是能打开的照片。请上传 JPG 或 PNG 照片，或不传照片、直接填写。"
    en = "This file is no picture that can be opened. Send a JPG or PNG, or type the receipt only."


class FindingNotUsable(BadInput):
    """A finding without its reason."""

    code = "finding_not_usable"
    zh = "请写明核实情况和依据（不超过 400 字）。"
    en = "Say what was found and on what it rests, in at most 400 characters."


class SignNotUsable(BadInput):
    """A sign without words, or of a day to come."""

    code = "sign_not_usable"
    zh = "请写明看到的情况（不超过 400 字），日期不能晚于今天。"
    en = "Say what was seen (at most 400 characters); the day may not lie ahead."


@dataclass(frozen=True, kw_only=True)
class NewPayment:
    """A payment as the family tells it. Money in fen; `photo_sha256` of a stored picture."""

    paid_on: date
    amount_fen: int
    means: Means
    payee_name: str
    payee_account: str = ""
    words: str = ""
    photo_sha256: str = ""


def picture(data: bytes) -> bytes:
    """A photo drawn anew: turned upright, not too large, without anything else the file held.

    Raises: PhotoNotUsable.
    """
    try:
        with Image.open(io.BytesIO(data)) as opened:
            if opened.width * opened.height > PHOTO_MAX_PIXELS:
                raise PhotoNotUsable(field="photo")
            image = ImageOps.exif_transpose(opened).convert("RGB")
            image.thumbnail((PHOTO_MAX_SIDE, PHOTO_MAX_SIDE))
            image.info.clear()  # a comment would be written along
            drawn = io.BytesIO()
            image.save(drawn, "JPEG", quality=85)
            return drawn.getvalue()
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError) as problem:
        raise PhotoNotUsable(field="photo") from problem


def report(
    act: Act, *, institution_id: int, guardian_id: int, payment: NewPayment
) -> OutsidePayment:
    """Open a clue; the payee is compared with the institution's supervised account.

    Raises: PaymentNotUsable.
    """
    require_act()
    name, account = payment.payee_name.strip(), "".join(payment.payee_account.split())
    if not 0 < len(name) <= 80:
        raise PaymentNotUsable(field="payee_name")
    if payment.amount_fen <= 0:
        raise PaymentNotUsable(field="amount_fen")
    if payment.paid_on > act.day:
        raise PaymentNotUsable(field="paid_on")
    if account and not (account.isascii() and account.isdecimal() and 4 <= len(account) <= 30):
        raise PaymentNotUsable(field="payee_account")
    code = new_subject_code()
    Reporter.objects.create(clue_code=code, guardian_id=guardian_id)
    return OutsidePayment.objects.create(
        code=code,
        institution_id=institution_id,
        paid_on=payment.paid_on,
        amount_fen=payment.amount_fen,
        means=payment.means,
        payee_name=name,
        payee_index=blind_index("custody_number", account) if account else None,
        payee_last4=account[-4:],
        comparison=compared(institution_id, account),
        words=payment.words.strip()[:400],
        photo_sha256=payment.photo_sha256,
        reported_at=act.at,
    )


def compared(institution_id: int, account: str) -> Comparison:
    """Whether an account is, or ever was, the supervised one of an institution."""
    if not account:
        return Comparison.UNKNOWN
    index = blind_index("custody_number", account)
    known = CustodyValue.objects.filter(subject_id=institution_id, number_index=index).exists()
    return Comparison.SUPERVISED if known else Comparison.OTHER


def clue_for_update(code: str) -> OutsidePayment:
    """A clue, locked until the operation ends.

    Raises: NotFound.
    """
    require_act()
    row = (
        OutsidePayment.objects.filter(code=code).order_by("pk").select_for_update(no_key=True)
    ).first()
    if row is None:
        raise NotFound
    return row


def decide(
    act: Act, clue: OutsidePayment, *, finding: Finding, words: str, measure: str
) -> OutsideFinding:
    """Write what was found, once.

    Raises: Conflict, FindingNotUsable.
    """
    require_act()
    if not 0 < len(words.strip()) <= 400:
        raise FindingNotUsable(field="words")
    if OutsideFinding.objects.filter(payment=clue).exists():
        raise Conflict
    assert act.actor.account_id is not None
    return OutsideFinding.objects.create(
        payment=clue,
        institution_id=clue.institution_id,
        finding=finding,
        words=words.strip(),
        found_on=act.day,
        found_by=act.actor.account_id,
        measure_proposed=measure if finding is Finding.SUBSTANTIATED else "",
    )


def reporter_of(code: str) -> int | None:
    """The person to whom the bureau answers; nothing else is told of them."""
    require_act()
    with connection.cursor() as cursor:
        cursor.execute("SELECT public.clues_reporter_of(%s)", [code])
        found: int | None = cursor.fetchone()[0]
        return found


def record_sign(
    act: Act, *, institution_id: int, kind: SignKind, seen_on: date, words: str
) -> ClosureSign:
    """Write a sign of closing down.

    Raises: SignNotUsable.
    """
    require_act()
    if not 0 < len(words.strip()) <= 400:
        raise SignNotUsable(field="words")
    if seen_on > act.day:
        raise SignNotUsable(field="seen_on")
    return ClosureSign.objects.create(
        institution_id=institution_id,
        kind=kind,
        seen_on=seen_on,
        words=words.strip(),
        recorded_by=act.actor.account_id,
    )
