"""Django app of advances, a part of tuition."""

from django.apps import AppConfig


class AdvancesConfig(AppConfig):
    """Advances worked off, and debts of institutions."""

    name = "yuxin.tuition.advances"
    label = "advances"
