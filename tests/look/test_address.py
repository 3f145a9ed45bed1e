"""From where a request comes: nobody is locked out for the proxy's sake, nobody lies about it."""

import pytest
from django.test import RequestFactory

from yuxin.look.address import client_address


def _from(direct: str, forwarded: str = ""):
    headers = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}
    return RequestFactory().get("/sign-in", REMOTE_ADDR=direct, **headers)


def test_a_demo_believes_no_header(settings):
    settings.MODE = "demo"
    assert client_address(_from("127.0.0.1", "203.0.113.7")) == "127.0.0.1"


@pytest.mark.parametrize(
    ("forwarded", "seen"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("198.51.100.1, 203.0.113.7", "203.0.113.7"),
        ("2001:db8::7", "2001:db8::7"),
        ("", None),
        ("203.0.113.7, not an address", None),
    ],
)
def test_in_production_the_last_entry_of_ones_own_proxy_counts(settings, forwarded, seen):
    settings.MODE = "production"
    assert client_address(_from("127.0.0.1", forwarded)) == seen


def test_a_header_from_elsewhere_is_not_believed(settings):
    settings.MODE = "production"
    assert client_address(_from("192.0.2.9", "203.0.113.7")) == "192.0.2.9"
