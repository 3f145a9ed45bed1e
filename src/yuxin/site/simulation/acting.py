"""How history is acted: a request with a number that follows from what it is, on its own day."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from yuxin.access.demo import recording_at
from yuxin.kernel.act import Call, Receipt
from yuxin.kernel.actor import Actor
from yuxin.kernel.ids import request_id_for


@dataclass(frozen=True)
class Player:
    """Acts in one simulation; the same simulation again asks with the same numbers."""

    name: str  # of the simulation: two with the same name are one

    def act(
        self, operation: Callable[..., Receipt], actor: Actor, at: datetime, key: str, **given: Any
    ) -> Receipt:
        """Ask for an act as it was asked at `at`; `key` tells it from its like."""
        number = request_id_for(f"simulate|{self.name}|{operation.__name__}|{key}")
        with recording_at(at):
            return operation(Call(actor, at, number), **given)
