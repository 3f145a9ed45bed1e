"""The acts of the torture's writers; imported once Django is set up."""

from yuxin.evidence import services
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Actor, Role
from yuxin.operations.operation import operation

WRITER = Actor(1, "torture", frozenset({Role.OFFICER}))


@operation("torture.one", roles={Role.OFFICER})
def torture_one(act: Act, *, chain: str, number: int) -> Receipt:
    """One thing."""
    body = {"number": number}
    return Receipt(services.append(act, chain=chain, subject=chain, body=body).id)


@operation("torture.many", roles={Role.OFFICER})
def torture_many(act: Act, *, number: int, count: int) -> Receipt:
    """Many things in one entry, on chains that the other writers use too."""
    items = [
        services.Item(f"{n:03}", f"torture:{n}", f"torture:{n}", {"number": number})
        for n in range(count)
    ]
    return Receipt(services.append_many(act, items).id)
