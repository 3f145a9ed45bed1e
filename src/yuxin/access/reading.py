"""The one way to read: a read-only transaction that carries the reader to the database."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from yuxin.access.context import opened, set_actor
from yuxin.kernel.actor import Actor, Role


@contextmanager
def reading(actor: Actor) -> Iterator[None]:
    """Read as `actor`, without the power to write.

    The public reads through the role `yuxin_public`, which sees the views of schema `portal`
    and nothing else. The transaction is rolled back at the end: it wrote nothing, and so every
    setting it made is gone too.
    """
    with opened("reading"), transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION READ ONLY")
            set_actor(cursor, actor)
            if actor.roles == frozenset({Role.PUBLIC}):
                cursor.execute("SET LOCAL ROLE yuxin_public")
        yield
        transaction.set_rollback(True)
