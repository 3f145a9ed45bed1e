"""Pages of mirrored contracts are asked on a day that the test names."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.visitors import FixedMoment


@pytest.fixture(autouse=True)
def fixed_moment(settings: Any) -> Iterator[None]:
    """Put the middleware of the fixed moment in front; forget the moment afterwards."""
    settings.MIDDLEWARE = ["tests.visitors.FixedMoment", *settings.MIDDLEWARE]
    yield
    FixedMoment.at = None
