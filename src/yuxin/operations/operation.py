"""The one wrapper around every act: transaction, request, actor, role, evidence, receipt."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from typing import Concatenate, Final, ParamSpec

from django.db import connection, transaction

from yuxin.access.context import opened, set_actor
from yuxin.access.demo import recorded_at
from yuxin.evidence import requests
from yuxin.kernel.act import Act, Call, Receipt, open_act
from yuxin.kernel.actor import Role
from yuxin.kernel.refusal import Forbidden
from yuxin.operations.payload import fingerprint
from yuxin.policy.in_force import rules_in_force

P = ParamSpec("P")


@dataclass(frozen=True)
class Declared:
    """What an operation says of itself; the access table is generated from it."""

    act: str
    name: str
    module: str
    roles: frozenset[Role]
    moves: frozenset[str] = frozenset()


DECLARED: Final[dict[str, Declared]] = {}


def operation(
    act_name: str, *, roles: Iterable[Role], moves: Iterable[str] = ()
) -> Callable[[Callable[Concatenate[Act, P], Receipt]], Callable[Concatenate[Call, P], Receipt]]:
    """Make a function an act that is named `act_name` in the log.

    The function takes an `Act` and keyword arguments; the world calls it with a `Call`. Around
    it stand one durable transaction, the request row (a repeat returns the first receipt), the
    actor's settings, the check of the role and the check that an entry was written. `moves` names
    the rows of proceedings that the act may make (`kind.move`); no other row can be made by it.

    Raises: Forbidden, when none of the caller's roles may do this; RequestReused, when the same
        request id came before with another payload; whatever the act refuses. After any of them
        nothing was written.
    """
    allowed, claimed = frozenset(roles), frozenset(moves)

    def declare(
        function: Callable[Concatenate[Act, P], Receipt],
    ) -> Callable[Concatenate[Call, P], Receipt]:
        assert function.__name__ not in DECLARED, f"two operations {function.__name__}"
        DECLARED[function.__name__] = Declared(
            act_name, function.__name__, function.__module__, allowed, claimed
        )

        @wraps(function)
        def asked(call: Call, /, *args: P.args, **arguments: P.kwargs) -> Receipt:
            assert not args, "operations take keyword arguments"
            if not allowed & call.actor.roles:
                raise Forbidden
            payload = fingerprint(function.__name__, arguments)
            with opened("operation"), transaction.atomic(durable=True):
                with connection.cursor() as cursor:
                    set_actor(cursor, call.actor)
                    wished = recorded_at()
                    if wished:
                        cursor.execute("SELECT set_config('yuxin.recorded_at', %s, true)", [wished])
                rules = rules_in_force(call.at)
                act = Act(call.actor, call.at, call.request_id, act_name, rules, claimed)
                first = requests.open_request(act, function.__name__, payload)
                if first is not None:
                    return first
                with open_act(act):
                    receipt = function(act, *args, **arguments)
                    for write in act.after_entry:
                        write(receipt.entry_id)
                requests.close_request(act, receipt)
                return receipt

        return asked

    return declare
