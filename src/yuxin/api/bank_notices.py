"""A bank's notice that an order was paid or cancelled: `POST /api/v1/bank/notices`.

The body is one token, signed by the bank (`formats/bank_messages.Notice`). What the bank's
signature covers is answered with 200, booked or not: sending it again would change nothing, and
the day's file IN decides in any case. 403: not signed by a bank we know, or about another bank's
order. 404: not our order.
"""

from typing import Final

from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from yuxin.access.reading import reading
from yuxin.formats.bank_messages import Notice, OrderStatus, open_message
from yuxin.formats.party_keys import parse_public_key
from yuxin.formats.signed_tokens import TOKEN_CHARACTERS_MAX, MessageForged
from yuxin.kernel import clock
from yuxin.kernel.act import Call, Receipt
from yuxin.kernel.actor import EVERYBODY, Actor
from yuxin.kernel.ids import request_id_for
from yuxin.kernel.refusal import NotFound, Refusal
from yuxin.look.page import page
from yuxin.operations.tuition.record_cancellation import record_cancellation
from yuxin.operations.tuition.record_payment import (
    AmountDiffers,
    NotPayable,
    record_payment,
)
from yuxin.tuition import due
from yuxin.tuition.services.contracts import SerialUsed

_NOBODY: Final = Actor.clock(())


@csrf_exempt
@page(roles=EVERYBODY, methods=["POST"])
def bank_notices(request: HttpRequest) -> JsonResponse:
    """Take one notice; a repeat answers as the first time."""
    try:
        notice = _open(request.body[: TOKEN_CHARACTERS_MAX + 1].decode("ascii", "replace"))
        receipt = _record(notice)
    except (NotPayable, AmountDiffers, SerialUsed) as refusal:
        return _answer(refusal, status=200, booked=False)
    except Refusal as refusal:
        return _answer(refusal, status=refusal.status, booked=False)
    return JsonResponse({"booked": True, "entry": receipt.entry_id})


def _open(token: str) -> Notice:
    """The notice, if a bank we know signed it for itself. Raises: MessageForged."""
    with reading(_NOBODY):
        banks = due.banks(_NOBODY)
    for bank in banks:
        try:
            key = parse_public_key(bank.public_key_pem.encode(), name=bank.code)
            notice = open_message(Notice, token.strip(), key)
        except MessageForged:
            continue
        if notice.bank == bank.code:
            return notice
    raise MessageForged


def _record(notice: Notice) -> Receipt:
    with reading(_NOBODY):
        institution_id = due.institution_of_order(_NOBODY, notice.order_id)
    if institution_id is None:
        raise NotFound(field="order_id")
    key = f"notice|{notice.bank}|{notice.order_id}|{notice.status}|{notice.channel_serial}"
    call = Call(Actor.clock((institution_id,)), clock.now(), request_id_for(key))
    if notice.status is OrderStatus.CANCELLED:
        return record_cancellation(call, bank_code=notice.bank, order_code=notice.order_id)
    return record_payment(
        call,
        bank_code=notice.bank,
        order_code=notice.order_id,
        amount_fen=notice.amount_fen,
        channel=str(notice.channel),
        channel_serial=str(notice.channel_serial),
    )


def _answer(refusal: Refusal, *, status: int, booked: bool) -> JsonResponse:
    told = {
        "booked": booked,
        "code": refusal.code,
        "title": refusal.say("zh"),
        "detail": refusal.say("en"),
    }
    return JsonResponse(told, status=status, json_dumps_params={"ensure_ascii": False})
