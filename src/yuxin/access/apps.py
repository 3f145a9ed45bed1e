"""Django app of access."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """Accounts, sessions, grants, areas."""

    name = "yuxin.access"
    label = "access"
