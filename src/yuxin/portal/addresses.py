"""Where the public finds an institution: the address that stands on paper for years."""

from django.conf import settings
from django.urls import reverse


def host() -> str:
    """The host as it is printed on every notice."""
    return str(settings.PUBLIC_HOST)


def canonical(code: str) -> str:
    """The full address of an institution's page, as the QR code holds it."""
    scheme = "https" if settings.MODE == "production" else "http"
    return f"{scheme}://{host()}{reverse('portal:institution', args=[code])}"
