"""Django app of breaks, a part of tuition."""

from django.apps import AppConfig


class BreaksConfig(AppConfig):
    """Breaks of reconciliation."""

    name = "yuxin.tuition.breaks"
    label = "breaks"
