"""Django app of custody accounts, a part of tuition."""

from django.apps import AppConfig


class CustodyConfig(AppConfig):
    """Accounts, their steps, agreements."""

    name = "yuxin.tuition.custody"
    label = "custody"
