"""Requests of people and jobs: asked once, answered always with the first receipt."""

import json

from django.db import connection

from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.refusal import RequestReused


def actor_key(act: Act) -> str:
    """The name under which an actor's request ids are kept apart from everybody else's."""
    if act.actor.account_id is not None:
        return f"account:{act.actor.account_id}"
    return "+".join(sorted(role.value for role in act.actor.roles))


def open_request(act: Act, operation: str, payload_sha256: bytes) -> Receipt | None:
    """Write the request's row, or return the receipt of the first time.

    Two of the same at once: the second waits for the first to end and gets its receipt.

    Raises: RequestReused, when the id came before with another operation or payload.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT opened, same, receipt FROM evidence.open_request(%s, %s, %s, %s)",
            [actor_key(act), act.request_id, operation, payload_sha256],
        )
        opened, same, stored = cursor.fetchone()
    if opened:
        return None
    if not same:
        raise RequestReused(field="request_id")
    receipt = json.loads(stored) if isinstance(stored, str) else stored
    return Receipt(receipt["entry_id"], receipt["values"], repeated=True)


def close_request(act: Act, receipt: Receipt) -> None:
    """Keep the receipt with the request, in the act's own transaction.

    The database refuses it when the act wrote no entry: an act without evidence is a fault of
    ours.
    """
    stored = {"entry_id": receipt.entry_id, "values": dict(receipt.values)}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT evidence.close_request(%s, %s, %s)",
            [actor_key(act), act.request_id, json.dumps(stored, ensure_ascii=False)],
        )
