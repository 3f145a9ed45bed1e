"""Django app of deposits, a part of tuition."""

from django.apps import AppConfig


class DepositsConfig(AppConfig):
    """Deposits, what they must be, and what they were used for."""

    name = "yuxin.tuition.deposits"
    label = "deposits"
