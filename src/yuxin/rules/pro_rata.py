"""Shares of a sum that is too small for all claims on it (funds-rules R10, R11)."""

from collections.abc import Sequence


def shares(total: int, claims: Sequence[int]) -> list[int]:
    """What each claim gets of `total`, in proportion and to the fen.

    Each gets the floor of its part; the fen that are left go one by one to the largest
    remainders, equal remainders in the order given. Nobody gets more than the claim, and nothing
    is left while a claim is open.

    Units: whole fen.
    """
    assert total >= 0, "a sum to share is not below zero"
    assert all(claim >= 0 for claim in claims), "claims are not below zero"
    owed = sum(claims)
    if total >= owed:
        return list(claims)
    parts = [divmod(total * claim, owed) for claim in claims]
    given = [whole for whole, _ in parts]
    order = sorted(range(len(claims)), key=lambda place: (-parts[place][1], place))
    for place in order[: total - sum(given)]:
        given[place] += 1
    return given
