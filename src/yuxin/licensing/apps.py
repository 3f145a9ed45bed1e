"""Django app of licensing."""

from django.apps import AppConfig


class LicensingConfig(AppConfig):
    """Statements filed."""

    name = "yuxin.licensing"
    label = "licensing"
