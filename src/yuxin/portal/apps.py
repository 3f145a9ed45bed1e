"""Django app of the public side."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Public pages, the evidence log, the receipt check."""

    name = "yuxin.portal"
    label = "portal"
