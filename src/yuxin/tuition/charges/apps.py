"""Django app of charges, a part of tuition."""

from django.apps import AppConfig


class ChargesConfig(AppConfig):
    """Sums, early charges, guide prices."""

    name = "yuxin.tuition.charges"
    label = "charges"
